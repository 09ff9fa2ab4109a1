/** What making the catalogue again from the vault needs beyond what backups write. */

import type { BlobRow } from './blobs.ts'
import type { Sql } from './client.ts'

/** A task that drives belong to whose own task is not known any more. It has no credential: a person reconnects it. */
export type RecoveredTask = { readonly id: string; readonly name: string }

const recoveredName = 'Recovered drives'

/** Makes the account's task for drives that come from the vault alone, or finds it. */
export async function ensureRecoveredTask(db: Sql, accountId: string, note: string, now: Date): Promise<RecoveredTask> {
  const id = `task_recovered_${accountId}`
  for (const name of [recoveredName, `${recoveredName} ${accountId}`]) {
    await db.query(
      `insert into backup_task (id, account_id, name, state, connection, connection_note, frequency, hour_utc, created_at, updated_at)
       values ($2, $1, $3, 'active', 'Disconnected', $4, 'Daily', 2, $5, $5) on conflict do nothing`,
      [accountId, id, name, note, now],
    )
    const [task] = await db.query<RecoveredTask>('select id, name from backup_task where account_id = $1 and id = $2', [accountId, id])
    if (task) return task
  }
  throw new Error(`The account ${accountId} has tasks of other origin by the names that a recovered one would get. Rename one of them.`)
}

export type RecoveredDrive = {
  readonly id: string
  readonly taskId: string
  readonly name: string
  /** When its first snapshot was taken: it has been active since. */
  readonly since: Date
}

/** Takes up a drive that only the vault knows. One that is there already is left as it is. Returns whether it was added. */
export async function addRecoveredDrive(db: Sql, accountId: string, drive: RecoveredDrive): Promise<boolean> {
  const added = await db.query(
    `insert into drive (account_id, id, task_id, name, lifecycle, first_seen_at, activated_at)
     select $1, $2, id, $4, 'active', $5, $5 from backup_task where account_id = $1 and id = $3 on conflict do nothing returning id`,
    [accountId, drive.id, drive.taskId, drive.name, drive.since],
  )
  return added.length > 0
}

/** Where rows of a snapshot are gathered before they are taken into the catalogue together. */
export async function openStaging(db: Sql, accountId: string, driveId: string, runId: string, now: Date): Promise<void> {
  await db.query(
    `insert into backup_run (id, account_id, drive_id, task_id, reason, phase, queued_at, finished_at, outcome)
     select $2, $1, id, task_id, 'catch-up', 'done', $4, $4, 'success' from drive where account_id = $1 and id = $3 on conflict do nothing`,
    [accountId, runId, driveId, now],
  )
}

/** Whether the gathering is still there, and if so keeps it until the transaction ends. */
export async function holdStaging(tx: Sql, accountId: string, runId: string): Promise<boolean> {
  return (await tx.query('select 1 from backup_run where account_id = $1 and id = $2 for key share', [accountId, runId])).length > 0
}

/** The last item, in byte order of the id, that has been gathered; nothing when none has. */
export async function stagedUpTo(db: Sql, accountId: string, runId: string): Promise<string | undefined> {
  const [row] = await db.query<{ last: string | null }>(
    'select max(item_id) as last from backup_run_item where account_id = $1 and run_id = $2',
    [accountId, runId],
  )
  return row?.last ?? undefined
}

/** Drops the gathering and all that is in it. */
export async function dropStaging(db: Sql, accountId: string, runId: string): Promise<void> {
  await db.query('delete from backup_run where account_id = $1 and id = $2', [accountId, runId])
}

export type StagedTotals = {
  readonly changed: number
  readonly removed: number
  /** By how much the items outside the trash, and their bytes, grow or shrink. */
  readonly items: number
  readonly bytes: number
}

/** What the gathered rows change. Asked before they are taken into the catalogue; costs as much as there are gathered rows. */
export async function stagedTotals(db: Sql, accountId: string, driveId: string, runId: string): Promise<StagedTotals> {
  const [totals] = await db.query<StagedTotals>(
    `select count(*)::float8 as changed, (count(*) filter (where staged.row is null))::float8 as removed,
       (count(*) filter (where staged.row is not null and staged.row->'flags'->>'trashed' is null) - count(*) filter (where not item.trashed))::float8 as items,
       (coalesce(sum((staged.row->>'size')::bigint) filter (where staged.row->'flags'->>'trashed' is null), 0)
         - coalesce(sum(item.size) filter (where not item.trashed), 0))::float8 as bytes
     from backup_run_item staged
     left join lateral (
       select trashed, size from item where account_id = $1 and drive_id = $2 and item_id = staged.item_id and to_generation is null limit 1
     ) item on true
     where staged.account_id = $1 and staged.run_id = $3 and not staged.unchanged`,
    [accountId, driveId, runId],
  )
  return totals ?? { changed: 0, removed: 0, items: 0, bytes: 0 }
}

