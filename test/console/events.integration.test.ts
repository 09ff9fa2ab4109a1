import { afterAll, beforeAll, expect, test } from 'vitest'
import { conversationOf } from '../../bot/console/conversation/place.ts'
import { addCard, replaceCard } from '../../db/chat-messages.ts'
import { systemClock } from '../../db/kit/clock.ts'
import { accountId, type Console, call, card, operatorKey, reply, signIn, startConsole } from './console-fixture.ts'
import { readEvents } from './events-fixture.ts'

let bot: Console
beforeAll(async () => {
  bot = await startConsole({ gateway: { say: async ({ text }) => [reply({ title: `Answer to ${text}` })] } })
})
afterAll(() => bot.stop())

const watch = (as: string, query = '', headers = {}) =>
  readEvents(`${bot.url}/console/api/events?format=card${query}`, {
    authorization: `Bearer ${operatorKey}`,
    'x-backstop-as': as,
    ...headers,
  })

test('what one says in one tab arrives in the other tabs of the same person, and in nobody else’s', async () => {
  const tab = await watch('ada')
  const stranger = await watch('bo')
  await call(bot, 'ada', 'say', { text: 'hello', clientId: 'h1' })
  expect(await tab.next('message')).toMatchObject({ data: { direction: 'in', text: 'hello' } })
  expect(await tab.next('message')).toMatchObject({ data: { card: { title: 'Answer to hello' } } })
  await call(bot, 'bo', 'say', { text: 'own', clientId: 'h2' })
  expect(await stranger.next('message')).toMatchObject({ data: { text: 'own' } })
  await tab.close()
  await stranger.close()
})

test('a tab that was cut off gets what it missed, also what has changed meanwhile', async () => {
  const tab = await watch('cy')
  await call(bot, 'cy', 'say', { text: 'before', clientId: 'c1' })
  await tab.next('message')
  const { id: last, data } = await tab.next('message')
  await tab.close()
  const { id } = data as { id: string }
  await call(bot, 'cy', 'say', { text: 'missed', clientId: 'c2' })
  await replaceCard(bot.db, accountId, { id, card: card({ title: 'Changed' }), now: systemClock.now() })

  const again = await watch('cy', '', { 'last-event-id': last ?? '' })
  const seen = new Set<unknown>()
  while (seen.size < 4) {
    const message = (await again.next('message')).data as { text?: string; card?: { title: string } }
    seen.add(message.text ?? message.card?.title)
  }
  expect([...seen]).toEqual(expect.arrayContaining(['missed', 'Answer to missed', 'Changed']))
  await again.close()
})

test('a change that another process has made is seen without being told', async () => {
  const tab = await watch('ada')
  const row = { ...conversationOf({ accountId, personId: 'per_ada' }), id: 'msg_other', messageId: 'msg_other', personId: 'per_ada' }
  await addCard(bot.db, accountId, { ...row, card: card({ title: 'From elsewhere' }), now: systemClock.now() })
  let seen: unknown
  while (!JSON.stringify(seen)?.includes('From elsewhere')) seen = (await tab.next('message')).data
  await tab.close()
})

test('a database that goes away and comes back is said on the stream, which goes on', async () => {
  const tab = await watch('ada')
  await tab.next('waiting')
  await bot.db.query('alter table chat_message rename to away')
  bot.hub.wake('per_ada')
  expect(await tab.next('trouble')).toMatchObject({ data: { message: expect.stringContaining('cannot reach its database') } })
  await bot.db.query('alter table away rename to chat_message')
  await tab.next('well')
  await tab.close()
})

test('a tab is told how many requests wait for each person who is signed in in its browser', async () => {
  const ada = await signIn(bot, 'ada')
  const bo = await signIn(bot, 'bo')
  const tab = await readEvents(`${bot.url}/console/api/events?as=ada`, { cookie: `${ada.cookie}; ${bo.cookie}` })
  expect((await tab.next('waiting')).data).toEqual({ ada: 0, bo: 0 })
  await openRequest()
  bot.hub.wake('per_bo')
  expect((await tab.next('waiting')).data).toEqual({ ada: 0, bo: 1 })
  await tab.close()
})

test('the stream of somebody who is not signed in is refused', async () => {
  await expect(readEvents(`${bot.url}/console/api/events?as=ada`, {})).rejects.toThrow('The stream answered with 401')
})

async function openRequest(): Promise<void> {
  const now = systemClock.now()
  await bot.db.query(
    `insert into backup_task (id, account_id, name, connection, created_at, updated_at) values ('tsk_1', $1, 'Finance', 'Connected', $2, $2)`,
    [accountId, now],
  )
  await bot.db.query(
    `insert into job (id, account_id, number, kind, task_id, drive_id, generation, selection, destination_drive_id, requested_by, created_at)
     values ('job_1', $1, 1, 'restore', 'tsk_1', 'drv_1', 1, '{}', 'drv_1', 'per_ada', $2)`,
    [accountId, now],
  )
  await bot.db.query(
    `insert into approval (id, account_id, job_id, requester_id, approver_ids, quorum, plan_hash, created_at, expires_at)
     values ('apr_1', $1, 'job_1', 'per_ada', '{per_bo}', 1, 'h', $2, $2::timestamptz + interval '1 day')`,
    [accountId, now],
  )
}
