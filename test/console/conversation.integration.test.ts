import { afterAll, beforeAll, expect, test } from 'vitest'
import type { ModelMessage } from '../../bot/console/conversation/present.ts'
import type { Gateway, Reply } from '../../bot/gateway/gateway.ts'
import { type Console, call, reply, startConsole } from './console-fixture.ts'

type Answer = { readonly messages: readonly ModelMessage[]; readonly earlier?: string }

const asked: { dedupeKey: string; text?: string; token?: string; values?: unknown; personId: string }[] = []
let script: (input: { text?: string; token?: string }) => readonly Reply[] = () => []
const gateway: Partial<Gateway> = {
  say: async (input) => {
    asked.push(input)
    return script(input)
  },
  act: async (input) => {
    asked.push(input)
    return script(input)
  },
  complete: async ({ text, cursor }) => [{ text: `${text}p`, cursor: cursor + 1, label: 'help' }],
  options: async ({ source, text }) => [{ value: `${source}:${text}`, label: text }],
}

let bot: Console
beforeAll(async () => {
  bot = await startConsole({ gateway })
})
afterAll(() => bot.stop())

const titles = ({ messages }: Answer) => messages.map(({ text, card }) => text ?? card?.title)

test('a line and its answers are kept in order, and come back after a reload', async () => {
  script = () => [reply({ title: 'First' }), reply({ title: 'Second' })]
  const answer = await call<Answer>(bot, 'ada', 'say?format=card', { text: 'help me', clientId: 'a1' })
  expect(titles(answer)).toEqual(['help me', 'First', 'Second'])
  const later = await call<Answer>(bot, 'ada', 'transcript?format=card')
  expect(titles(later)).toEqual(['help me', 'First', 'Second'])
})

test('the same line sent again by a client that heard no answer is kept once', async () => {
  script = () => [reply({ title: 'Once' })]
  const line = { text: 'backup now Finance', clientId: 'b1' }
  const [one, two] = await Promise.all([call<Answer>(bot, 'bo', 'say?format=card', line), call<Answer>(bot, 'bo', 'say?format=card', line)])
  expect(two.messages.map(({ id }) => id)).toEqual(one.messages.map(({ id }) => id))
  expect(titles(await call<Answer>(bot, 'bo', 'transcript?format=card'))).toEqual(['backup now Finance', 'Once'])
  const keys = asked.filter(({ text }) => text === line.text).map(({ dedupeKey }) => dedupeKey)
  expect(new Set(keys).size).toBe(1)
})

test('when a repeat works after a first try that did not, its answer takes the place of the failure', async () => {
  const line = { text: 'restore all from Finance', clientId: 'again' }
  script = () => [reply({ kind: 'failure', title: 'That did not work' })]
  const [first] = (await call<Answer>(bot, 'ada', 'say?format=card', line)).messages.slice(-1)
  script = () => [reply({ title: 'R-1001' })]
  const second = await call<Answer>(bot, 'ada', 'say?format=card', line)
  expect(titles(second)).toEqual(['restore all from Finance', 'R-1001'])
  expect(second.messages.at(-1)?.id).toBe(first?.id)
})

test('R18 the same key of two people names two lines', async () => {
  script = () => []
  await call(bot, 'ada', 'say', { text: 'shared', clientId: 'same' })
  await call(bot, 'cy', 'say', { text: 'shared', clientId: 'same' })
  const keys = asked.filter(({ text }) => text === 'shared').map(({ dedupeKey }) => dedupeKey)
  expect(new Set(keys).size).toBe(2)
})

test('a click goes to the gateway with its values, and its answer can take the place of the card', async () => {
  script = ({ token }) => (token ? [reply({ title: 'Approved' }, { replaces: true })] : [reply({ title: 'Request' })])
  const { messages } = await call<Answer>(bot, 'cy', 'say?format=card', { text: 'open', clientId: 'c1' })
  const messageId = messages.at(-1)?.id
  const click = { token: 'tok', values: { reason: 'fine', drives: ['a', 'b'], share: true }, clientId: 'c2', messageId }
  const answer = await call<Answer>(bot, 'cy', 'act?format=card', click)
  expect(answer.messages).toMatchObject([{ id: messageId, card: { title: 'Approved' } }])
  expect(asked.at(-1)).toMatchObject({ token: 'tok', values: click.values, personId: 'per_cy', surface: 'console' })
})

test('a card in somebody else’s conversation is not replaced', async () => {
  script = () => [reply({ title: 'Of Ada' })]
  const { messages } = await call<Answer>(bot, 'ada', 'say?format=card', { text: 'mine', clientId: 'd1' })
  const messageId = messages.at(-1)?.id
  script = () => [reply({ title: 'Of Bo' }, { replaces: true })]
  const answer = await call<Answer>(bot, 'bo', 'act?format=card', { token: 'tok', values: {}, clientId: 'd2', messageId })
  expect(answer.messages[0]?.id).not.toBe(messageId)
  expect(titles(await call<Answer>(bot, 'ada', 'transcript?format=card'))).toContain('Of Ada')
})

test('a long conversation comes in pages that join without a gap', async () => {
  script = () => []
  await bot.db.query('delete from chat_message where conversation_id = $1', ['per_cy'])
  for (let line = 0; line < 120; line++) await call(bot, 'cy', 'say', { text: `line ${line}`, clientId: `e${line}` })
  const seen: (string | undefined)[] = []
  let before = ''
  for (;;) {
    const page = await call<Answer>(bot, 'cy', `transcript?format=card${before && `&before=${before}`}`)
    seen.unshift(...titles(page))
    if (page.earlier === undefined) break
    before = page.earlier
  }
  expect(seen).toEqual(Array.from({ length: 120 }, (_, line) => `line ${line}`))
})

test('completion and looked-up choices pass through', async () => {
  expect(await call(bot, 'ada', 'complete?text=hel')).toEqual({ suggestions: [{ text: 'help', cursor: 4, label: 'help' }] })
  expect(await call(bot, 'ada', 'options?source=drives&text=Fin')).toEqual({ options: [{ value: 'drives:Fin', label: 'Fin' }] })
})

test('--json shows the card model itself, as text', async () => {
  script = () => [reply({ title: 'Status', actions: [{ type: 'button', label: 'Go', token: 'secret' }] }, { asJson: true })]
  const answer = await call<Answer>(bot, 'ada', 'say?format=card', { text: 'status --json', clientId: 'f1' })
  const shown = answer.messages.at(-1)?.card
  expect(shown?.actions).toEqual([])
  const [node] = shown?.nodes ?? []
  expect(node?.type === 'code' && JSON.parse(node.text)).toMatchObject({ title: 'Status', actions: [{ label: 'Go' }] })
})
