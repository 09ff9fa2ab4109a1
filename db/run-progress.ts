import type { Sql } from './client.ts'

/** The fast-moving part of a backup run: written once a page or batch, in the same transaction as what it counts. */
export type RunDelta = {
  readonly bytes?: number
  readonly stored?: number
  readonly skipped?: number
  readonly failed?: number
  readonly calls?: number
  readonly units?: number
}

/** Adds to a run's counters. */
export async function addProgress(db: Sql, accountId: string, runId: string, delta: RunDelta): Promise<void> {
  await db.query(
    `update backup_run set bytes_done = bytes_done + $3, stored = stored + $4, skipped = skipped + $5, failed = failed + $6,
       api_calls = api_calls + $7, api_units = api_units + $8, seen_at = now()
     where account_id = $1 and id = $2`,
    [accountId, runId, delta.bytes ?? 0, delta.stored ?? 0, delta.skipped ?? 0, delta.failed ?? 0, delta.calls ?? 0, delta.units ?? 0],
  )
}

/** Where a run stands in the full listing: the page to read next, null at its start and after its end. */
export async function saveListing(db: Sql, accountId: string, runId: string, cursor: string | null, done: boolean): Promise<void> {
  await db.query('update backup_run set list_cursor = $3, listing_done = $4 where account_id = $1 and id = $2', [
    accountId,
    runId,
    cursor,
    done,
  ])
}

/** Where a run stands in the change feed; at its end that is where the next run begins. */
export async function saveFeed(
  db: Sql,
  accountId: string,
  runId: string,
  position: { readonly pageToken: string; readonly driveChanged: boolean },
): Promise<void> {
  await db.query('update backup_run set next_page_token = $3, drive_changed = drive_changed or $4 where account_id = $1 and id = $2', [
    accountId,
    runId,
    position.pageToken,
    position.driveChanged,
  ])
}

/**
 * Sends a run back to a full listing: the feed's position is not known to Drive any more. What the feed has told so far is dropped: an item
 * that it named and that is gone by now would otherwise count as seen. Does nothing once the run is past its listing.
 */
export async function listAgain(db: Sql, accountId: string, runId: string): Promise<void> {
  await db.query(
    `with again as (
       update backup_run set mode = 'full', list_cursor = null, listing_done = false, next_page_token = null
       where account_id = $1 and id = $2 and phase in ('queued', 'listing') returning id
     )
     delete from backup_run_item using again where account_id = $1 and run_id = again.id`,
    [accountId, runId],
  )
}

/** Recounts a run from its journal: what it has seen, what has ended how, and what is still to be fetched. */
export async function countRun(db: Sql, accountId: string, runId: string): Promise<void> {
  await db.query(
    `update backup_run set listed = t.listed, stored = t.stored, skipped = t.skipped, failed = t.failed, bytes_total = bytes_done + t.bytes
     from (
       select count(*) filter (where row is not null) as listed, coalesce(sum(size) filter (where pending), 0) as bytes,
         count(*) filter (where not pending and row->'outcome'->>'status' = 'stored') as stored,
         count(*) filter (where not pending and row->'outcome'->>'status' in ('metadata-only', 'skipped')) as skipped,
         count(*) filter (where not pending and row->'outcome'->>'status' = 'failed') as failed
       from backup_run_item where account_id = $1 and run_id = $2 and not unchanged
     ) t
     where account_id = $1 and id = $2`,
    [accountId, runId],
  )
}

/** What the activities of a run need to know of it and of its drive. */
export type RunState = {
  readonly runId: string
  readonly driveId: string
  readonly taskId: string
  readonly reason: string
  readonly mode: 'initial' | 'incremental' | 'full' | null
  readonly parentGeneration: number
  readonly listCursor: string | null
  readonly listingDone: boolean
  /** Position in the change feed; null before a full listing has begun. */
  readonly pageToken: string | null
  readonly driveChanged: boolean
  readonly bytesDone: number
  readonly startedAt: Date | null
  readonly latestGeneration: number
  /** Newest position in the change feed that the catalogue knows for the drive's newest snapshot. */
  readonly drivePageToken: string | null
  /** A person has said that up to so many items may be removed. */
  readonly acceptedRemovals: number | null
  /** So many removals were held back. */
  readonly heldRemovals: number | null
  /** The domain whose administrator's view has shown the drive. */
  readonly domainSeenBy: string | null
  readonly connectedEmail: string | null
  readonly holdPercent: number
  readonly holdItems: number
  readonly withComments: boolean
  readonly fetchFlagged: boolean
}

