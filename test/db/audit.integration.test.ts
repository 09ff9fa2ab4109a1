import { describe, expect, test } from 'vitest'
import { listActivity, recordActivity } from '../../db/activity.ts'
import { listAudit, recordAudit } from '../../db/audit.ts'
import { at, makeWorld, openTestDatabase } from './world.ts'

const db = await openTestDatabase()

const entry = (actorId: string, verb: string, minute: number) => ({
  at: at(minute),
  actorId,
  surface: 'console',
  verb,
  target: 'Finance',
  arguments: { drive: 'Finance', full: false },
  decision: 'allowed' as const,
  outcome: 'queued',
  latencyMs: 12,
})

test('the audit log is read newest first, by actor, verb and time, a page at a time', async () => {
  const { accountId, ada, bo } = await makeWorld(db)
  await recordAudit(db, accountId, entry(ada, 'backup now', 1))
  await recordAudit(db, accountId, entry(bo, 'approve', 2))
  await recordAudit(db, accountId, entry(ada, 'restore', 3))
  const verbs = async (filter: object) => (await listAudit(db, accountId, { limit: 10, ...filter })).map(({ verb }) => verb)
  expect(await verbs({})).toEqual(['restore', 'approve', 'backup now'])
  expect(await verbs({ actorId: ada })).toEqual(['restore', 'backup now'])
  expect(await verbs({ verb: 'approve' })).toEqual(['approve'])
  expect(await verbs({ from: at(2), to: at(2) })).toEqual(['approve'])
  const [newest] = await listAudit(db, accountId, { limit: 1 })
  expect(newest).toMatchObject(entry(ada, 'restore', 3))
  expect(await verbs({ before: newest?.id })).toEqual(['approve', 'backup now'])
})

describe('P14 the audit log refuses', () => {
  test.each([
    ['an update', "update audit set outcome = 'forged'"],
    ['a deletion', 'delete from audit'],
    ['being emptied', 'truncate audit'],
    ['being emptied with the account', 'truncate account cascade'],
  ])('%s', async (_, statement) => {
    const { accountId, ada } = await makeWorld(db)
    await recordAudit(db, accountId, entry(ada, 'backup now', 1))
    await expect(db.query(statement)).rejects.toThrow('the audit log is append-only')
    expect(await listAudit(db, accountId, { limit: 10 })).toHaveLength(1)
  })
})

test('system activity is read newest first, by task and time', async () => {
  const { accountId, ada } = await makeWorld(db)
  await recordActivity(db, accountId, { activity: 'Backup', status: 'Succeeded', taskName: 'Everything', item: 'Finance', now: at(1) })
  await recordActivity(db, accountId, { activity: 'Restore', status: 'Failed', actorId: ada, now: at(2) })
  const all = await listActivity(db, accountId, { limit: 10 })
  expect(all).toMatchObject([
    { activity: 'Restore', status: 'Failed', service: 'Google Shared Drives', actorId: ada, taskName: null, at: at(2) },
    { activity: 'Backup', status: 'Succeeded', taskName: 'Everything', item: 'Finance', actorId: null, at: at(1) },
  ])
  expect(await listActivity(db, accountId, { taskName: 'Everything', limit: 10 })).toHaveLength(1)
  expect(await listActivity(db, accountId, { to: at(1), limit: 10 })).toHaveLength(1)
  expect(await listActivity(db, accountId, { before: all[0]?.id, limit: 10 })).toEqual([all[1]])
})
