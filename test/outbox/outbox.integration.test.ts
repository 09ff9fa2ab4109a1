import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { Card } from '../../bot/cards/model.ts'
import { type RenderSubject, showsProgress } from '../../bot/outbox/deliver.ts'
import { createHub } from '../../bot/outbox/hub.ts'
import { runOutbox } from '../../bot/outbox/outbox.ts'
import { MessageGone, type Surface } from '../../bot/outbox/surface.ts'
import { ensureAccount } from '../../db/accounts.ts'
import { bumpSubject, requestMessage } from '../../db/chat-outbox.ts'
import { type Database, openDatabase } from '../../db/client.ts'
import { systemClock } from '../../db/kit/clock.ts'
import { card, silent } from '../console/console-fixture.ts'
import { testDatabase } from '../support/servers/database.ts'

const accountId = 'acc_1'
const subject = { type: 'job', id: 'job_1' } as const
const progress = (text: string): Card => card({ title: text, nodes: [{ type: 'progress', label: 'Copying', text, fraction: 0.5 }] })

let db: Database
let url: string
let running: { stop: AbortController; done: Promise<void> }[] = []

beforeEach(async () => {
  url = (await testDatabase()).url
  db = openDatabase(url)
  await ensureAccount(db, { id: accountId, name: 'One', now: systemClock.now() })
})

afterEach(async () => {
  for (const { stop } of running) stop.abort()
  await Promise.all(running.map(({ done }) => done))
  running = []
  await db.close()
})

type Shown = { readonly how: 'post' | 'update'; readonly title: string; readonly atMs: number }

function recorder(progressEveryMs = 0) {
  const shown: Shown[] = []
  const note = (how: Shown['how'], { title }: Card) => shown.push({ how, title, atMs: systemClock.now().getTime() })
  const surface: Surface = {
    post: async (_account, { id }, shownCard) => {
      note('post', shownCard)
      return { messageId: id }
    },
    update: async (_account, _message, shownCard) => void note('update', shownCard),
    progressEveryMs,
  }
  return { shown, surface }
}

function start(render: RenderSubject, surface: Surface): void {
  const stop = new AbortController()
  const hub = createHub(systemClock)
  const parts = { databaseUrl: url, db, clock: systemClock, hub, render, surfaces: { console: surface }, log: silent, signal: stop.signal }
  running.push({ stop, done: runOutbox(parts) })
}

const place = (conversationId = 'per_bo') => ({ platform: 'console', teamId: '', conversationId, personId: undefined }) as const
const ask = (id: string) => requestMessage(db, accountId, { ...place(), id, subject, now: systemClock.now() })

async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  await vi.waitFor(async () => expect(await holds()).toBe(true), { timeout: 15_000, interval: 5 })
}

const settled = async () =>
  (await db.query('select id from chat_message where desired_version > rendered_version and dead_at is null')).length === 0

test('a message that an activity asks for is rendered and posted, and again when its subject changes', async () => {
  const { shown, surface } = recorder()
  let title = 'Planning'
  start(async () => card({ title }), surface)
  await ask('msg_1')
  await until(() => shown.length === 1)
  title = 'Done'
  await bumpSubject(db, accountId, subject)
  await until(() => shown.length === 2)
  expect(shown).toMatchObject([
    { how: 'post', title: 'Planning' },
    { how: 'update', title: 'Done' },
  ])
  await until(settled)
  expect(await db.query('select card->>$1 as title from chat_message', ['title'])).toEqual([{ title: 'Done' }])
})

test('what was asked for while no bot ran is rendered when one starts', async () => {
  await ask('msg_1')
  await bumpSubject(db, accountId, subject)
  const { shown, surface } = recorder()
  start(async () => card(), surface)
  await until(() => shown.length === 1)
})

test('a change that looks the same is not shown again', async () => {
  const { shown, surface } = recorder()
  start(async () => card(), surface)
  await ask('msg_1')
  await until(() => shown.length === 1)
  await bumpSubject(db, accountId, subject)
  await until(settled)
  expect(shown.length).toBe(1)
})

test('every copy of a card follows its subject', async () => {
  const { shown, surface } = recorder()
  start(async () => card(), surface)
  for (const id of ['msg_1', 'msg_2', 'msg_3']) await ask(id)
  await until(() => shown.length === 3)
  await until(settled)
})

test('progress comes no faster than its surface bears, and its end at once', async () => {
  const { shown, surface } = recorder(400)
  let now: Card = progress('1')
  start(async () => now, surface)
  await ask('msg_1')
  await until(() => shown.length === 1)
  for (let step = 2; step < 30; step++) {
    now = progress(String(step))
    await bumpSubject(db, accountId, subject)
    if (shown.length === 3) break
    await systemClock.sleep(40)
  }
  const gaps = shown.slice(1).map(({ atMs }, index) => atMs - (shown[index]?.atMs ?? 0))
  expect(Math.min(...gaps)).toBeGreaterThanOrEqual(400)

  now = card({ title: 'Done' })
  const before = systemClock.now().getTime()
  await bumpSubject(db, accountId, subject)
  await until(() => shown.at(-1)?.title === 'Done')
  expect((shown.at(-1)?.atMs ?? 0) - before).toBeLessThan(400)
})

test('a card that cannot be rendered holds up no other', async () => {
  const { shown, surface } = recorder()
  await requestMessage(db, accountId, { ...place(), id: 'msg_bad', subject: { type: 'task', id: 'broken' }, now: systemClock.now() })
  await ask('msg_good')
  const render: RenderSubject = async (_account, message) => {
    if (message.id === 'msg_bad') throw new Error('This subject cannot be read.')
    return card({ title: message.id })
  }
  start(render, surface)
  await until(() => shown.length === 1)
  expect(shown[0]?.title).toBe('msg_good')
})

test('a message whose subject is no more, or that is gone from its place, is left alone from then on', async () => {
  const gone: Surface = { ...recorder().surface, post: async () => Promise.reject(new MessageGone('message_not_found')) }
  start(async (_account, { id }) => (id === 'msg_1' ? undefined : card()), gone)
  await ask('msg_1')
  await ask('msg_2')
  await until(async () => (await db.query('select id from chat_message where dead_at is not null')).length === 2)
})

test('two bots share the work: each change is shown once', async () => {
  const one = recorder()
  const two = recorder()
  start(async () => card(), one.surface)
  start(async () => card(), two.surface)
  for (let message = 0; message < 40; message++) await ask(`msg_${message}`)
  await until(settled)
  expect(one.shown.length + two.shown.length).toBe(40)
})

test('a cut line to the database is opened again, and nothing is missed', async () => {
  const { shown, surface } = recorder()
  start(async (_account, { id }) => card({ title: id }), surface)
  await ask('msg_1')
  await until(() => shown.length === 1)
  await db.query(`select pg_terminate_backend(pid) from pg_stat_activity where query like 'listen %' and datname = current_database()`)
  await ask('msg_2')
  await until(() => shown.length === 2)
})

test('progress inside a section counts as progress', () => {
  expect(showsProgress(card({ nodes: [{ type: 'section', title: 'Now', open: true, nodes: progress('x').nodes }] }))).toBe(true)
  expect(showsProgress(card())).toBe(false)
})
