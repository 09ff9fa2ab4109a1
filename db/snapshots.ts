import type { Sql } from './client.ts'

/** A committed state of a drive, as the catalogue knows it. The vault's root is the truth; this is its cache. */
export type Snapshot = {
  readonly driveId: string
  readonly generation: number
  readonly rootKey: string
  readonly runId: string | null
  readonly mode: 'initial' | 'incremental' | 'full'
  readonly outcome: 'success' | 'partial'
  readonly committedAt: Date
  /** Items that this run changed, tombstones included. */
  readonly changed: number
  /** Of the run: listed = stored + skipped + failed (P10). */
  readonly listed: number
  readonly stored: number
  readonly skipped: number
  readonly failed: number
  /** Of the whole snapshot: items that are not in the trash. */
  readonly itemCount: number
  readonly totalBytes: number
  readonly rootHash: string
  readonly pageToken: string
}

const columns = `drive_id as "driveId", generation, root_key as "rootKey", run_id as "runId", mode, outcome, committed_at as "committedAt",
  changed::float8, listed::float8, stored::float8, skipped::float8, failed::float8, item_count::float8 as "itemCount",
  total_bytes::float8 as "totalBytes", root_hash as "rootHash", page_token as "pageToken"`

/** Snapshots of a drive within `[from, to]`, newest first (REC-03, REC-04). `before` is the generation of the last one already shown. */
export function listSnapshots(
  db: Sql,
  accountId: string,
  driveId: string,
  filter: {
    readonly from?: Date | undefined
    readonly to?: Date | undefined
    readonly before?: number | undefined
    readonly limit: number
  },
): Promise<Snapshot[]> {
  return db.query<Snapshot>(
    `select ${columns} from snapshot
     where account_id = $1 and drive_id = $2
       and ($3::timestamptz is null or committed_at >= $3) and ($4::timestamptz is null or committed_at <= $4)
       and ($5::int is null or generation < $5)
     order by generation desc limit $6`,
    [accountId, driveId, filter.from ?? null, filter.to ?? null, filter.before ?? null, filter.limit],
  )
}

/** The newest snapshot at or before `at`, or the newest of all; undefined when there is none that old. */
export async function snapshotAt(db: Sql, accountId: string, driveId: string, at?: Date): Promise<Snapshot | undefined> {
  const [snapshot] = await listSnapshots(db, accountId, driveId, { to: at, limit: 1 })
  return snapshot
}

/** One snapshot by its number. */
export async function snapshotByGeneration(db: Sql, accountId: string, driveId: string, generation: number): Promise<Snapshot | undefined> {
  const [snapshot] = await db.query<Snapshot>(
    `select ${columns} from snapshot where account_id = $1 and drive_id = $2 and generation = $3`,
    [accountId, driveId, generation],
  )
  return snapshot
}

/** Writes the snapshot's row; a repeat changes nothing. */
export async function insertSnapshot(db: Sql, accountId: string, snapshot: Snapshot): Promise<void> {
  await db.query(
    `insert into snapshot (account_id, drive_id, generation, root_key, run_id, mode, outcome, committed_at, changed, listed, stored, skipped, failed,
       item_count, total_bytes, root_hash, page_token)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)
     on conflict (account_id, drive_id, generation) do nothing`,
    [
      accountId,
      snapshot.driveId,
      snapshot.generation,
      snapshot.rootKey,
      snapshot.runId,
      snapshot.mode,
      snapshot.outcome,
      snapshot.committedAt,
      snapshot.changed,
      snapshot.listed,
      snapshot.stored,
      snapshot.skipped,
      snapshot.failed,
      snapshot.itemCount,
      snapshot.totalBytes,
      snapshot.rootHash,
      snapshot.pageToken,
    ],
  )
}
