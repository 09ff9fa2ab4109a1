import type { Database } from '../../db/client.ts'
import { beginRun, currentRun } from '../../db/run-progress.ts'
import { catchUp } from '../catalog/catch-up.ts'
import type { DriveVault } from '../vault/index.ts'

export type OpenedRun = { readonly runId: string; readonly mode: 'initial' | 'incremental' | 'full' }

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
  if (run.startedAt) return { runId: run.runId, mode: run.mode ?? 'full' }

  const latest = await deps.vault.latestRoot()
  if (latest && latest.gen > run.latestGeneration) await catchUp(deps.db, deps.vault, drive.accountId, run.latestGeneration + 1, latest.gen)

  const mode = !latest ? 'initial' : run.mode === 'full' ? 'full' : 'incremental'
  await beginRun(deps.db, drive.accountId, run.runId, {
    mode,
    parentGeneration: latest?.gen ?? 0,
    pageToken: mode === 'incremental' ? (latest?.pageToken ?? null) : null,
    now: deps.now,
  })
  return { runId: run.runId, mode }
}
