import type { Sql } from './client.ts'

export type JobKind = 'restore' | 'export'
export type JobStatus = 'pending' | 'in-progress' | 'succeeded' | 'partially-succeeded' | 'failed' | 'canceled'
export type JobPhase = 'planning' | 'approval' | 'applying' | 'done'
export type Selection = { readonly kind: 'drive' } | { readonly kind: 'items'; readonly itemIds: readonly string[] }

/** A restore or an export with all that its card shows (JOB-11). Its activities use db/job-progress.ts. */
export type Job = {
  readonly id: string
  /** Shown as R-1042. */
  readonly number: number
  readonly kind: JobKind
  readonly service: string
  readonly label: string | null
  readonly status: JobStatus
  readonly phase: JobPhase
  readonly taskId: string
  readonly taskName: string
  readonly driveId: string
  readonly driveName: string
  readonly generation: number
  /** When the snapshot was made that the job reads. */
  readonly backupAt: Date | null
  readonly selection: Selection
  readonly destinationDriveId: string
  readonly destinationDriveName: string
  readonly destinationFolderId: string | null
  readonly withSharing: boolean
  readonly requestedBy: string
  readonly requesterName: string
  readonly reason: string | null
  /** The summary that people decide on, and its hash; null until it is planned. */
  readonly plan: unknown
  readonly planHash: string | null
  readonly totalItems: number
  readonly totalBytes: number
  readonly doneItems: number
  readonly skippedItems: number
  readonly failedItems: number
  readonly doneBytes: number
  readonly warnings: number
  readonly error: string | null
  readonly createdAt: Date
  readonly startedAt: Date | null
  readonly finishedAt: Date | null
}

const columns = `job.id, job.number, job.kind, job.service, job.label, job.status, job.phase, job.task_id as "taskId", task.name as "taskName",
  job.drive_id as "driveId", drive.name as "driveName", job.generation, snapshot.committed_at as "backupAt", job.selection,
  job.destination_drive_id as "destinationDriveId", destination.name as "destinationDriveName",
  job.destination_folder_id as "destinationFolderId", job.with_sharing as "withSharing", job.requested_by as "requestedBy",
  person.display_name as "requesterName", job.reason, job.plan, job.plan_hash as "planHash", job.total_items::float8 as "totalItems",
  job.total_bytes::float8 as "totalBytes", job.done_items::float8 as "doneItems", job.skipped_items::float8 as "skippedItems",
  job.failed_items::float8 as "failedItems", job.done_bytes::float8 as "doneBytes", job.warnings::float8, job.error,
  job.created_at as "createdAt", job.started_at as "startedAt", job.finished_at as "finishedAt"`

const jobs = `select ${columns} from job
  join backup_task task on task.account_id = job.account_id and task.id = job.task_id
  join drive on drive.account_id = job.account_id and drive.id = job.drive_id
  join drive destination on destination.account_id = job.account_id and destination.id = job.destination_drive_id
  join person on person.account_id = job.account_id and person.id = job.requested_by
  left join snapshot on snapshot.account_id = job.account_id and snapshot.drive_id = job.drive_id and snapshot.generation = job.generation
  where job.account_id = $1`

export async function jobById(db: Sql, accountId: string, jobId: string): Promise<Job | undefined> {
  const [job] = await db.query<Job>(`${jobs} and job.id = $2`, [accountId, jobId])
  return job
}

/** The job that people call R-1042. */
export async function jobByNumber(db: Sql, accountId: string, number: number): Promise<Job | undefined> {
  const [job] = await db.query<Job>(`${jobs} and job.number = $2`, [accountId, number])
  return job
}

export type JobFilter = {
  readonly statuses?: readonly JobStatus[] | undefined
  readonly kinds?: readonly JobKind[] | undefined
  readonly requestedBy?: string | undefined
  /** JOB-07. */
  readonly service?: string | undefined
  readonly driveId?: string | undefined
  readonly since?: Date | undefined
  /** JOB-10: `latest` first unless told otherwise. */
  readonly order?: 'latest' | 'oldest' | undefined
  /** The number of the last job already shown. */
  readonly after?: number | undefined
  readonly limit: number
}

/** Jobs in the order of their numbers, which is the order in which they were asked for. */
export function listJobs(db: Sql, accountId: string, filter: JobFilter): Promise<Job[]> {
  const oldestFirst = filter.order === 'oldest'
  return db.query<Job>(
    `${jobs} ${narrowed} and ($8::integer is null or job.number ${oldestFirst ? '>' : '<'} $8)
     order by job.number ${oldestFirst ? 'asc' : 'desc'} limit $9`,
    [...narrowedBy(accountId, filter), filter.after ?? null, filter.limit],
  )
}

/** How many jobs of each status a list has, without its paging. A status that no job has is missing. */
export async function countJobs(
  db: Sql,
  accountId: string,
  filter: Omit<JobFilter, 'order' | 'after' | 'limit'> = {},
): Promise<Partial<Record<JobStatus, number>>> {
  const rows = await db.query<{ status: JobStatus; count: number }>(
    `select job.status, count(*)::float8 as count from job where job.account_id = $1 ${narrowed} group by job.status`,
    narrowedBy(accountId, filter),
  )
  return Object.fromEntries(rows.map(({ status, count }) => [status, count]))
}

const narrowed = `and ($2::text[] is null or job.status = any($2)) and ($3::text[] is null or job.kind = any($3))
  and ($4::text is null or job.requested_by = $4) and ($5::text is null or job.service = $5) and ($6::text is null or job.drive_id = $6)
  and ($7::timestamptz is null or job.created_at >= $7)`

function narrowedBy(accountId: string, filter: Omit<JobFilter, 'limit'>): unknown[] {
  return [
    accountId,
    filter.statuses ? [...filter.statuses] : null,
    filter.kinds ? [...filter.kinds] : null,
    filter.requestedBy ?? null,
    filter.service ?? null,
    filter.driveId ?? null,
    filter.since ?? null,
  ]
}
