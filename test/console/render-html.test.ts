import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Text } from '../../bot/cards/model.ts'
import { renderHtml } from '../../bot/console/render-html.ts'
import { everything, hostileName } from './sample-cards.ts'

const viewer = { timeZone: 'Europe/Berlin', ownOrigin: 'http://127.0.0.1:4180' }
const markup = (name?: string) => renderHtml(everything(name), viewer, 'msg_1').markup

test('a card with every part looks as it did', async () => {
  await expect(pretty(markup('Finance EMEA'))).toMatchFileSnapshot('golden/everything.html.txt')
})

test('a hostile name opens no element and no attribute, wherever it stands', () => {
  const plain = shape(markup('x'))
  expect(shape(markup(hostileName))).toEqual(plain)
})

test('no text whatsoever changes the elements and attributes of a card', () => {
  const plain = shape(markup('x'))
  fc.assert(
    fc.property(fc.string({ unit: 'binary', minLength: 1 }), (name) => {
      expect(shape(markup(name))).toEqual(plain)
    }),
    { numRuns: 300 },
  )
})

test('a link that is no web address is shown as words alone', () => {
  for (const url of ['javascript:alert(1)', 'data:text/html,x', ' java\nscript:alert(1)', 'file:///etc/passwd', 'http://']) {
    const text: Text = { type: 'link', text: 'Open', url }
    const card = { ...everything('x'), nodes: [{ type: 'text' as const, text }], actions: [], footer: '' }
    expect(renderHtml(card, viewer, 'm').markup).toContain('<p class="text"><bdi>Open</bdi></p>')
  }
})

test('own pages open here, others in a tab of their own without a way back', () => {
  const link = (url: string) =>
    renderHtml({ ...everything('x'), nodes: [], actions: [{ type: 'link', label: 'Go', url }] }, viewer, 'm').markup
  expect(link('http://127.0.0.1:4180/connect/abc')).toContain('<a href="http://127.0.0.1:4180/connect/abc" class="button">Go</a>')
  expect(link('https://drive.test/')).toContain('target="_blank" rel="noopener noreferrer"')
})

test('every control has a name, and every id stands once', () => {
  const text = markup()
  const ids = [...text.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id)
  expect(new Set(ids).size).toBe(ids.length)
  const referred = [...text.matchAll(/ (?:for|aria-labelledby|aria-describedby)="([^"]+)"/g)].flatMap(([, id]) => (id ?? '').split(' '))
  expect(referred.filter((id) => !ids.includes(id))).toEqual([])
})

test('the tone is a word and a sign, not a colour alone', () => {
  const header = (tone: 'ok' | 'warn' | 'fail') => renderHtml({ ...everything('x'), tone }, viewer, 'm').markup
  expect(header('ok')).toContain('<span class="tone"><span aria-hidden="true">✓</span> Good</span>')
  expect(header('warn')).toContain('! '.trim())
  expect(header('fail')).toContain('</span> Problem</span>')
})

/** The tags with the names of their attributes, without what is said in them. */
function shape(text: string): string[] {
  return [...text.matchAll(/<(\/?[a-z][a-z0-9]*)((?:\s+[a-z-]+(?:="[^"]*")?)*)\s*>|</g)].map(([whole, tag, attributes]) =>
    tag === undefined ? whole : `${tag} ${[...(attributes ?? '').matchAll(/([a-z-]+)(?:="[^"]*")?/g)].map(([, name]) => name).join(' ')}`,
  )
}

const pretty = (text: string) => `${text.replaceAll(/>\s*</g, '>\n<')}\n`
