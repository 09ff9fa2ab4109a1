/** A day whose bytes are used up in the middle of a backup. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { renderSubject } from '../../bot/cards/subjects.ts'
import { systemClock as clock } from '../../db/kit/clock.ts'
import { quotaStanding } from '../../db/quota.ts'
import { runSummary } from '../../db/runs.ts'
import { backupDriveId, cancelRun } from '../../workflows/contract/backup.ts'
import { queueBackup } from '../support/runs.ts'
import { type System, startSystem } from '../support/system.ts'

const egress = 3_000_000
let system: System
beforeAll(async () => {
  const limits = { perDay: { units: Infinity, egress, egressOfUser: Infinity } }
  system = await startSystem({ world: { seed: 11, items: 600, drives: 1, plain: true } }, limits)
})
afterAll(() => system.stop())

test('a backup whose day is used up keeps what it has, says until when it waits, and can be canceled meanwhile', async () => {
  const { db, accountId, client } = system
  const driveId = system.driveId('Finance')
  const { id } = await queueBackup(system, driveId)
  const card = async () => JSON.stringify(await renderSubject({ db, clock }, accountId, { type: 'backup-run', id }))
  await expect.poll(card, { timeout: 30_000 }).toContain('Today’s quota of Google’s is used up: it goes on by itself after ')

  const [project] = await quotaStanding(db, accountId)
  expect(await card()).toContain(project?.dayEndsAt.toISOString())
  // 98 % of the day for a backup on demand; of the eight downloads at once each may overdraw by itself.
  const run = await runSummary(db, accountId, id)
  expect(run).toMatchObject({ phase: 'storing', outcome: null })
  expect(run?.bytesDone).toBeGreaterThan(0)
  expect(project?.egressToday).toBeLessThan(egress + 8 * 250_000)
  expect(run?.bytesDone).toBeLessThanOrEqual(project?.egressToday ?? 0)

  const handle = client.workflow.getHandle(backupDriveId(accountId, driveId))
  await handle.signal(cancelRun, { runId: id })
  await handle.result()
  expect(await runSummary(db, accountId, id)).toMatchObject({ phase: 'done', outcome: 'canceled' })
})

test('days that get somewhere never add up to a failure: only a day without any progress counts as an attempt', async () => {
  const { db, accountId, client, thrown } = system
  const driveId = system.driveId('Finance')
  const failedBefore = thrown.length
  // A new day: what was used is gone, and the budget does not last for the rest either.
  await db.query(`update quota_bucket set day = day - 30 where key like 'project:%'`)
  const { id } = await queueBackup(system, driveId)
  const attempts = async () => (await client.workflow.getHandle(backupDriveId(accountId, driveId)).describe()).raw.pendingActivities ?? []
  await expect.poll(async () => (await attempts())[0]?.lastFailure?.message, { timeout: 30_000 }).toContain('are used up')
  const [waiting] = await attempts()
  expect(waiting?.attempt).toBe(2)
  expect(thrown.length - failedBefore).toBe(1)
  const handle = client.workflow.getHandle(backupDriveId(accountId, driveId))
  await handle.signal(cancelRun, { runId: id })
  await handle.result()
})
