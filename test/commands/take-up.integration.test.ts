import { pino } from 'pino'
import { expect, test } from 'vitest'
import { DurableUnavailable } from '../../bot/gateway/durable.ts'
import { keepTakingUp, takeUp } from '../../bot/gateway/take-up.ts'
import { recordDiscovery } from '../../db/drive-changes.ts'
import { createEstimate, endEstimate } from '../../db/estimates.ts'
import { endJob, setJobPhase } from '../../db/job-progress.ts'
import { systemClock } from '../../db/kit/clock.ts'
import { setRunPhase } from '../../db/run-progress.ts'
import { queueRun } from '../../db/runs.ts'
import { at, id, makeJob, makeWorld, openTestDatabase } from '../db/world.ts'

/** A database of its own, with one request that was handed over and one that was not, of each kind. */
async function leftBehind() {
  const db = await openTestDatabase()
  const world = await makeWorld(db)
  const busy = id('0A')
  await recordDiscovery(db, world.accountId, world.taskId, [{ id: busy, name: 'Legal', managerReachable: true }], at(1))
  for (const driveId of [world.driveId, busy]) {
    const run = await queueRun(db, world.accountId, { id: id('run'), driveId, reason: 'on demand', requestedBy: world.ada, now: at(2) })
    if (driveId === busy) await setRunPhase(db, world.accountId, run?.run.id ?? '', 'storing')
  }
  const waiting = await makeJob(db, world)
  await setJobPhase(db, world.accountId, (await makeJob(db, world)).id, 'applying', at(11))
  await endJob(db, world.accountId, (await makeJob(db, world)).id, { status: 'succeeded', error: null, now: at(12) })
  const estimates = [id('est'), id('est')]
  for (const one of estimates) {
    await createEstimate(db, world.accountId, { id: one, requestedBy: world.ada, driveIds: [busy], now: at(13) })
  }
  await endEstimate(db, world.accountId, estimates[1] ?? '', null, at(14))
  const handed: string[] = []
  const temporal = {
    startBackup: async (_: string, driveId: string) => void handed.push(driveId),
    startRestore: async (_: string, jobId: string) => void handed.push(jobId),
    startEstimate: async (_: string, estimateId: string) => void handed.push(estimateId),
  }
  return { db, temporal, handed, expected: [world.driveId, waiting.id, estimates[0]] }
}

test('a request that was written down and not handed over is handed over, and no other', async () => {
  const { db, temporal, handed, expected } = await leftBehind()
  await takeUp({ db, temporal })
  expect(handed).toEqual(expected)
})

test('while Temporal is away it is tried again', async () => {
  const { db, temporal, handed, expected } = await leftBehind()
  let tries = 0
  const awayAtFirst = {
    ...temporal,
    startBackup: async (accountId: string, driveId: string) => {
      if (++tries === 1) throw new DurableUnavailable('Temporal does not answer.')
      return temporal.startBackup(accountId, driveId)
    },
  }
  const hasty = { ...systemClock, sleep: (_: number, signal?: AbortSignal) => systemClock.sleep(1, signal) }
  const { signal } = new AbortController()
  await keepTakingUp({ db, temporal: awayAtFirst, clock: hasty, log: pino({ level: 'silent' }), signal })
  expect(handed).toEqual(expected)
})
