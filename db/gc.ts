/** The ledger of garbage collection: epochs, and which runs may still have seen what is to go. All times are the database's. */
import type { Sql } from './client.ts'

export type GcState = {
  readonly epoch: number
  /** Where the vault has the list of what is to go; null when no cycle goes on. */
  readonly plan: string | null
  /** Since it was marked. */
  readonly ageMs: number | null
  /** The newest root when there was nothing at all to collect. */
  readonly cleanGen: number | null
}

export async function gcState(db: Sql, accountId: string, driveId: string): Promise<GcState> {
  const [state] = await db.query<GcState>(
    `select epoch, plan, (extract(epoch from now() - marked_at) * 1000)::float8 as "ageMs", clean_gen as "cleanGen" from gc_state where account_id = $1 and drive_id = $2`,
    [accountId, driveId],
  )
  return state ?? { epoch: 0, plan: null, ageMs: null, cleanGen: null }
}

/** The epoch, held still until the transaction ends: what a writer writes down then comes wholly before or wholly after a count. */
export async function holdEpoch(tx: Sql, accountId: string, driveId: string): Promise<number> {
  await tx.query('insert into gc_state (account_id, drive_id) values ($1, $2) on conflict do nothing', [accountId, driveId])
  const [state] = await tx.query<{ epoch: number }>('select epoch from gc_state where account_id = $1 and drive_id = $2 for share', [
    accountId,
    driveId,
  ])
  return state?.epoch ?? 0
}

/** Counts the epoch on from `epoch`, in a transaction that also takes out what is to go. False when another has done so. */
export async function bumpEpoch(tx: Sql, accountId: string, driveId: string, epoch: number, plan: string): Promise<boolean> {
  await tx.query('insert into gc_state (account_id, drive_id) values ($1, $2) on conflict do nothing', [accountId, driveId])
  const bumped = await tx.query(
    `update gc_state set epoch = epoch + 1, plan = $4, marked_at = now()
     where account_id = $1 and drive_id = $2 and epoch = $3 and plan is null returning epoch`,
    [accountId, driveId, epoch, plan],
  )
  return bumped.length > 0
}

/** Takes what lies in these containers out of what is known, so that no later run relies on it. */
export async function forgetContainers(tx: Sql, accountId: string, driveId: string, containers: readonly string[]): Promise<void> {
  await tx.query(
    `with gone as (
       delete from blob using unnest($3::text[]) container
       where account_id = $1 and drive_id = $2 and entry->>'container' = container returning blob_id
     ), contents as (
       delete from content where account_id = $1 and drive_id = $2
         and exists (select 1 from jsonb_array_elements(content->'segments') segment join gone on gone.blob_id = segment->>'blobId')
     )
     delete from backup_segment using gone where account_id = $1 and drive_id = $2 and segment->>'blobId' = gone.blob_id`,
    [accountId, driveId, containers],
  )
}

/** Like {@link forgetContainers}, by the blobs: a catalogue that was rebuilt knows contents, but not where their blobs lie. */
export async function forgetBlobs(tx: Sql, accountId: string, driveId: string, blobIds: readonly string[]): Promise<void> {
  await tx.query('delete from blob where account_id = $1 and drive_id = $2 and blob_id = any($3)', [accountId, driveId, blobIds])
  await tx.query(
    `delete from content where account_id = $1 and drive_id = $2
       and exists (select 1 from jsonb_array_elements(content->'segments') segment where segment->>'blobId' = any($3))`,
    [accountId, driveId, blobIds],
  )
  await tx.query(`delete from backup_segment where account_id = $1 and drive_id = $2 and segment->>'blobId' = any($3)`, [
    accountId,
    driveId,
    blobIds,
  ])
}

/**
 * Brings a ledger level with a vault that is ahead of it, because the database is an older copy: nothing that it knows of stored content
 * can be relied on. Does nothing when it is level.
 */
export async function adoptEpoch(tx: Sql, accountId: string, driveId: string, epoch: number): Promise<void> {
  await tx.query('insert into gc_state (account_id, drive_id) values ($1, $2) on conflict do nothing', [accountId, driveId])
  const behind = await tx.query(
    'update gc_state set epoch = $3, plan = null, marked_at = null where account_id = $1 and drive_id = $2 and epoch < $3 returning epoch',
    [accountId, driveId, epoch],
  )
  if (behind.length === 0) return
  for (const table of ['blob', 'content', 'backup_segment'])
    await tx.query(`delete from ${table} where account_id = $1 and drive_id = $2`, [accountId, driveId])
}

/** Nothing was found to collect when this root was the newest. */
export async function noteClean(db: Sql, accountId: string, driveId: string, gen: number): Promise<void> {
  await db.query(
    `insert into gc_state (account_id, drive_id, clean_gen) values ($1, $2, $3)
     on conflict (account_id, drive_id) do update set clean_gen = excluded.clean_gen`,
    [accountId, driveId, gen],
  )
}

/** Ends the cycle of this epoch. A repeat changes nothing. */
export async function endCycle(db: Sql, accountId: string, driveId: string, epoch: number): Promise<void> {
  await db.query('update gc_state set plan = null, marked_at = null where account_id = $1 and drive_id = $2 and epoch = $3', [
    accountId,
    driveId,
    epoch,
  ])
}

export type OpenSession = { readonly id: string; readonly epoch: number; readonly quietMs: number }

/** The runs of a drive that have begun and may still commit. */
export function openSessions(db: Sql, accountId: string, driveId: string): Promise<OpenSession[]> {
  return db.query<OpenSession>(
    `select id, gc_epoch as epoch, (extract(epoch from now() - greatest(started_at, seen_at)) * 1000)::float8 as "quietMs" from backup_run
     where account_id = $1 and drive_id = $2 and started_at is not null and finished_at is null and fenced_at is null order by id`,
    [accountId, driveId],
  )
}

/** From now on these runs must not write any more. */
export async function fenceRuns(db: Sql, accountId: string, runIds: readonly string[]): Promise<void> {
  await db.query(
    'update backup_run set fenced_at = now() where account_id = $1 and id = any($2) and finished_at is null and fenced_at is null',
    [accountId, runIds],
  )
}

export type RunStanding = {
  /** Begun, not ended and not given up. */
  readonly open: boolean
  readonly epoch: number
  readonly phase: string
  readonly listingDone: boolean
  readonly listCursor: string | null
  /** Where it is in the change feed. */
  readonly pageToken: string | null
}

/** How a run stands, held still until the transaction ends. Undefined when there is no such run. */
export async function runStanding(tx: Sql, accountId: string, runId: string): Promise<RunStanding | undefined> {
  const [standing] = await tx.query<RunStanding>(
    `select started_at is not null and finished_at is null and fenced_at is null as open, gc_epoch as epoch, phase,
       listing_done as "listingDone", list_cursor as "listCursor", next_page_token as "pageToken"
     from backup_run where account_id = $1 and id = $2 for no key update`,
    [accountId, runId],
  )
  return standing
}

/** A run goes on from a later generation, of which upkeep has made all since its own. */
export async function moveParent(db: Sql, accountId: string, runId: string, generation: number): Promise<void> {
  await db.query('update backup_run set parent_generation = $3 where account_id = $1 and id = $2 and finished_at is null', [
    accountId,
    runId,
    generation,
  ])
}
