import type { ApprovalRequest, ApprovalState, Refusal, Vote } from '../contract/approval.ts'

/** Why a vote cannot be taken, or nothing when it can (P6). Pure: the update's validator and the card both ask it. */
export function refuse(request: ApprovalRequest, state: ApprovalState, vote: Vote): Refusal | undefined {
  if (state.status !== 'pending') return 'already decided'
  if (vote.planHash !== request.planHash) return 'plan changed'
  if (vote.personId === request.requesterId) return 'own request'
  if (!request.approverIds.includes(vote.personId)) return 'not an approver'
  if (state.votes.some((earlier) => earlier.personId === vote.personId)) return 'already voted'
  return undefined
}

/** The state after a vote that {@link refuse} let through: one denial decides, approvals decide at the quorum. */
export function tally(request: ApprovalRequest, state: ApprovalState, vote: Vote): ApprovalState {
  const votes = [...state.votes, vote]
  if (vote.choice === 'deny') return { status: 'denied', votes }
  const approvals = votes.filter((counted) => counted.choice === 'approve').length
  return { status: approvals >= request.quorum ? 'approved' : 'pending', votes }
}
