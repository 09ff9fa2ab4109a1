import type { Database } from '../../db/client.ts'
import type { Clock } from '../../db/kit/clock.ts'
import { quotaStanding } from '../../db/quota.ts'
import { runEta, saveRunEta } from '../../db/run-eta.ts'
import { runSummary } from '../../db/runs.ts'
import { type Eta, nextEta } from '../../workflows/policy/eta.ts'
import { laneOfRun } from '../../workflows/policy/lanes.ts'
import { limitsOf } from '../../workflows/policy/quota-time.ts'

/** Looks at how far a run is, and writes down when it will end. Harmless to repeat; a run that fetches nothing says nothing. */
export async function noteEta(
  { db, clock }: { readonly db: Database; readonly clock: Clock },
  { accountId, runId }: { readonly accountId: string; readonly runId: string },
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
  const eta = nextEta(before as Eta | undefined, progress, limitsOf(standing), laneOfRun(run.reason))
  if (eta !== before) await saveRunEta(db, accountId, runId, eta, now)
}
