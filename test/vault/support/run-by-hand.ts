/** A backup run without Temporal: what its activities do, one after the other, by workers that a test can freeze. */
import { commitRun } from '../../../activities/backup/commit-run.ts'
import { drainChanges, drainListing } from '../../../activities/backup/drain.ts'
import { driveRecord } from '../../../activities/backup/drive-record.ts'
import { openRun } from '../../../activities/backup/open-run.ts'
import { storePending } from '../../../activities/backup/store-pending.ts'
import type { DriveSource } from '../../../activities/drive/source.ts'
import { looseHeartbeat } from '../../../activities/kit/heartbeat.ts'
import type { DriveVault, ObjectStore } from '../../../activities/vault/index.ts'
import { clearRun } from '../../../db/backup-run-items.ts'
import type { Database } from '../../../db/client.ts'
import { runStanding } from '../../../db/gc.ts'
import { systemClock } from '../../../db/kit/clock.ts'
import { newId, systemRandom } from '../../../db/kit/random.ts'
import { endRun, runById, setRunPhase } from '../../../db/run-progress.ts'
import { queueRun } from '../../../db/runs.ts'

export type Place = { readonly db: Database; readonly accountId: string; readonly driveId: string; readonly source: DriveSource }
export type RunAt = { readonly accountId: string; readonly driveId: string; readonly runId: string }

/** Queues a run and takes it up. */
export async function beginByHand({ db, accountId, driveId }: Place, vault: DriveVault): Promise<RunAt> {
  const runId = newId(systemRandom, 'run')
  await queueRun(db, accountId, { id: runId, driveId, reason: 'on demand', now: systemClock.now() })
  await openRun({ db, vault, now: systemClock.now() }, { accountId, driveId })
  return { accountId, driveId, runId }
}

/** Everything from the listing to the root: what a worker does that takes the run up, or over from one that was taken for dead. */
export async function workByHand({ source }: Place, db: Database, vault: DriveVault, run: RunAt): Promise<void> {
  const deps = { db, source, heartbeat: looseHeartbeat<number>(), onPage: async () => {} }
  const state = async () => ({ ...(await runById(db, run.accountId, run.runId)), accountId: run.accountId })
  const begun = await state()
  const phase = (await runStanding(db, run.accountId, run.runId))?.phase
  if (phase === 'listing') {
    if (begun.mode !== 'incremental' && !begun.listingDone) await drainListing(deps, begun)
    await drainChanges(deps, await state())
  }
  if (phase !== 'committing') {
    await setRunPhase(db, run.accountId, run.runId, 'storing')
    const writer = await vault.writer(run.runId, { maxBytesInFlight: 48 * 2 ** 20 })
    await storePending({ ...deps, writer, onProgress: async () => {} }, await state())
  }
  await commitByHand({ source }, db, vault, run)
}

async function commitByHand({ source }: Pick<Place, 'source'>, db: Database, vault: DriveVault, run: RunAt): Promise<void> {
  await setRunPhase(db, run.accountId, run.runId, 'committing')
  const now = await runById(db, run.accountId, run.runId)
  await commitRun(
    { db, vault, record: () => driveRecord(source, vault, now), heartbeat: () => {} },
    {
      ...run,
      mode: now.mode ?? 'full',
      parentGeneration: now.parentGeneration,
      nextPageToken: now.pageToken ?? '',
      held: false,
      bytes: now.bytesDone,
      driveChanged: now.driveChanged,
      time: systemClock.now(),
    },
  )
}

export async function endByHand({ db }: Place, run: RunAt, outcome: 'success' | 'failed'): Promise<void> {
  await db.transaction(async (tx) => {
    await endRun(tx, run.accountId, run.runId, { outcome, error: null, generation: null, reasons: {}, now: systemClock.now() })
    await clearRun(tx, run.accountId, run.runId)
  })
}

export type Freezer = {
  readonly db: Database
  readonly store: ObjectStore
  /** Resolves when the worker stands still before its call number `at`. */
  readonly frozen: Promise<void>
  thaw(): void
}

/** The world as a worker sees it that is frozen before its `at`-th call of the database or the store, counted from 0, until it is thawed. */
export function freezer(db: Database, store: ObjectStore, at: number): Freezer {
  const [frozen, thawed] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
  let calls = 0
  const pass = async () => {
    calls += 1
    if (calls - 1 < at) return
    frozen.resolve()
    await thawed.promise
  }
  const gated =
    <Args extends unknown[], T>(call: (...args: Args) => Promise<T>) =>
    async (...args: Args): Promise<T> => {
      await pass()
      return call(...args)
    }
  return {
    frozen: frozen.promise,
    thaw: () => thawed.resolve(),
    db: {
      ...db,
      query: gated(db.query.bind(db)) as Database['query'],
      transaction: gated(db.transaction.bind(db)) as Database['transaction'],
    },
    store: {
      ...store,
      create: gated(store.create),
      createFrom: gated(store.createFrom),
      read: gated(store.read),
      async *list(prefix, options) {
        await pass()
        yield* store.list(prefix, options)
      },
    },
  }
}
