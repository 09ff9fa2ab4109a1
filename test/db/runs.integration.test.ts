import { describe, expect, test } from 'vitest'
import { recordDiscovery } from '../../db/drive-changes.ts'
import { driveById } from '../../db/drives.ts'
import { beginRun, endRun } from '../../db/run-progress.ts'
import { latestRuns, listRuns, openRuns, queueRun, runSummary } from '../../db/runs.ts'
import { at, id, makeWorld, openTestDatabase, times, type World } from './world.ts'

const db = await openTestDatabase({ max: 10 })

const request = (world: World, over: { id?: string; minute?: number } = {}) => ({
  id: over.id ?? id('run'),
  driveId: world.driveId,
  reason: 'on demand' as const,
  requestedBy: world.ada,
  now: at(over.minute ?? 5),
})

async function queued(world: World, over: { id?: string; minute?: number } = {}) {
  const answer = await queueRun(db, world.accountId, request(world, over))
  if (!answer) throw new Error('The run was not queued.')
  return answer
}

const end = (minute: number) => ({ outcome: 'success' as const, error: null, generation: 1, reasons: {}, now: at(minute) })

test('ACT-09 of a hundred requests at once one makes the run and the others join it', async () => {
  const world = await makeWorld(db)
  const answers = await times(100, () => queued(world))
  const runIds = new Set(answers.map(({ run }) => run.id))
  expect(runIds.size).toBe(1)
  expect(answers.filter(({ joined }) => !joined)).toHaveLength(1)
  expect(await listRuns(db, world.accountId, world.driveId, { limit: 10 })).toHaveLength(1)
  expect((await driveById(db, world.accountId, world.driveId))?.currentRunId).toBe([...runIds][0])
})

test('ACT-09 with runs that end all the while, no two runs of a drive are ever open together', async () => {
  const world = await makeWorld(db)
  await times(60, async (index) => {
    const { run, joined } = await queued(world, { minute: index })
    expect((await openRuns(db, world.accountId)).length).toBeLessThanOrEqual(1)
    if (!joined) await endRun(db, world.accountId, run.id, end(index))
  })
  const runs = await listRuns(db, world.accountId, world.driveId, { limit: 100 })
  expect(runs.every(({ phase }) => phase === 'done')).toBe(true)
  expect((await driveById(db, world.accountId, world.driveId))?.currentRunId).toBeNull()
})

test('a queued run shows whose drive and task it is and that nothing has begun', async () => {
  const world = await makeWorld(db)
  const { run, joined } = await queued(world)
  expect(joined).toBe(false)
  expect(run).toMatchObject({
    driveId: world.driveId,
    driveName: 'Finance',
    taskName: 'Everything',
    requestedBy: world.ada,
    phase: 'queued',
    outcome: null,
    listed: 0,
    reasons: {},
    queuedAt: at(5),
    startedAt: null,
  })
})

describe('a request that is repeated with the same id', () => {
  test('gives the same run and has not joined it', async () => {
    const world = await makeWorld(db)
    const first = await queued(world, { id: `run_${world.driveId}` })
    expect(await queued(world, { id: `run_${world.driveId}` })).toEqual(first)
  })

  test('gives the run also when it has ended, and queues no other', async () => {
    const world = await makeWorld(db)
    const first = await queued(world)
    await endRun(db, world.accountId, first.run.id, end(6))
    const again = await queued(world, { id: first.run.id })
    expect(again).toMatchObject({ joined: false, run: { id: first.run.id, phase: 'done' } })
    expect(await openRuns(db, world.accountId)).toEqual([])
  })
})

test('a drive that the account does not have gives nothing', async () => {
  const world = await makeWorld(db)
  expect(await queueRun(db, world.accountId, { ...request(world), driveId: 'elsewhere' })).toBeUndefined()
})

test('a run that makes part of a larger transaction is undone with it', async () => {
  const world = await makeWorld(db)
  const undone = db.transaction(async (tx) => {
    await queueRun(tx, world.accountId, request(world))
    throw new Error('no')
  })
  await expect(undone).rejects.toThrow('no')
  expect((await driveById(db, world.accountId, world.driveId))?.currentRunId).toBeNull()
  expect(await openRuns(db, world.accountId)).toEqual([])
})

test('a drive that is marked as busy with a run that is gone is reported, not waited for', async () => {
  const world = await makeWorld(db)
  await db.query("update drive set current_run_id = 'lost' where account_id = $1", [world.accountId])
  await expect(queueRun(db, world.accountId, request(world))).rejects.toThrow(`Drive ${world.driveId} is marked as busy`)
})

test('runs come newest first, a page at a time', async () => {
  const world = await makeWorld(db)
  const ids: string[] = []
  for (const minute of [1, 2, 2, 3]) {
    const { run } = await queued(world, { minute })
    await endRun(db, world.accountId, run.id, end(minute))
    ids.push(run.id)
  }
  const seen: string[] = []
  for (let before: { id: string; queuedAt: Date } | undefined; ; ) {
    const [run] = await listRuns(db, world.accountId, world.driveId, { before, limit: 1 })
    if (!run) break
    seen.push(run.id)
    before = run
  }
  expect(seen).toHaveLength(4)
  expect(new Set(seen)).toEqual(new Set(ids))
  expect([seen[0], seen[3]]).toEqual([ids[3], ids[0]])
})

test('the latest run of each drive is found at once', async () => {
  const world = await makeWorld(db)
  const other = id('0A')
  await recordDiscovery(db, world.accountId, world.taskId, [{ id: other, name: 'Sales', managerReachable: true }], at(1))
  const first = await queued(world, { minute: 1 })
  await endRun(db, world.accountId, first.run.id, end(2))
  const second = await queued(world, { minute: 3 })
  await beginRun(db, world.accountId, second.run.id, { mode: 'initial', parentGeneration: 0, pageToken: '7', now: at(4) })
  const latest = await latestRuns(db, world.accountId, [world.driveId, other])
  expect(latest).toEqual([await runSummary(db, world.accountId, second.run.id)])
  expect(latest[0]).toMatchObject({ phase: 'listing', mode: 'initial', startedAt: at(4) })
})

test('ACT-04 a scheduled run that somebody asks for goes on as one on demand, and a late repeat of the request hurries no other run', async () => {
  const world = await makeWorld(db)
  const scheduled = { id: id('run'), driveId: world.driveId, reason: 'scheduled' as const, now: at(4) }
  await queueRun(db, world.accountId, scheduled)
  const { run, joined } = await queued(world)
  expect({ joined, ...run }).toMatchObject({ joined: true, id: scheduled.id, reason: 'on demand', requestedBy: world.ada })

  await endRun(db, world.accountId, run.id, end(6))
  const { run: own } = await queued(world, { id: id('asked') })
  await endRun(db, world.accountId, own.id, end(8))
  const nightly = { ...scheduled, id: id('run') }
  await queueRun(db, world.accountId, nightly)
  await queued(world, { id: own.id })
  expect(await runSummary(db, world.accountId, nightly.id)).toMatchObject({ reason: 'scheduled', requestedBy: null })
})
