import type { Sql } from './client.ts'

export type RunReason = 'scheduled' | 'on demand'
export type RunMode = 'initial' | 'incremental' | 'full'
export type RunPhase = 'queued' | 'listing' | 'storing' | 'committing' | 'done'
/** `held`: more would have been removed than a run may remove by itself. `archived`: the drive is gone at Google. */
export type RunOutcome = 'success' | 'partial' | 'held' | 'failed' | 'canceled' | 'archived'

/** One backup of one drive, as a card shows it. Its activities use db/run-progress.ts. */
export type BackupRun = {
  readonly id: string
  readonly driveId: string
  readonly taskId: string
  readonly reason: RunReason
  readonly requestedBy: string | null
  readonly mode: RunMode | null
  readonly phase: RunPhase
  readonly outcome: RunOutcome | null
  readonly parentGeneration: number
  /** The snapshot that it made; null when nothing had changed. */
  readonly generation: number | null
  /** listed = stored + skipped + failed, once it has ended (P10). */
  readonly listed: number
  readonly stored: number
  readonly skipped: number
  readonly failed: number
  readonly bytesTotal: number
  readonly bytesDone: number
  readonly apiCalls: number
  readonly apiUnits: number
  /** How many items ended for which reason. */
  readonly reasons: Readonly<Record<string, number>>
  readonly error: string | null
  /** So many items are gone from Drive and were kept all the same; null when nothing was held. */
  readonly heldRemovals: number | null
  readonly queuedAt: Date
  readonly startedAt: Date | null
  readonly finishedAt: Date | null
  readonly driveName: string
  readonly taskName: string
}

const columns = `run.id, run.drive_id as "driveId", run.task_id as "taskId", run.reason, run.requested_by as "requestedBy", run.mode, run.phase,
  run.outcome, run.parent_generation as "parentGeneration", run.generation, run.listed::float8, run.stored::float8, run.skipped::float8,
  run.failed::float8, run.bytes_total::float8 as "bytesTotal", run.bytes_done::float8 as "bytesDone", run.api_calls::float8 as "apiCalls",
  run.api_units::float8 as "apiUnits", run.reasons, run.error, run.held_removals::float8 as "heldRemovals", run.queued_at as "queuedAt", run.started_at as "startedAt", run.finished_at as "finishedAt",
  drive.name as "driveName", task.name as "taskName"`

const withNames = `join drive on drive.account_id = run.account_id and drive.id = run.drive_id
  join backup_task task on task.account_id = run.account_id and task.id = run.task_id`

export type RunRequest = {
  readonly id: string
  readonly driveId: string
  readonly reason: RunReason
  readonly requestedBy?: string | undefined
  /** `full`: list everything again instead of following the feed. */
  readonly mode?: 'full' | undefined
  /** A person has said that up to so many items may be removed. */
  readonly acceptedRemovals?: number | undefined
  readonly now: Date
}

export type Queued = {
  readonly run: BackupRun
  /** A run was queued or going on already, and the request has joined it. */
  readonly joined: boolean
}

/** More often than this, a run does not end exactly between two statements. */
const maxAttempts = 20

/**
 * Queues a run of a drive, or joins the one that is there: of any number of requests at once, one makes the run (ACT-09).
 * A repeat with the same id gives the same run. What a request asks for beyond a backup is added to the run that it joins, as long as that has
 * not seen the drive yet. Undefined when the account has no such drive.
 */
export async function queueRun(db: Sql, accountId: string, request: RunRequest): Promise<Queued | undefined> {
  for (let attempt = 0; attempt < maxAttempts; attempt++) {
    const made = await db.query(
      `with taken as (
         update drive set current_run_id = $3
         where account_id = $1 and id = $2 and current_run_id is null and not exists (select 1 from backup_run where id = $3)
         returning task_id, latest_generation
       )
       insert into backup_run (id, account_id, drive_id, task_id, reason, requested_by, parent_generation, queued_at, mode, accepted_removals)
       select $3, $1, $2, task_id, $4, $5, latest_generation, $6, $7, $8 from taken returning id`,
      [
        accountId,
        request.driveId,
        request.id,
        request.reason,
        request.requestedBy ?? null,
        request.now,
        request.mode ?? null,
        request.acceptedRemovals ?? null,
      ],
    )
    if (made.length === 0) {
      await addToQueued(db, accountId, request)
      await hurry(db, accountId, request)
    }
    const joined = made.length === 0
    const run = (await runSummary(db, accountId, request.id)) ?? (await currentRunOf(db, accountId, request.driveId))
    if (run) return { run, joined: joined && run.id !== request.id }
    if (!(await driveExists(db, accountId, request.driveId))) return undefined
    // The run that held the drive has ended between the two statements: the drive is free to be taken.
  }
  throw new Error(`Drive ${request.driveId} is marked as busy, but the run that keeps it busy is not there. Look at drive.current_run_id.`)
}

