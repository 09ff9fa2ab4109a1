import { markUnseenParents, removalsOf, withholdRemovals } from '../../db/backup-run-items.ts'
import type { Db } from '../../db/client.ts'
import { holdsRemovals, type RemovalLimits } from '../../workflows/policy/removal-guard.ts'
import type { RunKey } from './take-items.ts'

export type Guarded = RunKey & RemovalLimits & { readonly acceptedRemovals: number | null; readonly heldRemovals: number | null }

/**
 * The last look at what a run has seen, in the transaction of its last page: removals beyond the limits are taken out of it, so that it goes on
 * as if nothing were gone. The feed's position of a held run is not kept either: the next run is told of the removals once more.
 * Idempotent: what was held stays held.
 */
export async function guardRemovals(tx: Db, run: Guarded): Promise<void> {
  await markUnseenParents(tx, run.accountId, run.runId, run.driveId)
  if (run.heldRemovals !== null) return withholdRemovals(tx, run.accountId, run.runId, run.heldRemovals)
  const counted = await removalsOf(tx, run.accountId, run.runId, run.driveId)
  if (!holdsRemovals({ ...counted, accepted: run.acceptedRemovals }, run)) return
  await withholdRemovals(tx, run.accountId, run.runId, counted.removed)
}
