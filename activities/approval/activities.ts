import { createApproval, decideApproval, recordVote } from '../../db/approvals.ts'
import { restoreJob } from '../../db/job-progress.ts'
import { peopleWithRole } from '../../db/people.ts'
import type { ApprovalRequest, ApprovalStatus, Vote } from '../../workflows/contract/approval.ts'
import type { ActivityDeps } from '../deps.ts'
import { WorkFailure } from '../kit/failure.ts'
import { showSubject } from '../notify/show.ts'

/** How long a request waits for people before it expires, and how many of them must agree. */
const ttlMs = 24 * 60 * 60 * 1_000
const quorum = 1

export function approvalActivities(deps: ActivityDeps) {
  const { db, clock } = deps
  return {
    /**
     * Puts a plan before everybody who may approve but the requester. Idempotent by job and round: a new plan of the same job is a new round.
     * Fails at once, in words, when nobody is there who could decide: a request that can never be approved would wait for nothing.
     */
    async openApproval(ask: {
      readonly accountId: string
      readonly jobId: string
      readonly planHash: string
      readonly round: number
    }): Promise<ApprovalRequest> {
      const job = await restoreJob(db, ask.accountId, ask.jobId)
      const approvers = (await peopleWithRole(db, ask.accountId, 'approver')).filter(({ id }) => id !== job.requestedBy)
      if (approvers.length < quorum) throw new WorkFailure('NoApprover')
      const now = clock.now()
      const approvalId = `${ask.jobId.replace(/^job/, 'apr')}_${ask.round}`
      const approval = await createApproval(db, ask.accountId, {
        id: approvalId,
        jobId: ask.jobId,
        requesterId: job.requestedBy,
        approverIds: approvers.map(({ id }) => id),
        quorum,
        planHash: ask.planHash,
        expiresAt: new Date(now.getTime() + ttlMs),
        now,
      })
      if (!approval) throw new Error(`The approval of ${ask.jobId} could not be written down.`)
      const { requesterId, planHash, approverIds } = approval
      return { accountId: ask.accountId, approvalId, requesterId, planHash, approverIds, quorum: approval.quorum, ttlMs }
    },

    /** What the workflow has taken, carried into the rows that cards read. Idempotent: one vote a person, and the first decision is final. */
    async recordDecision(decision: {
      readonly accountId: string
      readonly approvalId: string
      readonly status: ApprovalStatus
      readonly votes: readonly Vote[]
    }): Promise<void> {
      const { accountId, approvalId, status } = decision
      const jobId = await db.transaction(async (tx) => {
        for (const { personId, choice, comment } of decision.votes) {
          await recordVote(tx, accountId, approvalId, { personId, choice, comment, now: clock.now() })
        }
        if (status === 'pending') return undefined
        return (await decideApproval(tx, accountId, approvalId, status, clock.now()))?.jobId
      })
      await showSubject(deps, { accountId, subjectType: 'approval', subjectId: approvalId })
      if (jobId) await showSubject(deps, { accountId, subjectType: 'job', subjectId: jobId })
    },
  }
}
