import { runItemsAfter, runReasons, runTotals } from '../../db/backup-run-items.ts'
import { reusedContainers, uncommittedBlobs } from '../../db/blobs.ts'
import { applyRunToCatalog } from '../../db/catalog.ts'
import type { Database } from '../../db/client.ts'
import { runStanding } from '../../db/gc.ts'
import { refreshPlans } from '../../db/rebuild.ts'
import { balanced } from '../../workflows/policy/outcome.ts'
import { recordSnapshot } from '../catalog/record-snapshot.ts'
import { WorkFailure } from '../kit/failure.ts'
import {
  type BlobEntry,
  type DriveRecord,
  type DriveVault,
  GenerationTaken,
  type ManifestChange,
  type ManifestRow,
  type Root,
} from '../vault/index.ts'
import { keepLocked } from '../vault/retention/keep-locked.ts'
import { checkReferences } from './check-references.ts'
import { markIndexed } from './mark-indexed.ts'
import { commitPoint, confirmOpen } from './standing.ts'
import type { RunKey } from './take-items.ts'
import { wasMadeFrom } from './was-made-from.ts'

const page = 2_000
/** So many rows at once that the database's own upkeep comes too late for the queries of the commit, and of the next run. */
const manyRows = 10_000

export type CommitRun = RunKey & {
  readonly mode: 'initial' | 'incremental' | 'full'
  readonly parentGeneration: number
  readonly nextPageToken: string
  /** Removals were held back: the next run has to be told of them again. */
  readonly held: boolean
  readonly bytes: number
  /** The feed says that the drive itself has changed, or nothing is known of it yet. */
  readonly driveChanged: boolean
  /** When the run took its view of the drive. */
  readonly time: Date
}

/**
 * Makes the run a snapshot: first the vault's root, the only commit point, then the catalogue. Idempotent by the session that the root
 * names: an attempt that finds its own root goes straight on to the catalogue. Returns nothing when nothing had changed.
 * @throws {GenerationTaken} another worker has committed this generation meanwhile, or the run was given up
 */
export async function commitRun(
  deps: { readonly db: Database; readonly vault: DriveVault; readonly record: () => Promise<DriveRecord>; readonly heartbeat: () => void },
  run: CommitRun,
): Promise<Root | undefined> {
  const totals = await runTotals(deps.db, run.accountId, run.runId)
  if (totals.pending > 0) throw new Error(`The run ${run.runId} cannot be committed: ${totals.pending} items are still to be fetched.`)
  if (totals.items >= manyRows) await refreshPlans(deps.db)
  const point = await commitPoint(deps, run)
  if ('own' in point) {
    // The journal of an older copy of the database may have gone another way since: then the next run takes the snapshot from the vault.
    if (await wasMadeFrom(changes(deps, run, totals.items), point.own)) await carryIntoCatalog(deps, run, point.own)
    return point.own
  }
  const root = await newRoot(deps, { ...run, parentGeneration: point.parentGeneration }, totals)
  if (root) await carryIntoCatalog(deps, run, root)
  return root
}

async function newRoot(
  deps: { readonly db: Database; readonly vault: DriveVault; readonly record: () => Promise<DriveRecord>; readonly heartbeat: () => void },
  run: CommitRun,
  totals: Awaited<ReturnType<typeof runTotals>>,
): Promise<Root | undefined> {
  if (totals.items === 0 && run.parentGeneration > 0 && !run.driveChanged) return undefined
  const listed = totals.items - totals.removed
  if (!balanced({ ...totals, listed })) {
    throw new WorkFailure(
      'Bug',
      `Of ${listed} listed items only ${totals.stored + totals.skipped + totals.failed} are accounted for, so no snapshot was made.`,
    )
  }
  await checkReferences(deps, run)
  const histogram = await runReasons(deps.db, run.accountId, run.runId)
  const metadataOnly = Object.entries(histogram).reduce((sum, [key, count]) => (key.startsWith('metadata-only') ? sum + count : sum), 0)
  return deps.vault.commit({
    sessionId: run.runId,
    parentGen: run.parentGeneration,
    mode: run.mode === 'initial' ? 'full' : 'delta',
    rows: changes(deps, run, totals.items),
    blobEntries: blobEntries(deps.db, run),
    pageToken: await position(deps.vault, run),
    time: run.time,
    counts: {
      listed,
      stored: totals.stored,
      metadataOnly,
      skipped: totals.skipped - metadataOnly,
      failed: totals.failed,
      removed: totals.removed,
      bytes: run.bytes,
    },
    histogram,
    drive: await deps.record(),
    beforeRoot: async () => {
      await keepLocked(deps.vault, run.parentGeneration, reused(deps.db, run), run.time)
      await confirmOpen(deps.db, run)
    },
  })
}

/** Of a held run the feed's position does not count: from the one before, the feed tells of the removals once more. */
async function position(vault: DriveVault, run: CommitRun): Promise<string> {
  return run.held && run.parentGeneration > 0 ? (await vault.root(run.parentGeneration)).pageToken : run.nextPageToken
}

/** @throws {GenerationTaken} they are not all there: the run was ended, and its journal cleared, while they were read */
async function* changes(
  deps: { readonly db: Database; readonly heartbeat: () => void },
  run: CommitRun,
  expected: number,
): AsyncGenerator<ManifestChange> {
  let after = ''
  let read = 0
  for (;;) {
    deps.heartbeat()
    const items = await runItemsAfter(deps.db, run.accountId, run.runId, after, page)
    for (const { itemId, row } of items) yield row === null ? { id: itemId, removed: true } : (row as ManifestRow)
    read += items.length
    const last = items.at(-1)
    if (last && items.length === page) after = last.itemId
    else if (read === expected) return
    else throw new GenerationTaken(`The run ${run.runId} was ended by another worker while it was committed. It has made no snapshot.`)
  }
}

async function* blobEntries(db: Database, run: CommitRun): AsyncGenerator<BlobEntry> {
  let after = ''
  for (;;) {
    const entries = await uncommittedBlobs<BlobEntry>(db, run.accountId, run.driveId, after, page)
    yield* entries
    const last = entries.at(-1)
    if (!last || entries.length < page) return
    after = last.blobId
  }
}

/** Containers of earlier snapshots that rows of this run name again. */
async function* reused(db: Database, run: CommitRun): AsyncGenerator<readonly { container: string; versionId?: string }[]> {
  let after = ''
  for (;;) {
    const containers = await reusedContainers(db, run.accountId, run.driveId, run.runId, after, page)
    yield containers
    const last = containers.at(-1)
    if (!last || containers.length < page) return
    after = last.container
  }
}

async function carryIntoCatalog(deps: { readonly db: Database; readonly vault: DriveVault }, run: CommitRun, root: Root): Promise<void> {
  await markIndexed(deps, run, root)
  await deps.db.transaction(async (tx) => {
    // Of a run that was ended meanwhile the journal is gone: the next run takes its snapshot from the vault.
    if (!(await runStanding(tx, run.accountId, run.runId))?.open) return
    await applyRunToCatalog(tx, run.accountId, run.driveId, run.runId, root.gen)
    await recordSnapshot(tx, run.accountId, root)
  })
  if (root.counts.listed >= manyRows) await refreshPlans(deps.db)
}
