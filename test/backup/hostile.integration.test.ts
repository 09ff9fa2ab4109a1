import { afterAll, beforeAll, expect, test } from 'vitest'
import { subtree } from '../../db/items.ts'
import { jobItemsPage, jobItemTotals } from '../../db/job-items.ts'
import { runById } from '../../db/run-progress.ts'
import { approve, askRestore, backUp, endOf } from '../support/runs.ts'
import { type System, startSystem } from '../support/system.ts'

/** A world of every name and state that breaks naive programs, and faults on top. */
let system: System
let drive: string
beforeAll(async () => {
  system = await startSystem({ world: { seed: 21, items: 300, profile: 'hostile', drives: 2 } })
  drive = system.practice.drive.model.practice.drives()[0]?.id ?? ''
})
afterAll(() => system.stop())

const faults = () => system.practice.drive.wire.faults

test('P10 under faults every item is stored, skipped or failed with a reason, and nothing is lost or called a success', async () => {
  faults().add([
    { method: 'drive.files.get', media: true, call: 5, times: 1, fault: { kind: 'cut', afterBytes: 100 } },
    { method: 'drive.files.get', media: true, call: 20, times: 3, fault: { kind: 'error', status: 429, reason: 'rateLimitExceeded' } },
    { method: 'drive.files.list', call: 1, times: 1, fault: { kind: 'error', status: 503, reason: 'backendError' } },
  ])
  const run = await backUp(system, drive)
  expect(faults().report().neverFired).toEqual([])
  expect(run.generation).toBe(1)
  expect(run.listed).toBe(run.stored + run.skipped + run.failed)
  expect(run.skipped).toBeGreaterThan(0)

  const reasons = await system.db.query<{ reasons: Record<string, number> }>('select reasons from backup_run where id = $1', [run.id])
  const counted = Object.entries(reasons[0]?.reasons ?? {}).reduce((sum, [, count]) => sum + count, 0)
  expect(counted).toBe(run.listed)
})

test('a file that fails each time makes the run partial, and the next run fetches it although the feed is silent about it', async () => {
  faults().clear()
  const { model } = system.practice.drive
  const [file] = (await subtree(system.db, system.accountId, drive, 1, 'drive')).filter(
    ({ row, trashed }) =>
      !trashed && (row as { content?: unknown; sha256Checksum?: string }).sha256Checksum && (row as { content?: unknown }).content,
  )
  if (!file) throw new Error('The world has no file with content.')
  model.practice.edit(file.itemId)
  faults().add([
    { method: 'drive.files.get', media: true, call: 1, times: 50, fault: { kind: 'error', status: 500, reason: 'internalError' } },
  ])
  const partial = await backUp(system, drive)
  expect(partial).toMatchObject({ outcome: 'partial', listed: 1, failed: 1 })

  faults().clear()
  const next = await backUp(system, drive)
  expect(next).toMatchObject({ outcome: 'success', listed: 1, stored: 1, failed: 0 })
})

test('an expired page of the listing begins it again, and an unknown position in the feed turns into a full listing', async () => {
  faults().clear()
  faults().add([{ method: 'drive.changes.list', call: 1, times: 1, fault: { kind: 'expiredPageToken' } }])
  const run = await backUp(system, drive)
  expect(faults().report().neverFired).toEqual([])
  expect((await runById(system.db, system.accountId, run.id)).mode).toBe('full')
  expect(run.outcome).toBe('success')
})

test('P8 a whole hostile drive comes back in another one, each item accounted for', async () => {
  faults().clear()
  const other = system.practice.drive.model.practice.drives()[1]?.id ?? ''
  const generation =
    (await system.db.query<{ generation: number }>('select latest_generation as generation from drive where id = $1', [drive]))[0]
      ?.generation ?? 0
  const expected = await subtree(system.db, system.accountId, drive, generation, 'drive')
  const job = await askRestore(system, { driveId: drive, generation, selection: { kind: 'drive' }, destinationDriveId: other })
  await approve(system, job.id)
  const ended = await endOf(system, job.id)
  const totals = await jobItemTotals(system.db, system.accountId, job.id)
  expect(totals.total).toBe(expected.length)
  expect(totals.total).toBe(totals.done + totals.skipped + totals.failed)
  expect(totals.open).toBe(0)
  const failures = await jobItemsPage(system.db, system.accountId, job.id, { states: ['failed'], limit: 1_000 })
  expect(ended.status).toBe(failures.length > 0 ? 'partially-succeeded' : 'succeeded')
  const unrestorable = Object.values((ended.plan as { unrestorable: Record<string, number> }).unrestorable).reduce(
    (sum, count) => sum + count,
    0,
  )
  // Shortcuts that pointed at nothing when they were backed up cannot be made again; everything else that has content comes back.
  const others = failures.filter(({ action }) => action !== 'none')
  expect(new Set(others.map(({ action, note }) => `${action}: ${note}`))).toEqual(
    new Set(['shortcut: What this shortcut points to is not there, so it was not made.']),
  )
  expect(failures).toHaveLength(unrestorable + others.length)
})
