/** How far the checks of the vault have come, and what they found. */
import type { Sql } from './client.ts'

/** An object of the vault that snapshots need, by its whole key. */
export type StoredObject = {
  readonly key: string
  readonly versionId: string | null
  readonly role: 'root' | 'manifest' | 'index' | 'container'
  readonly sizeBytes: number
  readonly firstNeeded: number
  readonly lastNeeded: number
}

/** Takes note of objects that a listing showed. What is known of their verification stays. */
export async function putStoredObjects(
  db: Sql,
  accountId: string,
  driveId: string,
  objects: readonly StoredObject[],
  listedAt: Date,
): Promise<void> {
  if (objects.length === 0) return
  await db.query(
    `insert into stored_object (account_id, drive_id, object_key, version_id, role, size_bytes, first_needed, last_needed, first_seen_at, listed_at)
     select $1, $2, x.key, x."versionId", x.role, x."sizeBytes", x."firstNeeded", x."lastNeeded", $4, $4
     from jsonb_to_recordset($3::jsonb) as x(key text, "versionId" text, role text, "sizeBytes" bigint, "firstNeeded" integer, "lastNeeded" integer)
     on conflict (account_id, drive_id, object_key) do update set version_id = excluded.version_id, size_bytes = excluded.size_bytes,
       first_needed = excluded.first_needed, last_needed = excluded.last_needed, listed_at = excluded.listed_at`,
    [accountId, driveId, JSON.stringify(objects), listedAt],
  )
}

/** Forgets objects that the listing of `listedAt` did not show: no snapshot needs them any more, or they are missing, which is told elsewhere. */
export async function dropUnlistedObjects(db: Sql, accountId: string, driveId: string, listedAt: Date): Promise<void> {
  await db.query('delete from stored_object where account_id = $1 and drive_id = $2 and listed_at < $3', [accountId, driveId, listedAt])
}

const columns = `object_key as key, version_id as "versionId", role, size_bytes::float8 as "sizeBytes", first_needed as "firstNeeded",
  last_needed as "lastNeeded"`

/** The drive whose least recently verified object waits longest, among objects that were not verified since `since`. */
export async function driveLongestUnverified(db: Sql, accountId: string, since: Date): Promise<string | undefined> {
  const [row] = await db.query<{ driveId: string }>(
    `select drive_id as "driveId" from stored_object
     where account_id = $1 and coalesce(verified_at, '-infinity') < $2
     order by coalesce(verified_at, '-infinity'), drive_id limit 1`,
    [accountId, since],
  )
  return row?.driveId
}

/** Objects of a drive, least recently verified first, that were not verified since `since`. */
export function longestUnverified(db: Sql, accountId: string, driveId: string, since: Date, limit: number): Promise<StoredObject[]> {
  return db.query<StoredObject>(
    `select ${columns} from stored_object
     where account_id = $1 and drive_id = $2 and coalesce(verified_at, '-infinity') < $3
     order by coalesce(verified_at, '-infinity'), object_key limit $4`,
    [accountId, driveId, since, limit],
  )
}

/** `damage` says what is wrong with the object, opaque here; null when nothing is. */
export type ObjectVerdict = { readonly key: string; readonly damage: unknown }

/** Writes down what reading objects has shown. A damaged one counts as looked at too, so that it does not stand in the way of the others. */
export async function recordVerdicts(
  db: Sql,
  accountId: string,
  driveId: string,
  verdicts: readonly ObjectVerdict[],
  at: Date,
): Promise<void> {
  if (verdicts.length === 0) return
  await db.query(
    `update stored_object set verified_at = $4, damage = nullif(x.damage, 'null'::jsonb)
     from jsonb_to_recordset($3::jsonb) as x(key text, damage jsonb)
     where account_id = $1 and drive_id = $2 and object_key = x.key`,
    [accountId, driveId, JSON.stringify(verdicts), at],
  )
}

