import type { Sql } from './client.ts'

/**
 * Carries a committed run into the catalogue: the versions that it replaces end at `generation`, its own begin there.
 * One statement each, nothing leaves the database; a repeat changes nothing.
 */
export async function applyRunToCatalog(db: Sql, accountId: string, driveId: string, runId: string, generation: number): Promise<void> {
  await db.query(
    `update item set to_generation = $4 from backup_run_item run
     where item.account_id = $1 and item.drive_id = $2 and run.run_id = $3 and run.account_id = $1 and not run.unchanged
       and item.item_id = run.item_id and item.to_generation is null and item.from_generation < $4`,
    [accountId, driveId, runId, generation],
  )
  await db.query(
    `insert into item (account_id, drive_id, item_id, from_generation, parent_id, name, mime_type, size, modified_at, trashed, outcome, row)
     select $1, $2, item_id, $4, row->>'parentId', row->>'name', row->>'mimeType', (row->>'size')::bigint, (row->>'modifiedTime')::timestamptz,
       coalesce((row->'flags'->>'trashed')::boolean, false), row->'outcome'->>'status', row
     from backup_run_item where account_id = $1 and run_id = $3 and row is not null and not unchanged
     on conflict (account_id, drive_id, item_id, from_generation) do nothing`,
    [accountId, driveId, runId, generation],
  )
}

export type CatalogTotals = { readonly items: number; readonly bytes: number; readonly failed: number }

/** What a drive's newest snapshot holds outside the trash. */
export async function catalogTotals(db: Sql, accountId: string, driveId: string): Promise<CatalogTotals> {
  const [totals] = await db.query<CatalogTotals>(
    `select count(*)::float8 as items, coalesce(sum(size), 0)::float8 as bytes, (count(*) filter (where outcome = 'failed'))::float8 as failed
     from item where account_id = $1 and drive_id = $2 and to_generation is null and not trashed`,
    [accountId, driveId],
  )
  return totals ?? { items: 0, bytes: 0, failed: 0 }
}

/** The newest version of a drive's items by id, after `after`, for comparisons of the whole state. */
export function currentIdsAfter(db: Sql, accountId: string, driveId: string, after: string, limit: number): Promise<{ itemId: string }[]> {
  return db.query<{ itemId: string }>(
    `select item_id as "itemId" from item where account_id = $1 and drive_id = $2 and to_generation is null and item_id > $3
     order by item_id limit $4`,
    [accountId, driveId, after, limit],
  )
}
