/**
 * Brings items back from a snapshot: plan, decide, apply, report.
 *
 * Trigger   a restore command or form; the job itself is a row in PostgreSQL
 * Result    nothing; the job's row says what was restored, skipped and failed, item by item
 * Promises  RES-05: nothing starts before the approval. P6: a plan that has changed since is decided anew. P8: nothing is overwritten.
 *           JOB-12: cancel stops it at any time and reports what is already there
 */
import {
  allHandlersFinished,
  CancellationScope,
  condition,
  executeChild,
  isCancellation,
  ParentClosePolicy,
  setHandler,
} from '@temporalio/workflow'
import { approval } from './approval.ts'
import { approvalWorkflowId } from './contract/approval.ts'
import { cancelRestore, type RestoreInput } from './contract/restore.ts'
import { failureOf } from './policy/failure.ts'
import type { RestoreEnding } from './policy/outcome.ts'
import { notify, records, shards } from './proxies.ts'

export async function restore(job: RestoreInput): Promise<void> {
  const scope = new CancellationScope()
  let finished = false

  setHandler(cancelRestore, () => {
    if (finished) return 'already finished'
    scope.cancel()
    return 'canceling'
  })

  const ended = await settle(
    job,
    scope.run(() => carryOut(job)),
  )
  finished = true
  await records.closeRestore({ ...job, ...ended })
  await show(job)
  await records.tellRequester(job)
  await condition(allHandlersFinished)
}

async function carryOut(job: RestoreInput): Promise<RestoreEnding> {
  let plan = await shards('restore').planRestore(job)
  for (let round = 1; plan.actions > 0; round++) {
    const decision = await decide(job, plan.planHash, round)
    if (decision !== 'approved') return { ended: decision }

    const approvedHash = plan.planHash
    plan = await shards('restore').planRestore(job)
    if (plan.planHash === approvedHash) break
  }
  await records.startRestore(job)
  await show(job)
  while (!(await shards('restore').applyRestore(job)).done);
  return { ended: 'applied' }
}

/** Asks the approvers. A request that is still pending when the restore ends is closed with it. */
async function decide(job: RestoreInput, planHash: string, round: number): Promise<'approved' | 'denied' | 'expired' | 'canceled'> {
  // Not to be cut short by a cancellation: what is written down must be known here, so that it can be closed again.
  const request = await CancellationScope.nonCancellable(() => records.openApproval({ ...job, planHash, round }))
  const { status } = await executeChild(approval, {
    args: [request],
    workflowId: approvalWorkflowId(request.approvalId),
    parentClosePolicy: ParentClosePolicy.REQUEST_CANCEL,
  })
  return status === 'pending' ? 'canceled' : status
}

async function settle(job: RestoreInput, work: Promise<RestoreEnding>): Promise<RestoreEnding> {
  try {
    return await work
  } catch (error) {
    if (isCancellation(error)) return { ended: 'canceled' }
    const failure = failureOf(error)
    if (failure.type === 'GrantRevoked') await records.markDisconnected({ ...job, reason: failure.message })
    return { ended: 'failed', error: failure.message }
  }
}

const show = (job: RestoreInput) => notify.touchSubject({ accountId: job.accountId, subjectType: 'job', subjectId: job.jobId })
