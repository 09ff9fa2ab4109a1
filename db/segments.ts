import type { Sql } from './client.ts'

/** What the vault calls a segment of content, and where it lies; both opaque here but for the blob id. */
export type SegmentRow = { readonly segment: unknown; readonly entry: unknown }

/** Remembers a finished segment of a file whose download goes on; its blob has to be remembered in the same transaction (db/blobs.ts). */
export async function putSegment(
  db: Sql,
  accountId: string,
  at: { readonly driveId: string; readonly itemId: string; readonly version: string; readonly number: number },
  segment: { readonly blobId: string },
): Promise<void> {
  await db.query(
    `insert into backup_segment (account_id, drive_id, item_id, number, version, segment) values ($1, $2, $3, $4, $5, $6)
     on conflict (account_id, drive_id, item_id, number) do update set version = excluded.version, segment = excluded.segment`,
    [accountId, at.driveId, at.itemId, at.number, at.version, JSON.stringify(segment)],
  )
}

/**
 * The segments of this version of a file that are durable, from its start and without a gap, each with the entry that says where it lies.
 * One whose blob is not known any more ends the row: it was collected meanwhile.
 */
export async function segmentsOf(
  db: Sql,
  accountId: string,
  driveId: string,
  itemId: string,
  version: string,
): Promise<readonly SegmentRow[]> {
  const rows = await db.query<SegmentRow & { number: number }>(
    `select number, segment, blob.entry from backup_segment seg
     join blob on blob.account_id = seg.account_id and blob.drive_id = seg.drive_id and blob.blob_id = seg.segment->>'blobId'
     where seg.account_id = $1 and seg.drive_id = $2 and seg.item_id = $3 and seg.version = $4 order by number`,
    [accountId, driveId, itemId, version],
  )
  const gap = rows.findIndex((row, n) => row.number !== n)
  return rows.slice(0, gap === -1 ? rows.length : gap).map(({ segment, entry }) => ({ segment, entry }))
}

/** The files are whole, or nothing is to be made of what there was of them. */
export async function dropSegments(db: Sql, accountId: string, driveId: string, itemIds: readonly string[]): Promise<void> {
  if (itemIds.length === 0) return
  await db.query('delete from backup_segment where account_id = $1 and drive_id = $2 and item_id = any($3)', [accountId, driveId, itemIds])
}