const runState = `run.id as "runId", run.drive_id as "driveId", run.task_id as "taskId", run.reason, run.mode, run.parent_generation as "parentGeneration",
  run.list_cursor as "listCursor", run.listing_done as "listingDone", run.next_page_token as "pageToken", run.drive_changed as "driveChanged",
  run.bytes_done::float8 as "bytesDone", run.started_at as "startedAt", drive.latest_generation as "latestGeneration",
  drive.page_token as "drivePageToken", run.accepted_removals::float8 as "acceptedRemovals", run.held_removals::float8 as "heldRemovals",
  drive.domain_seen_by as "domainSeenBy", task.connected_email as "connectedEmail", task.hold_percent as "holdPercent",
  task.hold_items as "holdItems", task.with_comments as "withComments", task.fetch_flagged as "fetchFlagged"`

const withTask = 'join backup_task task on task.account_id = run.account_id and task.id = run.task_id'

/** The run that is current for a drive, or nothing when none is queued. */
export async function currentRun(db: Sql, accountId: string, driveId: string): Promise<RunState | undefined> {
  const [run] = await db.query<RunState>(
    `select ${runState} from drive join backup_run run on run.account_id = drive.account_id and run.id = drive.current_run_id ${withTask}
     where drive.account_id = $1 and drive.id = $2`,
    [accountId, driveId],
  )
  return run
}

/** @throws {Error} there is no such run in this account */
export async function runById(db: Sql, accountId: string, runId: string): Promise<RunState> {
  const [run] = await db.query<RunState>(
    `select ${runState} from backup_run run join drive on drive.account_id = run.account_id and drive.id = run.drive_id ${withTask}
     where run.account_id = $1 and run.id = $2`,
    [accountId, runId],
  )
  if (!run) throw new Error(`There is no backup run ${runId}.`)
  return run
}

/** Begins a run from a snapshot, or goes on with it: a repeat keeps what was decided the first time. */
export async function beginRun(
  db: Sql,
  accountId: string,
  runId: string,
  begin: { readonly mode: string; readonly parentGeneration: number; readonly pageToken: string | null; readonly now: Date },
): Promise<void> {
  await db.query(
    `update backup_run set phase = 'listing', mode = $3, parent_generation = $4, next_page_token = $5, started_at = $6, seen_at = now(),
       gc_epoch = coalesce((select epoch from gc_state where account_id = $1 and drive_id = backup_run.drive_id), 0)
     where account_id = $1 and id = $2 and started_at is null`,
    [accountId, runId, begin.mode, begin.parentGeneration, begin.pageToken, begin.now],
  )
}

/** Brings a run into a later phase. A phase that it has left does not come back, and a run that has ended stays so. */
export async function setRunPhase(db: Sql, accountId: string, runId: string, phase: 'storing' | 'committing'): Promise<void> {
  const earlier = phase === 'storing' ? ['queued', 'listing'] : ['queued', 'listing', 'storing']
  await db.query('update backup_run set phase = $3 where account_id = $1 and id = $2 and phase = any($4)', [
    accountId,
    runId,
    phase,
    earlier,
  ])
}

export type RunEnd = {
  readonly outcome: 'success' | 'partial' | 'held' | 'failed' | 'canceled' | 'archived'
  readonly error: string | null
  readonly generation: number | null
  /** How many items ended for which reason. */
  readonly reasons: Readonly<Record<string, number>>
  readonly now: Date
}

/** Ends a run and frees its drive for the next. A repeat changes nothing. */
export async function endRun(db: Sql, accountId: string, runId: string, end: RunEnd): Promise<void> {
  await db.query(
    `with ended as (
       update backup_run set phase = 'done', outcome = $3, error = $4, generation = $5, finished_at = $6, reasons = $7
       where account_id = $1 and id = $2 and finished_at is null returning drive_id, held_removals
     )
     update drive set current_run_id = null, last_outcome = case when $3 in ('canceled', 'archived') then last_outcome else $3 end, last_error = $4,
       held_removals = case when $3 in ('success', 'partial', 'held') then ended.held_removals else drive.held_removals end,
       last_checked_at = case when $3 in ('success', 'partial', 'held') then $6 else last_checked_at end,
       last_backup_at = case when $3 in ('success', 'partial', 'held') then $6 else last_backup_at end
     from ended where drive.account_id = $1 and drive.id = ended.drive_id and drive.current_run_id = $2`,
    [accountId, runId, end.outcome, end.error, end.generation, end.now, JSON.stringify(end.reasons)],
  )
}
