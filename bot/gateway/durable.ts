import type { ApprovalState, Refusal, Vote } from '../../workflows/contract/approval.ts'
import type { CancelAnswer } from '../../workflows/contract/restore.ts'

export type VoteAnswer =
  | { readonly outcome: 'taken'; readonly state: ApprovalState }
  | { readonly outcome: 'refused'; readonly refusal: Refusal }
  /** The approval's workflow has ended, so nothing is left to decide. */
  | { readonly outcome: 'over' }

export type Reachability = { readonly reachable: true; readonly version: string } | { readonly reachable: false; readonly problem: string }

/** Temporal, or every worker, is silent. Nothing has been decided by this call; repeating it is safe. `message` says so. */
export class DurableUnavailable extends Error {
  override readonly name = 'DurableUnavailable'
}

/**
 * What commands ask of durable work. Every call can be repeated: ids make a second one harmless.
 * @throws {DurableUnavailable} all but `reachable`
 */
export interface Durable {
  /** Wakes the drive's workflow, or starts it. The run that it is to do stands in the database. */
  startBackup(accountId: string, driveId: string): Promise<void>
  /** Starts the job's workflow. What is to be restored stands in the database. */
  startRestore(accountId: string, jobId: string): Promise<void>
  /** Starts to measure. Which drives stands in the database. */
  startEstimate(accountId: string, estimateId: string): Promise<void>
  /** One vote. A repeat with the same update id gets the first answer. */
  vote(approvalId: string, vote: Vote, updateId: string): Promise<VoteAnswer>
  cancelRestore(jobId: string, personId: string): Promise<CancelAnswer>
  /** Stops the run when it is the drive's current one. */
  cancelRun(accountId: string, driveId: string, runId: string): Promise<void>
  /** For `doctor`: does not throw. */
  reachable(): Promise<Reachability>
}
