import type { Sql } from './client.ts'

export type EstimateState = 'queued' | 'measuring' | 'done' | 'failed'

/** What one drive of an estimate has shown; `measured` and `sample` are the measuring's own sums, opaque here. A measured drive needs no sample. */
export type EstimateDrive = {
  readonly driveId: string
  readonly driveName: string
  /** Items of its newest snapshot; 0 for none. */
  readonly itemsBefore: number
  readonly taskId: string
  readonly state: 'waiting' | 'measuring' | 'done' | 'failed'
  readonly cursor: string | null
  readonly calls: number
  readonly measured: unknown
  readonly sample: unknown
  readonly error: string | null
}

export type Estimate = {
  readonly id: string
  readonly requestedBy: string
  readonly state: EstimateState
  readonly error: string | null
  readonly createdAt: Date
  readonly finishedAt: Date | null
}

/** Writes what is to be measured, in this order. A repeat with the same id changes nothing. */
export async function createEstimate(
  db: Sql,
  accountId: string,
  estimate: { readonly id: string; readonly requestedBy: string; readonly driveIds: readonly string[]; readonly now: Date },
): Promise<void> {
  await db.query(
    `with made as (
       insert into estimate (id, account_id, requested_by, created_at)
       select $2, $1, person.id, $5 from person where person.account_id = $1 and person.id = $3
       on conflict (id) do nothing returning id
     )
     insert into estimate_drive (account_id, estimate_id, drive_id, task_id, position)
     select $1, made.id, drive.id, drive.task_id, wanted.position
     from made cross join unnest($4::text[]) with ordinality as wanted(id, position)
     join drive on drive.account_id = $1 and drive.id = wanted.id`,
    [accountId, estimate.id, estimate.requestedBy, [...estimate.driveIds], estimate.now],
  )
}

export async function estimateById(db: Sql, accountId: string, id: string): Promise<Estimate | undefined> {
  const [estimate] = await db.query<Estimate>(
    `select id, requested_by as "requestedBy", state, error, created_at as "createdAt", finished_at as "finishedAt"
     from estimate where account_id = $1 and id = $2`,
    [accountId, id],
  )
  return estimate
}

const driveColumns = `one.drive_id as "driveId", drive.name as "driveName", drive.item_count::float8 as "itemsBefore", one.task_id as "taskId",
  one.state, one.cursor, one.calls::float8, one.measured, one.error`
const withDrive = 'join drive on drive.account_id = one.account_id and drive.id = one.drive_id'

/** Every drive of an estimate, in order. Without the samples, which are large. */
export function estimateDrives(db: Sql, accountId: string, id: string): Promise<Omit<EstimateDrive, 'sample'>[]> {
  return db.query(
    `select ${driveColumns}
     from estimate_drive one ${withDrive} where one.account_id = $1 and one.estimate_id = $2 order by one.position`,
    [accountId, id],
  )
}

/** The next drive that is to be measured, or to be gone on with. */
export async function nextEstimateDrive(db: Sql, accountId: string, id: string): Promise<EstimateDrive | undefined> {
  const [drive] = await db.query<EstimateDrive>(
    `select ${driveColumns}, one.sample from estimate_drive one ${withDrive}
     where one.account_id = $1 and one.estimate_id = $2 and one.state in ('waiting', 'measuring') order by one.position limit 1`,
    [accountId, id],
  )
  return drive
}

/** Keeps what a page has added, and where the next one begins: null when the drive is measured to its end. */
export async function saveMeasured(
  db: Sql,
  accountId: string,
  id: string,
  page: {
    readonly driveId: string
    readonly cursor: string | null
    readonly done: boolean
    readonly calls: number
    readonly measured: unknown
    readonly sample: unknown
  },
): Promise<void> {
  await db.query(
    `with begun as (update estimate set state = 'measuring' where account_id = $1 and id = $2 and state = 'queued')
     update estimate_drive set state = case when $5 then 'done' else 'measuring' end, cursor = $4, calls = calls + $6, measured = $7, sample = $8
     where account_id = $1 and estimate_id = $2 and drive_id = $3 and state in ('waiting', 'measuring')`,
    [accountId, id, page.driveId, page.cursor, page.done, page.calls, JSON.stringify(page.measured), JSON.stringify(page.sample)],
  )
}

/** The drive cannot be measured; the sentence says why. */
export async function failEstimateDrive(db: Sql, accountId: string, id: string, driveId: string, error: string): Promise<void> {
  await db.query(
    `update estimate_drive set state = 'failed', error = $4
     where account_id = $1 and estimate_id = $2 and drive_id = $3 and state in ('waiting', 'measuring')`,
    [accountId, id, driveId, error],
  )
}

/** Ends an estimate. A repeat changes nothing. */
export async function endEstimate(db: Sql, accountId: string, id: string, error: string | null, now: Date): Promise<void> {
  await db.query(
    `update estimate set state = case when $3::text is null then 'done' else 'failed' end, error = $3, finished_at = $4
     where account_id = $1 and id = $2 and finished_at is null`,
    [accountId, id, error, now],
  )
}

/** Estimates that nobody has begun: a bot may have died between writing them and handing them over. */
export function queuedEstimates(db: Sql, accountId: string): Promise<{ readonly id: string }[]> {
  return db.query(`select id from estimate where account_id = $1 and state = 'queued' order by created_at`, [accountId])
}

/** How fast backups of an account have been: what the newest runs that fetched something have fetched, and in which time. */
export function runSpeeds(
  db: Sql,
  accountId: string,
  limit: number,
): Promise<{ readonly items: number; readonly bytes: number; readonly seconds: number }[]> {
  return db.query(
    `select stored::float8 as items, bytes_done::float8 as bytes, extract(epoch from finished_at - started_at)::float8 as seconds
     from backup_run where account_id = $1 and outcome in ('success', 'partial') and finished_at > started_at and bytes_done > 0
     order by finished_at desc limit $2`,
    [accountId, limit],
  )
}
