import type { Database } from '../../db/client.ts'
import { adoptEpoch } from '../../db/gc.ts'
import { beginRun, currentRun, type RunState } from '../../db/run-progress.ts'
import { catchUp } from '../catalog/catch-up.ts'
import type { DriveVault, Root } from '../vault/index.ts'

export type OpenedRun = {
  readonly runId: string
  readonly taskId: string
  readonly mode: 'initial' | 'incremental' | 'full'
  /** What asked for it: decides who goes first where places are scarce. */
  readonly reason: string
}

/**
 * Takes up the run that is queued for a drive. The vault decides where it starts: the catalogue is first brought level with roots that it
 * does not know. Idempotent: a run that has begun keeps its mode and its parent. Returns nothing when no run is queued.
 */
export async function openRun(
  deps: { readonly db: Database; readonly vault: DriveVault; readonly now: Date },
  drive: { readonly accountId: string; readonly driveId: string },
): Promise<OpenedRun | undefined> {
  const run = await currentRun(deps.db, drive.accountId, drive.driveId)
  if (!run) return undefined
  if (run.startedAt) return { runId: run.runId, taskId: run.taskId, mode: run.mode ?? 'full', reason: run.reason }

  const latest = await deps.vault.latestRoot()
  if (latest?.gcEpoch) await levelLedger(deps.db, drive, latest.gcEpoch)
  if (latest && latest.gen > run.latestGeneration) await catchUp(deps.db, deps.vault, drive.accountId, run.latestGeneration + 1, latest.gen)

  const mode = !latest ? 'initial' : run.mode === 'full' ? 'full' : 'incremental'
  await beginRun(deps.db, drive.accountId, run.runId, {
    mode,
    parentGeneration: latest?.gen ?? 0,
    pageToken: mode === 'incremental' && latest ? feedPosition(run, latest) : null,
    now: deps.now,
  })
  return { runId: run.runId, taskId: run.taskId, mode, reason: run.reason }
}

/** A database that was brought back from an older copy knows contents that a collection has deleted since. */
function levelLedger(db: Database, { accountId, driveId }: { readonly accountId: string; readonly driveId: string }, epoch: number) {
  return db.transaction((tx) => adoptEpoch(tx, accountId, driveId, epoch))
}

/** Runs that found nothing made no snapshot, so the catalogue can be further along the feed than the newest root. */
function feedPosition(run: RunState, latest: Root): string {
  return run.latestGeneration === latest.gen && run.drivePageToken !== null ? run.drivePageToken : latest.pageToken
}
