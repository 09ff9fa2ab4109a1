/** What keeps a run from relying on what a collection of garbage takes away beside it (docs/adr, workflows/policy/gc.ts). */
import type { Database, Db } from '../../db/client.ts'
import { holdEpoch, moveParent, type RunStanding, runStanding } from '../../db/gc.ts'
import { mayFollow, mayOffer, mayWrite } from '../../workflows/policy/gc.ts'
import { type DriveVault, GenerationTaken, type Root } from '../vault/index.ts'
import { rangeOf } from '../vault/read/expired.ts'
import type { RunKey } from './take-items.ts'

/**
 * Holds the run, and the epoch of its drive, still until the transaction ends. `offers`: what the run hands on may be offered to later runs.
 * A worker that was taken for dead can come at any time: what it has read or fetched is written down only while the run is `during` that.
 * @throws {GenerationTaken} the run is past that, has ended or was given up, so a worker that comes late must not write anything down for it
 */
export async function holdStanding(
  tx: Db,
  run: RunKey,
  during: 'listing' | 'storing',
): Promise<RunStanding & { readonly offers: boolean }> {
  const epoch = await holdEpoch(tx, run.accountId, run.driveId)
  const standing = await runStanding(tx, run.accountId, run.runId)
  mustBeOpen(standing, run)
  if (standing.phase !== during)
    throw new GenerationTaken(`The run ${run.runId} is past its ${during}: another worker has gone on with it. Nothing was written for it.`)
  return { ...standing, offers: mayOffer(standing, epoch) }
}

function mustBeOpen(standing: RunStanding | undefined, { runId }: RunKey): asserts standing {
  if (!standing || !mayWrite(standing))
    throw new GenerationTaken(`The run ${runId} has ended, or was given up because it showed no life. Nothing more is written for it.`)
}

export type CommitPoint = { readonly own: Root } | { readonly parentGeneration: number }

/**
 * Where the run's root goes: on top of the newest, which is the one that it started from or has nothing but upkeep since; or its own root,
 * when an earlier attempt has made it. The order is what fencing relies on: first the newest root is read, then all that the new one names
 * is gathered, then {@link confirmOpen}, then the generation after the newest is taken. @throws {GenerationTaken}
 */
export async function commitPoint(
  { db, vault }: { readonly db: Database; readonly vault: DriveVault },
  run: RunKey & { readonly parentGeneration: number },
): Promise<CommitPoint> {
  const latest = await vault.latestRoot()
  const since = await rootsSince(vault, latest, run.parentGeneration)
  const own = since.find(({ sessionId }) => sessionId === run.runId)
  if (own) return { own }
  if (!mayFollow(since.map(({ maintenance = false }) => ({ maintenance }))))
    throw new GenerationTaken(`Snapshot ${since[0]?.gen} was committed by another run.`)
  mustBeOpen(await runStanding(db, run.accountId, run.runId), run)
  const parentGeneration = latest?.gen ?? 0
  if (parentGeneration !== run.parentGeneration) await moveParent(db, run.accountId, run.runId, parentGeneration)
  return { parentGeneration }
}

/** The last thing before a root is put. @throws {GenerationTaken} the run has ended or was given up */
export async function confirmOpen(db: Database, run: RunKey): Promise<void> {
  mustBeOpen(await runStanding(db, run.accountId, run.runId), run)
}

/** Newest first. Upkeep's own roots may have been given up since; nothing but roots of upkeep can be, above the parent of an open run. */
async function rootsSince(vault: DriveVault, latest: Root | undefined, parentGeneration: number): Promise<readonly Root[]> {
  const since: Root[] = []
  let root = latest
  while (root && root.gen > parentGeneration) {
    since.push(root)
    const before: number = (rangeOf(latest?.expired, root.parentGen)?.from ?? root.gen) - 1
    root = before > parentGeneration ? await vault.root(before) : undefined
  }
  return since
}
