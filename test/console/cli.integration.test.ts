import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import { chat } from '../../bot/console/cli/chat.ts'
import type { Lines } from '../../bot/console/cli/lines.ts'
import { say } from '../../bot/console/cli/say.ts'
import { conversationOf } from '../../bot/console/conversation/place.ts'
import type { Gateway, Reply } from '../../bot/gateway/gateway.ts'
import { addCard } from '../../db/chat-messages.ts'
import { systemClock } from '../../db/kit/clock.ts'
import { systemRandom } from '../../db/kit/random.ts'
import { accountId, type Console, card, operatorKey, reply, startConsole } from './console-fixture.ts'
import { everything } from './sample-cards.ts'

const clicks: { token: string; values: unknown; personId: string }[] = []
let answer: (text: string) => readonly Reply[] = (text) => [reply({ title: `You said ${text}` })]
const gateway: Partial<Gateway> = {
  say: async ({ text }) => answer(text),
  act: async ({ token, values, personId }) => {
    clicks.push({ token, values, personId })
    return [reply({ title: `Pressed ${token}` })]
  },
}

let bot: Console
let folder: string
let where: string[]
beforeAll(async () => {
  bot = await startConsole({ gateway })
  folder = await mkdtemp(join(tmpdir(), 'cli-'))
  await writeFile(join(folder, 'key'), `${operatorKey}\n`)
  where = ['--url', bot.url, '--operator-key-file', join(folder, 'key')]
})
beforeEach(() => {
  clicks.length = 0
  answer = (text) => [reply({ title: `You said ${text}` })]
})
afterAll(async () => {
  await bot.stop()
  await rm(folder, { recursive: true })
})

const outside = (said: string[], stop = new AbortController()) => ({
  env: {},
  io: { say: (text: string) => void said.push(text), ask: async () => undefined },
  clock: systemClock,
  random: systemRandom,
  stop: stop.signal,
})

async function run(...argv: string[]): Promise<{ code: number; text: string }> {
  const said: string[] = []
  const code = await say([...argv, ...where], outside(said))
  return { code, text: said.join('\n') }
}

test('a line is said in the name of a handle or a role, and its answer is shown', async () => {
  expect(await run('--as', 'ada', 'backup', 'now', 'Finance')).toEqual({ code: 0, text: 'You said backup now Finance' })
  expect((await run('--as', 'approver', 'whoami')).code).toBe(0)
})

test('--json prints the card model, a line for each card', async () => {
  const { text } = await run('--as', 'ada', '--json', 'status')
  expect(JSON.parse(text)).toEqual(card({ title: 'You said status' }))
})

test('an answer that is a problem ends with 1', async () => {
  answer = () => [reply({ title: 'No', tone: 'fail' })]
  expect((await run('--as', 'ada', 'x')).code).toBe(1)
})

test('a button is pressed by its number or its name, with the values of its form', async () => {
  answer = () => [{ card: everything('x'), ephemeral: false }]
  await run('--as', 'bo', 'open')
  expect((await run('--as', 'bo', '--click', 'approve')).text).toBe('Pressed tok_approve')
  await run('--as', 'bo', '--click', 'Restore', '--set', 'label=July', '--set', 'sharing=false')
  await run('--as', 'bo', '--click', 'Activate chosen', '--set', 'drives=Finance', '--set', 'drives=x')
  expect(clicks).toMatchObject([
    { token: 'tok_approve', personId: 'per_bo' },
    { token: 'tok_form', values: { label: 'July', sharing: false, how: 'a', day: '2026-11-24', drive: '' } },
    { token: 'tok_chosen', values: { drives: ['d2', 'd1'] } },
  ])
})

test.each([
  [['--as', 'ada', '--click', 'Explode'], 'There is no card with buttons in this conversation.'],
  [['hello'], 'Say in whose name: --as ada, or --as approver.'],
  [['--as', 'ada'], 'Give either a text or --click.'],
  [['--as', 'zoe', 'hello'], 'There is nobody with the handle or role "zoe".'],
  [['--as', 'ada', '--nonsense', 'hello'], "Unknown option '--nonsense'"],
])('%j is refused with a sentence', async (argv, sentence) => {
  await bot.db.query('delete from chat_message')
  const { code, text } = await run(...argv)
  expect(code).toBe(1)
  expect(text).toContain(sentence)
})

test('a bot that is not there is a sentence', async () => {
  const said: string[] = []
  expect(await say(['--as', 'ada', 'x', '--url', 'http://127.0.0.1:9', '--operator-key-file', join(folder, 'key')], outside(said))).toBe(1)
  expect(said.join()).toContain('Backstop does not answer at http://127.0.0.1:9. Is it running?')
})

test('--wait stays until the work is done, and shows how it goes on', async () => {
  const id = 'apr_wait'
  await bot.db.query(
    `insert into backup_task (id, account_id, name, connection, created_at, updated_at) values ('tsk_1', $1, 'F', 'Connected', now(), now())`,
    [accountId],
  )
  await bot.db.query(
    `insert into job (id, account_id, number, kind, task_id, drive_id, generation, selection, destination_drive_id, requested_by, created_at)
     values ('job_1', $1, 1, 'restore', 'tsk_1', 'drv_1', 1, '{}', 'drv_1', 'per_ada', now())`,
    [accountId],
  )
  await bot.db.query(
    `insert into approval (id, account_id, job_id, requester_id, approver_ids, quorum, plan_hash, created_at, expires_at)
     values ($2, $1, 'job_1', 'per_ada', '{per_bo}', 1, 'h', now(), now() + interval '1 day')`,
    [accountId, id],
  )
  answer = () => [reply({ title: 'Waiting' }, { subject: { type: 'approval', id } })]
  const said: string[] = []
  const done = say(['--as', 'ada', '--wait', 'go', ...where], outside(said))
  await vi.waitFor(() => expect(said).toEqual(['Waiting']))
  // As the outbox does it when the decision is there.
  await bot.db.query(`update approval set status = 'approved' where id = $1`, [id])
  await bot.db.query(`update chat_message set card = $2, rendered_version = desired_version, updated_at = now() where subject_id = $1`, [
    id,
    JSON.stringify(card({ title: 'Approved', tone: 'ok' })),
  ])
  expect(await done).toBe(0)
  expect(said).toEqual(['Waiting', '✓ Approved (good)'])
})

test('a chat asks for what a button needs, and shows what happens meanwhile', async () => {
  answer = () => [{ card: everything('x'), ephemeral: false }]
  const typed = ['open', '5', '', 'not today', 'exit']
  const said: string[] = []
  let news: (() => void) | undefined
  const lines: Lines = {
    next: async (prompt) => {
      said.push(prompt)
      if (typed.length === 1) {
        await addCard(bot.db, accountId, {
          ...conversationOf({ accountId, personId: 'per_cy' }),
          id: 'msg_news',
          card: card({ title: 'News' }),
          now: systemClock.now(),
        })
        await new Promise<void>((resolve) => {
          news = resolve
        })
      }
      return typed.shift()
    },
    above: (text) => {
      said.push(text)
      if (text.includes('News')) news?.()
    },
    close: () => {},
  }
  typed.splice(2, 1)
  expect(await chat(['--as', 'cy', ...where], { ...outside(said), lines })).toBe(0)
  expect(clicks).toEqual([{ token: 'tok_deny', values: { comment: 'not today' }, personId: 'per_cy' }])
  expect(said[0]).toBe('You speak with Backstop as Cy Oncall. Type help, or exit.')
  expect(said.join('\n')).toContain('News')
})
