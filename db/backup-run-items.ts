import type { Sql } from './client.ts'

/**
 * The session journal of a backup run: what it has seen and not yet committed. `row` is a vault manifest row, opaque here, or null for an
 * item that is gone. `pending` says that content or sharing has still to be fetched; `unchanged`, that a listing saw it just as it was.
 */
export type RunItem = {
  readonly itemId: string
  readonly row: unknown
  readonly pending: boolean
  readonly size: number
  readonly unchanged?: boolean
}

/** Writes items of a run; an item that is seen again replaces what was seen before. */
export async function putRunItems(db: Sql, accountId: string, runId: string, items: readonly RunItem[]): Promise<void> {
  if (items.length === 0) return
  await db.query(
    `insert into backup_run_item (account_id, run_id, item_id, row, pending, size, unchanged)
     select $1, $2, x."itemId", nullif(x.row, 'null'::jsonb), x.pending, x.size, coalesce(x.unchanged, false)
     from jsonb_to_recordset($3::jsonb) as x("itemId" text, row jsonb, pending boolean, size bigint, unchanged boolean)
     on conflict (run_id, item_id) do update
       set row = excluded.row, pending = excluded.pending, size = excluded.size, unchanged = excluded.unchanged
       where backup_run_item.account_id = excluded.account_id`,
    [accountId, runId, JSON.stringify(items)],
  )
}

/** The next items whose content or sharing has to be fetched, in order of their id. */
export function pendingItems(db: Sql, accountId: string, runId: string, limit: number): Promise<RunItem[]> {
  return db.query<RunItem>(
    `select item_id as "itemId", row, pending, size::float8 from backup_run_item
     where account_id = $1 and run_id = $2 and pending order by item_id limit $3`,
    [accountId, runId, limit],
  )
}

/** All items of a run after `after`, in byte order of their id, as the vault's commit wants them. */
export function runItemsAfter(db: Sql, accountId: string, runId: string, after: string, limit: number): Promise<RunItem[]> {
  return db.query<RunItem>(
    `select item_id as "itemId", row, pending, size::float8 from backup_run_item
     where account_id = $1 and run_id = $2 and not unchanged and item_id > $3 order by item_id limit $4`,
    [accountId, runId, after, limit],
  )
}

/** What a run has to do and has done so far. */
export type RunTotals = {
  readonly items: number
  readonly removed: number
  readonly pending: number
  readonly stored: number
  readonly skipped: number
  readonly failed: number
}

/** Counts of a run's items by outcome; `stored + skipped + failed + pending` is every item that is not a tombstone. */
export async function runTotals(db: Sql, accountId: string, runId: string): Promise<RunTotals> {
  const [totals] = await db.query<RunTotals>(
    `select count(*)::float8 as items, (count(*) filter (where row is null))::float8 as removed, (count(*) filter (where pending))::float8 as pending,
       (count(*) filter (where not pending and row->'outcome'->>'status' = 'stored'))::float8 as stored,
       (count(*) filter (where not pending and row->'outcome'->>'status' in ('metadata-only', 'skipped')))::float8 as skipped,
       (count(*) filter (where not pending and row->'outcome'->>'status' = 'failed'))::float8 as failed
     from backup_run_item where account_id = $1 and run_id = $2 and not unchanged`,
    [accountId, runId],
  )
  return totals ?? { items: 0, removed: 0, pending: 0, stored: 0, skipped: 0, failed: 0 }
}

/** How many items of a run ended for which reason, for the root's histogram and the result card. */
export async function runReasons(db: Sql, accountId: string, runId: string): Promise<Record<string, number>> {
  const rows = await db.query<{ key: string; count: number }>(
    `select case when row->'outcome' ? 'reason' then (row->'outcome'->>'status') || ':' || (row->'outcome'->>'reason') else row->'outcome'->>'status' end as key,
       count(*)::float8 as count
     from backup_run_item where account_id = $1 and run_id = $2 and row is not null and not unchanged group by 1`,
    [accountId, runId],
  )
  return Object.fromEntries(rows.map(({ key, count }) => [key, count]))
}

/**
 * Every item of the drive that failed in its last run is tried again by this one, also when the feed does not name it: its row goes back
 * to where it was before content was fetched. Returns how many.
 */
export async function takeFailedItems(db: Sql, accountId: string, runId: string, driveId: string): Promise<number> {
  const rows = await db.query(
    `insert into backup_run_item (account_id, run_id, item_id, row, pending, size)
     select account_id, $2, item_id, (row - 'content') || '{"outcome": {"status": "stored"}}', true, coalesce(size, 0) from item
     where account_id = $1 and drive_id = $3 and to_generation is null and outcome = 'failed'
     on conflict (run_id, item_id) do nothing returning item_id`,
    [accountId, runId, driveId],
  )
  return rows.length
}