/** The run that is there does what this request asks for, too: the list when it has not begun, the removals until they are looked at. */
async function addToQueued(db: Sql, accountId: string, { driveId, mode, acceptedRemovals }: RunRequest): Promise<void> {
  if (mode === undefined && acceptedRemovals === undefined) return
  await db.query(
    `update backup_run run set mode = case when run.phase = 'queued' then coalesce($3, run.mode) else run.mode end,
       accepted_removals = greatest(run.accepted_removals, $4)
     from drive
     where run.account_id = $1 and drive.account_id = $1 and drive.id = $2 and run.id = drive.current_run_id and run.phase in ('queued', 'listing')`,
    [accountId, driveId, mode ?? null, acceptedRemovals ?? null],
  )
}

/** A scheduled run that somebody asks for is one on demand from then on: it goes first where quota and places are scarce. */
async function hurry(db: Sql, accountId: string, { id, driveId, reason, requestedBy }: RunRequest): Promise<void> {
  if (reason !== 'on demand') return
  await db.query(
    `update backup_run run set reason = 'on demand', requested_by = coalesce(run.requested_by, $3)
     from drive
     where run.account_id = $1 and drive.account_id = $1 and drive.id = $2 and run.id = drive.current_run_id and run.reason = 'scheduled'
       and not exists (select 1 from backup_run earlier where earlier.id = $4)`,
    [accountId, driveId, requestedBy ?? null, id],
  )
}

/** One run, as a card shows it. */
export async function runSummary(db: Sql, accountId: string, runId: string): Promise<BackupRun | undefined> {
  const [run] = await db.query<BackupRun>(`select ${columns} from backup_run run ${withNames} where run.account_id = $1 and run.id = $2`, [
    accountId,
    runId,
  ])
  return run
}

/** The newest runs of a drive, newest first; `before` is the last one already shown. */
export function listRuns(
  db: Sql,
  accountId: string,
  driveId: string,
  page: { readonly before?: Pick<BackupRun, 'id' | 'queuedAt'> | undefined; readonly limit: number },
): Promise<BackupRun[]> {
  return db.query<BackupRun>(
    `select ${columns} from backup_run run ${withNames}
     where run.account_id = $1 and run.drive_id = $2 and ($3::timestamptz is null or (run.queued_at, run.id) < ($3, $4))
     order by run.queued_at desc, run.id desc limit $5`,
    [accountId, driveId, page.before?.queuedAt ?? null, page.before?.id ?? null, page.limit],
  )
}

/** The newest run of each drive, in no order. Drives without a run are missing. */
export function latestRuns(db: Sql, accountId: string, driveIds: readonly string[]): Promise<BackupRun[]> {
  return db.query<BackupRun>(
    `select ${columns} from unnest($2::text[]) wanted
     cross join lateral (
       select * from backup_run where account_id = $1 and drive_id = wanted order by queued_at desc, id desc limit 1
     ) run ${withNames}`,
    [accountId, [...driveIds]],
  )
}

/** Runs that are queued or going on, the longest waiting first. */
export function openRuns(db: Sql, accountId: string): Promise<BackupRun[]> {
  return db.query<BackupRun>(
    `select ${columns} from backup_run run ${withNames} where run.account_id = $1 and run.finished_at is null order by run.queued_at, run.id`,
    [accountId],
  )
}

async function currentRunOf(db: Sql, accountId: string, driveId: string): Promise<BackupRun | undefined> {
  const [run] = await db.query<BackupRun>(
    `select ${columns} from backup_run run ${withNames} where run.account_id = $1 and drive.id = $2 and run.id = drive.current_run_id`,
    [accountId, driveId],
  )
  return run
}

async function driveExists(db: Sql, accountId: string, driveId: string): Promise<boolean> {
  return (await db.query('select 1 from drive where account_id = $1 and id = $2', [accountId, driveId])).length > 0
}
