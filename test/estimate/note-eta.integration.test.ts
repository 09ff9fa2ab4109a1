import { expect, test } from 'vitest'
import { noteEta } from '../../activities/estimate/note-eta.ts'
import { renderSubject } from '../../bot/cards/subjects.ts'
import { putRunItems } from '../../db/backup-run-items.ts'
import { changeQuota, noteQuotaUse } from '../../db/quota.ts'
import { runEta } from '../../db/run-eta.ts'
import { addProgress, beginRun, countRun, setRunPhase } from '../../db/run-progress.ts'
import { queueRun } from '../../db/runs.ts'
import type { Eta } from '../../workflows/policy/eta.ts'
import { at, id, makeWorld, openTestDatabase } from '../db/world.ts'
import { standingClock } from '../support/wire.ts'

const db = await openTestDatabase()
const size = 10_000_000

/** A run of a hundred files of 10 MB each that has listed them. */
async function storing() {
  const world = await makeWorld(db)
  const { accountId, driveId } = world
  const runId = id('run')
  await queueRun(db, accountId, { id: runId, driveId, reason: 'on demand', requestedBy: world.ada, now: at(0) })
  await beginRun(db, accountId, runId, { mode: 'initial', parentGeneration: 0, pageToken: null, now: at(0) })
  const items = Array.from({ length: 100 }, (_, index) => ({ itemId: `file-${index}`, row: { id: `file-${index}` }, pending: true, size }))
  await putRunItems(db, accountId, runId, items)
  await countRun(db, accountId, runId)
  const clock = standingClock(at(0).toISOString())
  const run = { accountId, runId }
  return {
    ...world,
    runId,
    clock,
    eta: async () => (await runEta(db, accountId, runId)) as Eta | undefined,
    begin: () => setRunPhase(db, accountId, runId, 'storing'),
    /** So many files more in ten seconds. */
    async fetch(files: number) {
      clock.advance(10_000)
      await addProgress(db, accountId, runId, { bytes: files * size, stored: files })
      await noteEta({ db, clock }, run)
    },
    note: () => noteEta({ db, clock }, run),
    card: async () => JSON.stringify(await renderSubject({ db, clock }, accountId, { type: 'backup-run', id: runId })),
  }
}

test('a backup that fetches says when it ends, and its card shows the range', async () => {
  const run = await storing()
  await run.note()
  expect(await run.eta()).toBeUndefined()
  await run.begin()
  await run.note()
  expect(await run.card()).toContain('the time left is not known yet')
  for (let step = 0; step < 5; step++) await run.fetch(10)
  const { ends } = (await run.eta()) ?? {}
  const trueEnd = at(0).getTime() + 100_000
  expect(ends?.low).toBeLessThanOrEqual(trueEnd)
  expect(ends?.high).toBeGreaterThanOrEqual(trueEnd)
  expect(await run.card()).toContain('Ends between ')
})

test('when the bytes of today are used up, the card says that it ends later, until when, and why', async () => {
  const run = await storing()
  await run.begin()
  await run.note()
  for (let step = 0; step < 3; step++) await run.fetch(10)
  expect(await run.card()).not.toContain('Later than was said')
  const key = `project:${id('p')}`
  await noteQuotaUse(db, run.accountId, run.taskId, [key], at(0))
  const row = { key, available: 0, refilledAt: at(0), lanes: {}, unitsToday: 0, egressToday: 1e9 }
  const limits = { perMinute: null, unitsPerDay: null, egressPerDay: 1e9 }
  await changeQuota(db, [key], () => ({ rows: [{ ...row, ...limits }], result: undefined }))
  await run.fetch(10)
  expect(await run.eta()).toMatchObject({ bound: 'egress', slip: { because: 'quota of today' } })
  const card = await run.card()
  expect(card).toContain('Later than was said: it was to end by ')
  expect(card).toContain('today’s quota of Google’s does not last for the rest')
})