/** After a complete listing: every item of the catalogue that the listing did not show is gone. Returns how many. */
export async function buryUnlisted(db: Sql, accountId: string, runId: string, driveId: string): Promise<number> {
  const rows = await db.query(
    `insert into backup_run_item (account_id, run_id, item_id, row, pending, size)
     select account_id, $2, item_id, null, false, 0 from item
     where account_id = $1 and drive_id = $3 and to_generation is null
       and not exists (select 1 from backup_run_item seen where seen.run_id = $2 and seen.item_id = item.item_id)
     returning item_id`,
    [accountId, runId, driveId],
  )
  return rows.length
}

/** How many items the run would remove, and how many the drive's newest snapshot has. */
export async function removalsOf(
  db: Sql,
  accountId: string,
  runId: string,
  driveId: string,
): Promise<{ readonly removed: number; readonly known: number }> {
  const [counted] = await db.query<{ removed: number; known: number }>(
    `select (select count(*) from backup_run_item where account_id = $1 and run_id = $2 and row is null and not unchanged)::float8 as removed,
       (select count(*) from item where account_id = $1 and drive_id = $3 and to_generation is null)::float8 as known`,
    [accountId, runId, driveId],
  )
  return counted ?? { removed: 0, known: 0 }
}

/**
 * Stored items whose folder neither the run nor the newest state knows say so: a restore has to find another place for them.
 * The drive itself is the folder of what lies at its top.
 */
export async function markUnseenParents(db: Sql, accountId: string, runId: string, driveId: string): Promise<void> {
  await db.query(
    `update backup_run_item run set row = jsonb_set(run.row, '{outcome,reason}', '"parentUnseen"')
     where run.account_id = $1 and run.run_id = $2 and not run.unchanged and run.row->'outcome'->>'status' = 'stored'
       and run.row->>'parentId' is distinct from $3 and run.item_id <> $3
       and not exists (select 1 from backup_run_item seen where seen.run_id = $2 and seen.item_id = run.row->>'parentId' and seen.row is not null)
       and not exists (
         select 1 from item where account_id = $1 and drive_id = $3 and item_id = run.row->>'parentId' and to_generation is null
           and not exists (select 1 from backup_run_item gone where gone.run_id = $2 and gone.item_id = item.item_id and gone.row is null)
       )`,
    [accountId, runId, driveId],
  )
}

/** Those of the items that the drive has, as far as the run and the newest state know. */
export async function livingAmong(
  db: Sql,
  accountId: string,
  runId: string,
  driveId: string,
  itemIds: readonly string[],
): Promise<string[]> {
  if (itemIds.length === 0) return []
  const rows = await db.query<{ id: string }>(
    `select wanted as id from unnest($4::text[]) wanted
     left join backup_run_item run on run.account_id = $1 and run.run_id = $2 and run.item_id = wanted
     left join item on item.account_id = $1 and item.drive_id = $3 and item.item_id = wanted and item.to_generation is null
     where run.row is not null or (run.item_id is null and item.item_id is not null)`,
    [accountId, runId, driveId, itemIds],
  )
  return rows.map(({ id }) => id)
}

/** Takes every removal out of the run: what is gone from Drive stays in the newest state. The run remembers how many they were. */
export async function withholdRemovals(db: Sql, accountId: string, runId: string, removed: number): Promise<void> {
  await db.query('update backup_run_item set unchanged = true where account_id = $1 and run_id = $2 and row is null and not unchanged', [
    accountId,
    runId,
  ])
  await db.query('update backup_run set held_removals = $3 where account_id = $1 and id = $2', [accountId, runId, removed])
}

/** Items of the newest state that the run has not seen, in byte order of their id. */
export async function unlistedItems(db: Sql, accountId: string, runId: string, driveId: string, limit: number): Promise<string[]> {
  const rows = await db.query<{ itemId: string }>(
    `select item_id as "itemId" from item
     where account_id = $1 and drive_id = $3 and to_generation is null
       and not exists (select 1 from backup_run_item seen where seen.account_id = $1 and seen.run_id = $2 and seen.item_id = item.item_id)
     order by item_id limit $4`,
    [accountId, runId, driveId, limit],
  )
  return rows.map(({ itemId }) => itemId)
}

export async function clearRun(db: Sql, accountId: string, runId: string): Promise<void> {
  await db.query('delete from backup_run_item where account_id = $1 and run_id = $2', [accountId, runId])
}
