import type { Sql } from './client.ts'

/** What the activities of a restore need to know of its job and of the drives that it touches. */
export type RestoreJob = {
  readonly jobId: string
  readonly taskId: string
  readonly driveId: string
  readonly generation: number
  readonly selection: { readonly kind: 'drive' } | { readonly kind: 'items'; readonly itemIds: readonly string[] }
  readonly destinationDriveId: string
  readonly destinationFolderId: string | null
  readonly withSharing: boolean
  readonly requestedBy: string
  readonly planHash: string | null
  readonly status: string
  /** The destination drive as the catalogue knows it: 0 and null when it has never been backed up. */
  readonly destinationGeneration: number
  readonly destinationPageToken: string | null
}

/** @throws {Error} there is no such job in this account */
export async function restoreJob(db: Sql, accountId: string, jobId: string): Promise<RestoreJob> {
  const [job] = await db.query<RestoreJob>(
    `select job.id as "jobId", job.task_id as "taskId", job.drive_id as "driveId", job.generation, job.selection,
       job.destination_drive_id as "destinationDriveId", job.destination_folder_id as "destinationFolderId", job.with_sharing as "withSharing",
       job.requested_by as "requestedBy", job.plan_hash as "planHash", job.status,
       coalesce(drive.latest_generation, 0) as "destinationGeneration", drive.page_token as "destinationPageToken"
     from job left join drive on drive.account_id = job.account_id and drive.id = job.destination_drive_id
     where job.account_id = $1 and job.id = $2`,
    [accountId, jobId],
  )
  if (!job) throw new Error(`There is no job ${jobId}.`)
  return job
}

/** Puts a plan before the approvers; `totalItems` and `totalBytes` are what it will create. */
export async function saveJobPlan(
  db: Sql,
  accountId: string,
  jobId: string,
  plan: { readonly summary: unknown; readonly planHash: string; readonly totalItems: number; readonly totalBytes: number },
): Promise<void> {
  await db.query(
    `update job set plan = $3, plan_hash = $4, total_items = $5, total_bytes = $6 where account_id = $1 and id = $2 and finished_at is null`,
    [accountId, jobId, JSON.stringify(plan.summary), plan.planHash, plan.totalItems, plan.totalBytes],
  )
}

export async function setJobPhase(
  db: Sql,
  accountId: string,
  jobId: string,
  phase: 'planning' | 'approval' | 'applying',
  now: Date,
): Promise<void> {
  await db.query(
    `update job set phase = $3, status = case when $3 = 'applying' then 'in-progress' else status end,
       started_at = case when $3 = 'applying' then coalesce(started_at, $4) else started_at end
     where account_id = $1 and id = $2 and finished_at is null`,
    [accountId, jobId, phase, now],
  )
}

/** Recounts a job from its lines, so that a repeated line can never be counted twice. */
export async function countJob(db: Sql, accountId: string, jobId: string): Promise<void> {
  await db.query(
    `update job set done_items = totals.done, skipped_items = totals.skipped, failed_items = totals.failed, done_bytes = totals.bytes, warnings = totals.warnings
     from (select count(*) filter (where state = 'done') as done, count(*) filter (where state = 'skipped') as skipped,
             count(*) filter (where state = 'failed') as failed, coalesce(sum(size) filter (where state = 'done'), 0) as bytes,
             count(*) filter (where state = 'done' and note is not null) as warnings
           from job_item where account_id = $1 and job_id = $2 and action <> 'reuse-folder') totals
     where account_id = $1 and id = $2`,
    [accountId, jobId],
  )
}

/** Ends a job. A repeat changes nothing. */
export async function endJob(
  db: Sql,
  accountId: string,
  jobId: string,
  end: { readonly status: string; readonly error: string | null; readonly now: Date },
): Promise<void> {
  await db.query(
    `update job set status = $3, error = $4, phase = 'done', finished_at = $5 where account_id = $1 and id = $2 and finished_at is null`,
    [accountId, jobId, end.status, end.error, end.now],
  )
}