/** Objects that were damaged when they were read last. */
export function damagedObjects(
  db: Sql,
  accountId: string,
  driveId: string,
  limit: number,
): Promise<(StoredObject & { readonly damage: unknown })[]> {
  return db.query(
    `select ${columns}, damage from stored_object where account_id = $1 and drive_id = $2 and damage is not null order by object_key limit $3`,
    [accountId, driveId, limit],
  )
}

export type VerificationLevel = 0 | 1 | 2 | 4

export type Verification = {
  readonly driveId: string
  readonly level: VerificationLevel
  readonly finishedAt: Date
  readonly alarms: number
  readonly findings: number
  /** Bounded by whoever writes it; opaque here. */
  readonly report: unknown
}

/** Keeps the newest result of a drive's level. */
export async function saveVerification(db: Sql, accountId: string, verification: Verification): Promise<void> {
  const { driveId, level, finishedAt, alarms, findings, report } = verification
  await db.query(
    `insert into verification (account_id, drive_id, level, finished_at, alarms, findings, report) values ($1, $2, $3, $4, $5, $6, $7)
     on conflict (account_id, drive_id, level) do update set finished_at = excluded.finished_at, alarms = excluded.alarms,
       findings = excluded.findings, report = excluded.report`,
    [accountId, driveId, level, finishedAt, alarms, findings, JSON.stringify(report)],
  )
}

export function verificationsOf(db: Sql, accountId: string, driveId: string): Promise<Verification[]> {
  return db.query<Verification>(
    `select drive_id as "driveId", level, finished_at as "finishedAt", alarms::float8, findings::float8, report from verification
     where account_id = $1 and drive_id = $2 order by level`,
    [accountId, driveId],
  )
}

/** How far back in time everything was verified, and what is known to be wrong. */
export type VerificationSummary = {
  /** Nothing that snapshots need has gone unread for longer than since then; null when nothing is known of the vault. */
  readonly oldestUnverified: Date | null
  readonly objects: number
  readonly bytes: number
  readonly damaged: number
  /** Findings of the newest results that mean loss or tampering. */
  readonly alarms: number
  readonly checkedAt: Date | null
}

/** P9: the age of what was verified longest ago, not a percentage. An object that was never read counts from when it was first seen. */
export async function verificationSummary(db: Sql, accountId: string): Promise<VerificationSummary> {
  const [summary] = await db.query<VerificationSummary>(
    `select (select min(coalesce(verified_at, first_seen_at)) from stored_object where account_id = $1) as "oldestUnverified",
       (select count(*)::float8 from stored_object where account_id = $1) as objects,
       (select coalesce(sum(size_bytes), 0)::float8 from stored_object where account_id = $1) as bytes,
       (select count(*)::float8 from stored_object where account_id = $1 and damage is not null) as damaged,
       (select coalesce(sum(alarms), 0)::float8 from verification where account_id = $1) as alarms,
       (select max(finished_at) from verification where account_id = $1) as "checkedAt"`,
    [accountId],
  )
  return summary ?? { oldestUnverified: null, objects: 0, bytes: 0, damaged: 0, alarms: 0, checkedAt: null }
}

/** A drive of the account after `after`, by id, that has snapshots. For walks that take one drive at a time. */
export async function nextDriveWithSnapshots(
  db: Sql,
  accountId: string,
  after: string,
): Promise<{ readonly id: string; readonly taskId: string } | undefined> {
  const [drive] = await db.query<{ id: string; taskId: string }>(
    `select id, task_id as "taskId" from drive where account_id = $1 and id > $2 and latest_generation > 0 order by id limit 1`,
    [accountId, after],
  )
  return drive
}

/** Forgets whole contents that hold any of these blobs, so that a later backup fetches them instead of relying on what is lost. */
export async function forgetContents(db: Sql, accountId: string, driveId: string, blobIds: readonly string[]): Promise<void> {
  await db.query(
    `delete from content where account_id = $1 and drive_id = $2
       and exists (select 1 from jsonb_array_elements(content->'segments') segment where segment->>'blobId' = any($3))`,
    [accountId, driveId, [...blobIds]],
  )
}
