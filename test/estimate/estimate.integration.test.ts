import { afterAll, beforeAll, expect, test } from 'vitest'
import { createEstimate, type EstimateDrive, estimateById, estimateDrives, runSpeeds } from '../../db/estimates.ts'
import { systemClock as clock } from '../../db/kit/clock.ts'
import { newId, systemRandom } from '../../db/kit/random.ts'
import { quotaStanding } from '../../db/quota.ts'
import { estimateType, estimateWorkflowId } from '../../workflows/contract/estimate.ts'
import { costOf, type MeasuredDrive } from '../../workflows/policy/estimate.ts'
import { backUp } from '../support/runs.ts'
import { type System, startSystem } from '../support/system.ts'

let system: System
beforeAll(async () => {
  system = await startSystem({ world: { seed: 11, items: 2_500, drives: 3 } })
})
afterAll(() => system.stop())

async function estimate(...driveIds: readonly string[]): Promise<Omit<EstimateDrive, 'sample'>[]> {
  const id = newId(systemRandom, 'est')
  const { db, accountId } = system
  await createEstimate(db, accountId, { id, requestedBy: system.people.ada.id, driveIds, now: clock.now() })
  const handle = await system.client.workflow.start(estimateType, {
    taskQueue: system.taskQueue,
    workflowId: estimateWorkflowId(id),
    args: [{ accountId, estimateId: id }],
  })
  await handle.result()
  expect(await estimateById(db, accountId, id)).toMatchObject({ state: 'done', error: null, finishedAt: expect.any(Date) })
  return estimateDrives(db, accountId, id)
}

const spent = () => system.practice.drive.wire.ledger.report()?.total ?? { calls: 0, units: 0 }
const finance = () => system.driveId('Finance')

test('a drive is measured with a call for each thousand items, and nothing else is asked', async () => {
  const before = spent()
  const [drive] = await estimate(finance())
  const { items } = system.practice.drive.model.practice.drives().find(({ id }) => id === finance()) ?? { items: -1 }
  const measured = drive?.measured as MeasuredDrive
  expect(measured.items).toBe(items)
  expect(drive).toMatchObject({ state: 'done', calls: Math.ceil(items / 1_000), cursor: null })
  expect(spent().calls - before.calls).toBe(Math.ceil(items / 1_000))
})

test('what a first backup then costs lies within what was estimated', async () => {
  const [drive] = await estimate(finance())
  const cost = costOf(drive?.measured as MeasuredDrive)
  const before = spent()
  const run = await backUp(system, finance())
  const [calls, units] = [spent().calls - before.calls, spent().units - before.units]
  expect(calls).toBeGreaterThanOrEqual(cost.calls.low * 0.98)
  expect(calls).toBeLessThanOrEqual(cost.calls.high)
  expect(units).toBeGreaterThanOrEqual(cost.units.low * 0.98)
  expect(units).toBeLessThanOrEqual(cost.units.high)
  expect(run.bytesDone).toBeGreaterThanOrEqual(cost.bytes.low * 0.98)
  expect(run.bytesDone).toBeLessThanOrEqual(cost.bytes.high)
})

test('what is backed up already is known, and is not counted again', async () => {
  const [drive] = await estimate(finance())
  const measured = drive?.measured as MeasuredDrive
  expect(measured.held).toBeGreaterThan(measured.files * 0.9)
  expect(costOf(measured).bytes.low).toBeLessThan(measured.fileBytes * 0.2)
  const [speed] = await runSpeeds(system.db, system.accountId, 5)
  expect(speed?.seconds).toBeGreaterThan(0)
})

test('a drive that cannot be listed any more says why, and the others are measured', async () => {
  const [gone, kept] = system.practice.drive.model.practice.drives().flatMap(({ id }) => (id === finance() ? [] : [id]))
  if (!gone || !kept) throw new Error('The practice Drive has too few drives.')
  const admin = { email: system.practice.admin, domainAdmin: true }
  system.practice.drive.model.drives.delete(admin, gone, { useDomainAdminAccess: true, allowItemDeletion: true })
  const drives = await estimate(gone, kept)
  expect(drives).toMatchObject([
    { driveId: gone, state: 'failed', error: expect.stringContaining('Google does not find it') },
    { driveId: kept, state: 'done', error: null },
  ])
})

test('the limits that an account works with are known after its first call', async () => {
  const standing = await quotaStanding(system.db, system.accountId)
  expect(standing.map(({ key }) => key.split(':')[0])).toEqual(['project', 'user'])
  expect(standing[0]?.unitsToday).toBeGreaterThan(0)
  expect(standing[0]?.egressToday).toBeGreaterThan(0)
})
