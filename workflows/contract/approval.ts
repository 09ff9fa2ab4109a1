import { defineQuery, defineUpdate } from '@temporalio/workflow'

/** One approval workflow per approval row; a new plan means a new approval. */
export const approvalWorkflowId = (approvalId: string): string => `approval/${approvalId}`

/** What is put before the approvers. `planHash` binds every vote to exactly what will be done (P6). */
export type ApprovalRequest = {
  readonly accountId: string
  readonly approvalId: string
  readonly requesterId: string
  readonly planHash: string
  readonly approverIds: readonly string[]
  readonly quorum: number
  readonly ttlMs: number
}

export type Vote = {
  readonly personId: string
  readonly choice: 'approve' | 'deny'
  readonly planHash: string
  readonly comment?: string
}

export type ApprovalStatus = 'pending' | 'approved' | 'denied' | 'expired' | 'canceled'

export type ApprovalState = { readonly status: ApprovalStatus; readonly votes: readonly Vote[] }

/** Why a vote is not taken. The validator's error has the refusal as its failure type. */
export type Refusal = 'already decided' | 'plan changed' | 'not an approver' | 'own request' | 'already voted'

/** One vote of one person. Update id = the chat event's id, so a repeated click returns the first answer. */
export const castVote = defineUpdate<ApprovalState, [Vote]>('castVote')

export const approvalState = defineQuery<ApprovalState>('approvalState')
