import { afterAll, beforeAll, expect, test } from 'vitest'
import { temporalDurable } from '../../activities/durable.ts'
import { placesOf } from '../../db/chat-outbox.ts'
import { setLifecycle } from '../../db/drive-changes.ts'
import { listDrives } from '../../db/drives.ts'
import { systemClock } from '../../db/kit/clock.ts'
import { latestRuns } from '../../db/runs.ts'
import { backupTaskId } from '../../workflows/contract/backup.ts'
import { slots } from '../../workflows/policy/schedule.ts'
import { backUp } from '../support/runs.ts'
import { type System, startSystem } from '../support/system.ts'

let system: System
beforeAll(async () => {
  system = await startSystem({ world: { seed: 13, items: 60, drives: 3 } })
})
afterAll(() => system.stop())

test('ACT-03 ACT-08 a slot of the schedule backs up every active drive, and leaves paused ones alone', async () => {
  const { client, taskQueue, accountId, taskId, db } = system
  const paused = system.driveId('Marketing')
  await setLifecycle(db, accountId, [paused], 'paused', systemClock.now())
  const daily = slots('Daily', 2, systemClock.now())
  await temporalDurable(client, taskQueue).putSchedule(accountId, taskId, daily)
  await temporalDurable(client, taskQueue).putSchedule(accountId, taskId, daily)

  await client.schedule.getHandle(backupTaskId(taskId)).trigger()

  const drives = await listDrives(db, accountId)
  const active = drives.filter(({ id }) => id !== paused).map(({ id }) => id)
  await expect
    .poll(
      async () =>
        (
          await latestRuns(
            db,
            accountId,
            drives.map(({ id }) => id),
          )
        )
          .filter(({ outcome }) => outcome === 'success')
          .map(({ driveId }) => driveId)
          .sort(),
      { timeout: 30_000 },
    )
    .toEqual([...active].sort())
  expect((await latestRuns(db, accountId, active)).every(({ reason }) => reason === 'scheduled')).toBe(true)
  await client.schedule.getHandle(backupTaskId(taskId)).delete()
})

test('SET-04 a backup that nobody asked for and that fails is told to whoever is on call, once for as long as it goes on', async () => {
  const finance = system.driveId('Finance')
  system.practice.drive.wire.grants.revoke(system.grantId)
  const first = await backUp(system, finance)
  const again = await backUp(system, finance)
  expect([first.outcome, again.outcome]).toEqual(['failed', 'failed'])
  const told = (runId: string) => placesOf(system.db, system.accountId, { type: 'backup-run', id: runId })
  expect((await told(first.id)).map(({ conversationId }) => conversationId)).toEqual([system.people.cy.id])
  expect(await told(again.id)).toEqual([])
})
