import { isDeepStrictEqual } from 'node:util'
import type { Database } from '../../db/client.ts'
import type { Clock } from '../../db/kit/clock.ts'
import { quotaStanding } from '../../db/quota.ts'
import { runEta, saveRunEta } from '../../db/run-eta.ts'
import { runSummary } from '../../db/runs.ts'
import { type Eta, nextEta } from '../../workflows/policy/eta.ts'
import { laneOfRun } from '../../workflows/policy/lanes.ts'
import { limitsOf } from '../../workflows/policy/quota-time.ts'
import type { DriveFailure } from '../drive/failure-types.ts'

/** How long Google's own daily limits are waited for at a time, when it does not say. */
const unsaidMs = 30 * 60_000

/**
 * Looks at how far a run is, and writes down when it will end. Harmless to repeat; a run that fetches nothing says nothing. `refused` is the
 * `QuotaExceeded` that stops the work for now.
 */
export async function noteEta(
  { db, clock }: { readonly db: Database; readonly clock: Clock },
  { accountId, runId }: { readonly accountId: string; readonly runId: string },
  refused?: DriveFailure,
): Promise<void> {
  const run = await runSummary(db, accountId, runId)
  if (run?.phase !== 'storing') return
  const [standing, before] = await Promise.all([quotaStanding(db, accountId, run.taskId), runEta(db, accountId, runId)])
  const now = clock.now()
  const progress = {
    at: now.getTime(),
    itemsDone: run.stored + run.skipped + run.failed,
    itemsTotal: run.listed,
    bytesDone: run.bytesDone,
    bytesTotal: run.bytesTotal,
  }
  const { waits: _over, ...known } = (before ?? {}) as Partial<Eta>
  const next = nextEta('seen' in known ? (known as Eta) : undefined, progress, limitsOf(standing), laneOfRun(run.reason))
  const ours = refused?.reason?.startsWith('backstop:') ? standing[0]?.dayEndsAt.getTime() : undefined
  const until = refused && (ours ?? now.getTime() + (refused.retryAfterMs ?? unsaidMs))
  const eta: Eta = until === undefined ? next : { ...next, waits: { until } }
  if (!isDeepStrictEqual(eta, before)) await saveRunEta(db, accountId, runId, eta, now)
}