/** After many rows have come at once: a plan that was made for few rows would read all of them for each one that is looked up. */
export async function refreshPlans(db: Sql): Promise<void> {
  await db.query('analyze item, backup_run_item, blob')
}

/** The drive's figures as the catalogue has them, held against others until the transaction ends. */
export type DriveLevel = { readonly latestGeneration: number; readonly itemCount: number; readonly backupBytes: number }

export async function lockDriveLevel(tx: Sql, accountId: string, driveId: string): Promise<DriveLevel | undefined> {
  const [level] = await tx.query<DriveLevel>(
    `select latest_generation as "latestGeneration", item_count::float8 as "itemCount", backup_bytes::float8 as "backupBytes"
     from drive where account_id = $1 and id = $2 for update`,
    [accountId, driveId],
  )
  return level
}

/** A run of which only its snapshot is left. */
export type PastRun = {
  readonly id: string
  readonly driveId: string
  readonly mode: 'initial' | 'incremental'
  readonly outcome: 'success' | 'partial'
  readonly generation: number
  readonly listed: number
  readonly stored: number
  readonly skipped: number
  readonly failed: number
  readonly bytes: number
  readonly reasons: Readonly<Record<string, number>>
  readonly at: Date
}

/** Writes down a run that the database had lost. One that is known is left alone. */
export async function insertPastRun(db: Sql, accountId: string, run: PastRun): Promise<void> {
  await db.query(
    `insert into backup_run (id, account_id, drive_id, task_id, reason, mode, phase, outcome, parent_generation, generation, listing_done,
       listed, stored, skipped, failed, bytes_total, bytes_done, reasons, queued_at, started_at, finished_at)
     select $2, $1, id, task_id, 'catch-up', $4, 'done', $5, $6 - 1, $6, true, $7, $8, $9, $10, $11, $11, $12, $13, $13, $13
     from drive where account_id = $1 and id = $3 on conflict do nothing`,
    [
      accountId,
      run.id,
      run.driveId,
      run.mode,
      run.outcome,
      run.generation,
      run.listed,
      run.stored,
      run.skipped,
      run.failed,
      run.bytes,
      JSON.stringify(run.reasons),
      run.at,
    ],
  )
}

/** The rows of a snapshot after `after`, in byte order of the item's id. */
export function snapshotRows(
  db: Sql,
  accountId: string,
  driveId: string,
  generation: number,
  page: { readonly after: string; readonly limit: number },
): Promise<{ readonly itemId: string; readonly row: unknown }[]> {
  return db.query(
    `select item_id as "itemId", row from item
     where account_id = $1 and drive_id = $2 and item_id > $4 and from_generation <= $3 and (to_generation is null or to_generation > $3)
     order by item_id limit $5`,
    [accountId, driveId, generation, page.after, page.limit],
  )
}

/** Sets where blobs lie to what a snapshot's index says; what was believed before gives way. */
export async function putIndexedBlobs(
  db: Sql,
  accountId: string,
  driveId: string,
  generation: number,
  entries: readonly BlobRow[],
): Promise<void> {
  if (entries.length === 0) return
  await db.query(
    `insert into blob (account_id, drive_id, blob_id, entry, generation)
     select $1, $2, x->>'blobId', x, $4 from jsonb_array_elements($3::jsonb) x
     on conflict (account_id, drive_id, blob_id) do update set entry = excluded.entry, generation = excluded.generation
       where blob.generation is null or blob.entry <> excluded.entry`,
    [accountId, driveId, JSON.stringify(entries), generation],
  )
}

/** Empties what the catalogue says of a drive, so that it can be made again. Nothing of the vault is touched. */
export async function forgetCatalog(tx: Sql, accountId: string, driveId: string): Promise<void> {
  for (const table of ['item', 'snapshot', 'content', 'blob'])
    await tx.query(`delete from ${table} where account_id = $1 and drive_id = $2`, [accountId, driveId])
  await tx.query(
    'update drive set latest_generation = 0, page_token = null, item_count = 0, backup_bytes = 0 where account_id = $1 and id = $2',
    [accountId, driveId],
  )
}
