import { expect, test } from 'vitest'
import { endJob, setJobPhase } from '../../db/job-progress.ts'
import { createJob } from '../../db/job-requests.ts'
import { countJobs, type JobStatus, jobById, jobByNumber, listJobs } from '../../db/jobs.ts'
import { insertSnapshot } from '../../db/snapshots.ts'
import { at, makeJob, makeWorld, newJob, openTestDatabase, times, type World } from './world.ts'

const db = await openTestDatabase({ max: 10 })

const numbers = (jobs: readonly { number: number }[]) => jobs.map(({ number }) => number)

async function finished(world: World, status: JobStatus, over: Parameters<typeof makeJob>[2] = {}) {
  const job = await makeJob(db, world, over)
  await endJob(db, world.accountId, job.id, { status, error: null, now: at(20) })
  return job
}

test('the first job of an account is R-1001', async () => {
  const [one, other] = [await makeWorld(db), await makeWorld(db, 'Other')]
  expect((await makeJob(db, one)).number).toBe(1001)
  expect((await makeJob(db, one)).number).toBe(1002)
  expect((await makeJob(db, other)).number).toBe(1001)
})

test('a hundred jobs at once get a hundred numbers without a gap', async () => {
  const world = await makeWorld(db)
  const jobs = await times(100, () => makeJob(db, world))
  expect(numbers(jobs).sort((a, b) => a - b)).toEqual(Array.from({ length: 100 }, (_, index) => 1001 + index))
})

test('a job that is taken back with its transaction leaves no gap', async () => {
  const world = await makeWorld(db)
  const undone = db.transaction(async (tx) => {
    await createJob(tx, world.accountId, newJob(world))
    throw new Error('no')
  })
  await expect(undone).rejects.toThrow('no')
  expect((await makeJob(db, world)).number).toBe(1001)
})

test('a job that is made twice with one id is made once and uses one number', async () => {
  const world = await makeWorld(db)
  const request = newJob(world)
  const first = await createJob(db, world.accountId, request)
  expect(await createJob(db, world.accountId, { ...request, label: 'again' })).toEqual(first)
  expect((await makeJob(db, world)).number).toBe(1002)
})

test('a drive, a destination or a person that the account does not have makes no job', async () => {
  const [world, other] = [await makeWorld(db), await makeWorld(db)]
  for (const wrong of [{ driveId: other.driveId }, { destinationDriveId: other.driveId }, { requestedBy: other.ada }]) {
    expect(await createJob(db, world.accountId, newJob(world, wrong))).toBeUndefined()
  }
  expect(await listJobs(db, world.accountId, { limit: 10 })).toEqual([])
})

test('RES-02 a label of 50 characters is kept and one of 51 refused', async () => {
  const world = await makeWorld(db)
  expect((await makeJob(db, world, { label: 'é'.repeat(50) })).label).toBe('é'.repeat(50))
  await expect(createJob(db, world.accountId, newJob(world, { label: 'é'.repeat(51) }))).rejects.toThrow('job_label_check')
})

test('JOB-11 a job shows its kind, name, service, account, dates, initiator, destination, items and size', async () => {
  const world = await makeWorld(db)
  await insertSnapshot(db, world.accountId, {
    driveId: world.driveId,
    generation: 1,
    rootKey: 'root/1',
    runId: null,
    mode: 'initial',
    outcome: 'success',
    committedAt: at(3),
    changed: 1,
    listed: 1,
    stored: 1,
    skipped: 0,
    failed: 0,
    itemCount: 1,
    totalBytes: 5,
    rootHash: 'hash',
    pageToken: '1',
  })
  const job = await makeJob(db, world, { label: 'Quarter', reason: 'lost it', destinationFolderId: 'folder-1', withSharing: false })
  expect(job).toMatchObject({
    kind: 'restore',
    label: 'Quarter',
    service: 'Google Shared Drives',
    taskName: 'Everything',
    driveName: 'Finance',
    backupAt: at(3),
    createdAt: at(10),
    requesterName: 'Ada Admin',
    destinationDriveName: 'Finance',
    destinationFolderId: 'folder-1',
    selection: { kind: 'items', itemIds: ['file-1'] },
    withSharing: false,
    status: 'pending',
    phase: 'planning',
    totalItems: 0,
    totalBytes: 0,
    reason: 'lost it',
  })
  expect(await jobByNumber(db, world.accountId, job.number)).toEqual(job)
})

test('JOB-07 JOB-10 jobs are filtered by service, status, kind, initiator, drive and time, and come in either order', async () => {
  const world = await makeWorld(db)
  await finished(world, 'succeeded', { now: at(1) })
  await finished(world, 'failed', { requestedBy: world.bo, now: at(2) })
  await finished(world, 'succeeded', { kind: 'export', now: at(3) })
  await makeJob(db, world, { now: at(4) })
  const list = async (filter: Omit<Parameters<typeof listJobs>[2], 'limit'>) =>
    numbers(await listJobs(db, world.accountId, { limit: 10, ...filter }))

  expect(await list({})).toEqual([1004, 1003, 1002, 1001])
  expect(await list({ order: 'oldest' })).toEqual([1001, 1002, 1003, 1004])
  expect(await list({ service: 'Google Shared Drives' })).toHaveLength(4)
  expect(await list({ service: 'Box' })).toEqual([])
  expect(await list({ statuses: ['succeeded'] })).toEqual([1003, 1001])
  expect(await list({ statuses: ['pending', 'failed'] })).toEqual([1004, 1002])
  expect(await list({ kinds: ['export'] })).toEqual([1003])
  expect(await list({ requestedBy: world.bo })).toEqual([1002])
  expect(await list({ driveId: 'elsewhere' })).toEqual([])
  expect(await list({ since: at(3) })).toEqual([1004, 1003])
  expect(await countJobs(db, world.accountId, { since: at(2) })).toEqual({ failed: 1, succeeded: 1, pending: 1 })
})

test('JOB-10 pages follow each other in either order while new jobs come', async () => {
  const world = await makeWorld(db)
  await times(4, () => makeJob(db, world))
  const latest = await listJobs(db, world.accountId, { limit: 2 })
  await makeJob(db, world)
  expect(numbers(latest)).toEqual([1004, 1003])
  expect(numbers(await listJobs(db, world.accountId, { after: 1003, limit: 2 }))).toEqual([1002, 1001])
  expect(numbers(await listJobs(db, world.accountId, { order: 'oldest', after: 1004, limit: 2 }))).toEqual([1005])
})

test('a job that has ended neither begins again nor ends in another way', async () => {
  const world = await makeWorld(db)
  const job = await finished(world, 'canceled')
  await setJobPhase(db, world.accountId, job.id, 'applying', at(30))
  await endJob(db, world.accountId, job.id, { status: 'succeeded', error: null, now: at(31) })
  expect(await jobById(db, world.accountId, job.id)).toMatchObject({
    status: 'canceled',
    phase: 'done',
    startedAt: null,
    finishedAt: at(20),
  })
})
