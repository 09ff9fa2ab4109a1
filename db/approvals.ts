import type { Sql } from './client.ts'

export type ApprovalStatus = 'pending' | 'approved' | 'denied' | 'expired' | 'canceled'

export type Choice = 'approve' | 'deny'

export type ApprovalVote = {
  readonly personId: string
  readonly displayName: string
  readonly choice: Choice
  readonly comment: string | null
  readonly votedAt: Date
}

/** What is put before people and what they said. The decision itself is made by the workflow; these rows are what cards read. */
export type Approval = {
  readonly id: string
  readonly jobId: string
  readonly requesterId: string
  readonly approverIds: readonly string[]
  readonly quorum: number
  readonly planHash: string
  readonly status: ApprovalStatus
  readonly createdAt: Date
  readonly expiresAt: Date
  readonly decidedAt: Date | null
  /** In the order in which they were cast. */
  readonly votes: readonly ApprovalVote[]
}

type Row = Omit<Approval, 'votes'> & { readonly votes: readonly (Omit<ApprovalVote, 'votedAt'> & { readonly votedAt: string })[] }

const approvals = `select approval.id, job_id as "jobId", requester_id as "requesterId", approver_ids as "approverIds", quorum,
    plan_hash as "planHash", status, approval.created_at as "createdAt", expires_at as "expiresAt", decided_at as "decidedAt",
    coalesce((
      select jsonb_agg(jsonb_build_object('personId', vote.person_id, 'displayName', person.display_name, 'choice', vote.choice,
        'comment', vote.comment, 'votedAt', vote.voted_at) order by vote.voted_at, vote.person_id)
      from approval_vote vote join person on person.account_id = vote.account_id and person.id = vote.person_id
      where vote.account_id = approval.account_id and vote.approval_id = approval.id
    ), '[]') as votes
  from approval where approval.account_id = $1`

export type NewApproval = Pick<Approval, 'id' | 'jobId' | 'requesterId' | 'approverIds' | 'quorum' | 'planHash' | 'expiresAt'> & {
  readonly now: Date
}

/** Puts a plan before approvers. A repeat with the same id changes nothing. Undefined when the account has no such job. */
export async function createApproval(db: Sql, accountId: string, approval: NewApproval): Promise<Approval | undefined> {
  await db.query(
    `insert into approval (account_id, id, job_id, requester_id, approver_ids, quorum, plan_hash, created_at, expires_at)
     select $1, $2, job.id, person.id, $5, $6, $7, $8, $9
     from job, person where job.account_id = $1 and job.id = $3 and person.account_id = $1 and person.id = $4
     on conflict (id) do nothing`,
    [
      accountId,
      approval.id,
      approval.jobId,
      approval.requesterId,
      [...approval.approverIds],
      approval.quorum,
      approval.planHash,
      approval.now,
      approval.expiresAt,
    ],
  )
  return approvalById(db, accountId, approval.id)
}

export async function approvalById(db: Sql, accountId: string, approvalId: string): Promise<Approval | undefined> {
  const [row] = await db.query<Row>(`${approvals} and approval.id = $2`, [accountId, approvalId])
  return row && toApproval(row)
}

/** Every approval that was asked for a job, the newest first: a new plan means a new approval. */
export async function approvalsOfJob(db: Sql, accountId: string, jobId: string): Promise<Approval[]> {
  const rows = await db.query<Row>(`${approvals} and job_id = $2 order by approval.created_at desc, approval.id desc`, [accountId, jobId])
  return rows.map(toApproval)
}

/** What waits for this person's word, the oldest first. */
export async function approvalsWaitingFor(db: Sql, accountId: string, personId: string): Promise<Approval[]> {
  const rows = await db.query<Row>(
    `${approvals} and status = 'pending' and $2 = any(approver_ids) and requester_id <> $2
       and not exists (select 1 from approval_vote vote where vote.approval_id = approval.id and vote.person_id = $2)
     order by approval.created_at, approval.id`,
    [accountId, personId],
  )
  return rows.map(toApproval)
}

export type NewVote = { readonly personId: string; readonly choice: Choice; readonly comment?: string | undefined; readonly now: Date }

/**
 * Writes down a vote that the workflow has taken. One person has one vote, whichever chat it came from; a second changes nothing.
 * Holds the line below the workflow too (P6): not the requester's own, not of someone who was not asked, not after the decision.
 * @returns whether this call wrote the vote
 */
export async function recordVote(db: Sql, accountId: string, approvalId: string, vote: NewVote): Promise<boolean> {
  const written = await db.query(
    `insert into approval_vote (account_id, approval_id, person_id, choice, comment, voted_at)
     select account_id, id, $3, $4, $5, $6 from approval
     where account_id = $1 and id = $2 and status = 'pending' and requester_id <> $3 and $3 = any(approver_ids)
     on conflict (approval_id, person_id) do nothing returning person_id`,
    [accountId, approvalId, vote.personId, vote.choice, vote.comment ?? null, vote.now],
  )
  return written.length > 0
}

/**
 * Closes a pending approval. The first decision is final: a later one changes nothing.
 * @returns the approval as it is now; undefined when the account has none of this id
 */
export async function decideApproval(
  db: Sql,
  accountId: string,
  approvalId: string,
  status: Exclude<ApprovalStatus, 'pending'>,
  now: Date,
): Promise<Approval | undefined> {
  await db.query(`update approval set status = $3, decided_at = $4 where account_id = $1 and id = $2 and status = 'pending'`, [
    accountId,
    approvalId,
    status,
    now,
  ])
  return approvalById(db, accountId, approvalId)
}

function toApproval(row: Row): Approval {
  return { ...row, votes: row.votes.map((vote) => ({ ...vote, votedAt: new Date(vote.votedAt) })) }
}
