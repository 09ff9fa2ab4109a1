import { afterAll, expect, test } from 'vitest'
import { bumpSubject, chatChannel, requestMessage } from '../../db/chat-outbox.ts'
import { openDatabase } from '../../db/client.ts'
import { systemClock } from '../../db/kit/clock.ts'
import { listen } from '../../db/listen.ts'
import { testDatabase } from '../support/servers/database.ts'
import { at, makeWorld } from './world.ts'

const { url } = await testDatabase()
const db = openDatabase(url)
afterAll(() => db.close())

const subject = { type: 'job', id: 'job_1' } as const
const place = { platform: 'console', teamId: '', conversationId: 'ada' } as const

function startListening(at: string = url) {
  const heard: string[] = []
  const seen = { connected: 0, lost: [] as string[] }
  const stop = listen({
    url: at,
    channel: chatChannel,
    clock: systemClock,
    onMessage: (payload) => heard.push(payload),
    onConnected: () => seen.connected++,
    onLost: (error) => seen.lost.push(error.message),
  })
  return { heard, seen, stop }
}

test('a changed subject is heard once, when its transaction commits, and not when it is rolled back', async () => {
  const { accountId } = await makeWorld(db)
  const { heard, seen, stop } = startListening()
  await expect.poll(() => seen.connected).toBe(1)
  const undone = db.transaction(async (tx) => {
    await requestMessage(tx, accountId, { id: 'm0', ...place, subject, now: at(1) })
    throw new Error('no')
  })
  await expect(undone).rejects.toThrow('no')
  await db.transaction(async (tx) => {
    await requestMessage(tx, accountId, { id: 'm1', ...place, subject, now: at(1) })
    await requestMessage(tx, accountId, { id: 'm2', ...place, subject, now: at(1) })
    expect(heard).toEqual([])
  })
  await expect.poll(() => heard).toEqual([accountId])
  expect(await bumpSubject(db, accountId, subject)).toBe(2)
  await expect.poll(() => heard).toEqual([accountId, accountId])
  await stop()
})

test('a subject that hangs nowhere is not talked about', async () => {
  const { accountId } = await makeWorld(db)
  const { heard, seen, stop } = startListening()
  await expect.poll(() => seen.connected).toBe(1)
  expect(await bumpSubject(db, accountId, { type: 'task', id: 'nobody' })).toBe(0)
  await db.query(`select pg_notify('${chatChannel}', 'end')::text`)
  await expect.poll(() => heard).toEqual(['end'])
  await stop()
})

test('a connection that breaks is reported and made again', async () => {
  const { heard, seen, stop } = startListening()
  await expect.poll(() => seen.connected).toBe(1)
  await db.query(`select pg_terminate_backend(pid)::text from pg_stat_activity where query like 'listen%' and datname = current_database()`)
  await expect.poll(() => seen.connected, { timeout: 5_000 }).toBe(2)
  expect(seen.lost).toHaveLength(1)
  await db.query(`select pg_notify('${chatChannel}', 'again')::text`)
  await expect.poll(() => heard).toEqual(['again'])
  await stop()
})

test('a server that is not there is tried again until listening is stopped', async () => {
  const { seen, stop } = startListening('postgres://nobody@127.0.0.1:1/none')
  await expect.poll(() => seen.lost.length, { timeout: 5_000 }).toBeGreaterThan(1)
  expect(seen.lost[0]).toContain('ECONNREFUSED')
  await stop()
  expect(seen.connected).toBe(0)
})
