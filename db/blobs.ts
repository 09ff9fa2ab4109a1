import type { Sql } from './client.ts'

/** What the vault calls a blob entry, and the whole content that it belongs to; both opaque here but for their keys. */
export type BlobRow = { readonly blobId: string }
export type ContentRow = { readonly sha256: string; readonly size: number; readonly content: unknown }

/** Remembers where durable blobs lie; they count as uncommitted until {@link markBlobsCommitted}. */
export async function putBlobs(db: Sql, accountId: string, driveId: string, entries: readonly BlobRow[]): Promise<void> {
  if (entries.length === 0) return
  await db.query(
    `insert into blob (account_id, drive_id, blob_id, entry)
     select $1, $2, x->>'blobId', x from jsonb_array_elements($3::jsonb) x on conflict (account_id, drive_id, blob_id) do nothing`,
    [accountId, driveId, JSON.stringify(entries)],
  )
}

/** Remembers whole contents that are durable, so that the same content is never fetched again. */
export async function putContents(db: Sql, accountId: string, driveId: string, contents: readonly ContentRow[]): Promise<void> {
  if (contents.length === 0) return
  await db.query(
    `insert into content (account_id, drive_id, sha256, size, content)
     select $1, $2, x.sha256, x.size, x.content from jsonb_to_recordset($3::jsonb) as x(sha256 text, size bigint, content jsonb)
     on conflict (account_id, drive_id, sha256, size) do nothing`,
    [accountId, driveId, JSON.stringify(contents)],
  )
}

/** Contents that the drive's vault holds, among those asked for. */
export function knownContents(db: Sql, accountId: string, driveId: string, sha256s: readonly string[]): Promise<ContentRow[]> {
  return db.query<ContentRow>(
    'select sha256, size::float8, content from content where account_id = $1 and drive_id = $2 and sha256 = any($3)',
    [accountId, driveId, sha256s],
  )
}

/** Blob entries that no snapshot's index has yet, in byte order of their id: what a commit has to carry. */
export function uncommittedBlobs<Entry>(db: Sql, accountId: string, driveId: string, after: string, limit: number): Promise<Entry[]> {
  return db
    .query<{ entry: Entry }>(
      `select entry from blob where account_id = $1 and drive_id = $2 and generation is null and blob_id > $3 order by blob_id limit $4`,
      [accountId, driveId, after, limit],
    )
    .then((rows) => rows.map(({ entry }) => entry))
}

/** Blobs that rows of a run name and that are not known, after `after` in byte order, each with an item that names it. */
export function unknownBlobs(
  db: Sql,
  accountId: string,
  driveId: string,
  runId: string,
  after: string,
  limit: number,
): Promise<{ blobId: string; itemId: string }[]> {
  return db.query<{ blobId: string; itemId: string }>(
    `select segment->>'blobId' collate "C" as "blobId", min(run.item_id) as "itemId"
     from backup_run_item run cross join lateral jsonb_array_elements(run.row->'content'->'segments') segment
     where run.account_id = $1 and run.run_id = $3 and not run.unchanged and run.row ? 'content' and segment->>'blobId' collate "C" > $4
       and not exists (select 1 from blob where account_id = $1 and drive_id = $2 and blob_id = segment->>'blobId')
     group by 1 order by 1 limit $5`,
    [accountId, driveId, runId, after, limit],
  )
}

/** Where blobs lie that an earlier snapshot had already and that rows of the run name again: each container once, after `after` in byte order. */
export function reusedContainers(
  db: Sql,
  accountId: string,
  driveId: string,
  runId: string,
  after: string,
  limit: number,
): Promise<{ container: string; versionId?: string }[]> {
  return db
    .query<{ container: string; versionId: string | null }>(
      `select blob.entry->>'container' collate "C" as container, min(blob.entry->>'versionId') as "versionId"
       from backup_run_item run cross join lateral jsonb_array_elements(run.row->'content'->'segments') segment
       join blob on blob.account_id = $1 and blob.drive_id = $2 and blob.blob_id = segment->>'blobId' and blob.generation is not null
       where run.account_id = $1 and run.run_id = $3 and not run.unchanged and run.row ? 'content' and blob.entry->>'container' collate "C" > $4
       group by 1 order by 1 limit $5`,
      [accountId, driveId, runId, after, limit],
    )
    .then((rows) => rows.map(({ container, versionId }) => ({ container, ...(versionId !== null && { versionId }) })))
}

export async function blobEntry<Entry>(db: Sql, accountId: string, driveId: string, blobId: string): Promise<Entry | undefined> {
  const [row] = await db.query<{ entry: Entry }>('select entry from blob where account_id = $1 and drive_id = $2 and blob_id = $3', [
    accountId,
    driveId,
    blobId,
  ])
  return row?.entry
}

/** The index of this snapshot has the entries of these blobs. */
export async function markBlobsCommitted(
  db: Sql,
  accountId: string,
  driveId: string,
  generation: number,
  blobIds: readonly string[],
): Promise<void> {
  if (blobIds.length === 0) return
  await db.query('update blob set generation = $3 where account_id = $1 and drive_id = $2 and generation is null and blob_id = any($4)', [
    accountId,
    driveId,
    generation,
    blobIds,
  ])
}
