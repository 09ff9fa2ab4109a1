import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { columns, cut, wrap } from '../../bot/console/render/text-layout.ts'
import { renderText } from '../../bot/console/render-text.ts'
import { card } from './console-fixture.ts'
import { everything, hostileName } from './sample-cards.ts'

const viewer = { timeZone: 'Europe/Berlin' }

test('a card with every part looks as it did', async () => {
  await expect(`${renderText(everything('Finance EMEA'), viewer)}\n`).toMatchFileSnapshot('golden/everything.txt')
})

test('a name cannot move the cursor, colour the screen or turn the line around', () => {
  const text = renderText(everything(`\u001b[2J\u001b[31m\u202egpj.exe\u0007\r\n${hostileName}`), viewer)
  expect(text.replaceAll('\n', '')).not.toMatch(/\p{Cc}|[\u202a-\u202e]/u)
})

test('no text makes a line longer than 80 columns, but an address that has to be copied whole', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', minLength: 1, maxLength: 200 }), (name) => {
      const lines = renderText(everything(name), viewer)
        .split('\n')
        .filter((line) => !line.includes('https://'))
      expect(lines.filter((line) => columns(line) > 80)).toEqual([])
    }),
    { numRuns: 200 },
  )
})

test('buttons are numbered in the order in which they stand', () => {
  const text = renderText(everything('x'), viewer)
  expect([...text.matchAll(/\[(\d+)\]/g)].map(([, number]) => Number(number))).toEqual([1, 2, 3, 4, 5, 6, 7])
})

test('a table that is too wide for a terminal is shown row by row, with nothing left out', () => {
  const labels = ['Job', 'Status', 'Account', 'Started', 'Backup', 'Initiator', 'Destination', 'Items', 'Size']
  const cells = labels.map((label) => `${label} of the longest kind`)
  const wide = card({ nodes: [{ type: 'table', caption: 'Jobs', columns: labels.map((label) => ({ label })), rows: [{ cells }] }] })
  const text = renderText(wide, viewer)
  for (const cell of cells) expect(text).toContain(cell)
})

test('the tone is said in words', () => {
  expect(renderText(card({ title: 'Backup FAILED', tone: 'fail' }), viewer)).toBe('✕ Backup FAILED (problem)')
})

test('what is wrapped keeps every word, and what is cut shows that it was', () => {
  fc.assert(
    fc.property(fc.lorem({ maxCount: 40 }), fc.integer({ min: 5, max: 60 }), (text, width) => {
      expect(wrap(text, width).join('').replaceAll(' ', '')).toBe(text.replaceAll(' ', ''))
      expect(columns(cut(text, width))).toBeLessThanOrEqual(width)
    }),
  )
  expect(cut('Finance EMEA', 8)).toBe('Finance…')
})
