import type { Sql } from './client.ts'
import { type Job, type JobKind, jobById, type Selection } from './jobs.ts'

export type NewJob = {
  readonly id: string
  readonly kind: JobKind
  /** RES-02: at most 50 characters. */
  readonly label?: string | undefined
  readonly driveId: string
  readonly generation: number
  readonly selection: Selection
  readonly destinationDriveId: string
  readonly destinationFolderId?: string | undefined
  readonly withSharing: boolean
  readonly requestedBy: string
  readonly reason?: string | undefined
  readonly now: Date
}

/**
 * Writes a job and gives it the account's next number: R-1001, R-1002 and so on without a gap, however many are made at once.
 * A repeat with the same id gives the job that is there. Undefined when the account has no such drive, destination or person.
 */
export async function createJob(db: Sql, accountId: string, job: NewJob): Promise<Job | undefined> {
  await db.query(
    `with numbered as (
       update account set last_job_number = last_job_number + 1
       where id = $1 and not exists (select 1 from job where id = $2)
         and exists (select 1 from drive where account_id = $1 and id = $5)
         and exists (select 1 from drive where account_id = $1 and id = $8)
         and exists (select 1 from person where account_id = $1 and id = $11)
       returning last_job_number
     )
     insert into job (account_id, id, number, kind, label, task_id, drive_id, generation, selection, destination_drive_id,
       destination_folder_id, with_sharing, requested_by, reason, created_at)
     select $1, $2, numbered.last_job_number, $3, $4, drive.task_id, $5, $6, $7, $8, $9, $10, $11, $12, $13
     from numbered join drive on drive.account_id = $1 and drive.id = $5`,
    [
      accountId,
      job.id,
      job.kind,
      job.label ?? null,
      job.driveId,
      job.generation,
      JSON.stringify(job.selection),
      job.destinationDriveId,
      job.destinationFolderId ?? null,
      job.withSharing,
      job.requestedBy,
      job.reason ?? null,
      job.now,
    ],
  )
  return jobById(db, accountId, job.id)
}
