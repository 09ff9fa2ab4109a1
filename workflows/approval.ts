/**
 * One decision by people, between a plan and its execution.
 *
 * Trigger   started by `restore` and every other protected action, as a child
 * Result    `approved`, `denied`, `expired` or `canceled`; never anything else, and never by time-out alone `approved`
 * Promises  P6: requester ≠ approver by person; votes are bound to the plan's hash; the first decision is final
 */
import { ApplicationFailure, allHandlersFinished, CancellationScope, condition, isCancellation, setHandler } from '@temporalio/workflow'
import { type ApprovalRequest, type ApprovalState, approvalState, castVote } from './contract/approval.ts'
import { refuse, tally } from './policy/quorum.ts'
import { notify, records } from './proxies.ts'

export async function approval(request: ApprovalRequest): Promise<ApprovalState> {
  let state: ApprovalState = { status: 'pending', votes: [] }
  const { accountId, approvalId } = request
  const record = () => records.recordDecision({ accountId, approvalId, status: state.status, votes: state.votes })

  setHandler(approvalState, () => state)
  setHandler(
    castVote,
    async (vote) => {
      state = tally(request, state, vote)
      const answer = state
      await record()
      return answer
    },
    {
      validator: (vote) => {
        const refusal = refuse(request, state, vote)
        if (refusal) throw ApplicationFailure.nonRetryable(refusal, refusal)
      },
    },
  )

  try {
    // Only now can a vote be taken, so only now is anybody asked for one.
    await notify.announceApproval({ accountId, approvalId })
    const decided = await condition(() => state.status !== 'pending', request.ttlMs)
    if (!decided) state = { ...state, status: 'expired' }
  } catch (error) {
    if (!isCancellation(error)) throw error
    state = { ...state, status: 'canceled' }
  }

  return CancellationScope.nonCancellable(async () => {
    await record()
    await condition(allHandlersFinished)
    return state
  })
}
