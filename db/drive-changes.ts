import type { Db, Sql } from './client.ts'
import { type Drive, drivesById, type Lifecycle } from './drives.ts'

/** What discovery reads of a drive. */
export type FoundDrive = {
  readonly id: string
  readonly name: string
  readonly managerReachable: boolean
  /** The domain whose administrator's view shows it; absent when only a member's view does. */
  readonly domain?: string | undefined
}

export type Discovery = {
  /** Drives that had not been seen before, in the order of their names. */
  readonly added: readonly Drive[]
  /** Drives that have another name now. */
  readonly renamed: number
}

/**
 * Takes note of the drives that a task can reach. A new one is Not Active, or active at once when its task says so (SET-09).
 * A known drive keeps its task, its state and its history; one that was archived and is found again is as it was before. Drives that are
 * not named are left alone: not being listed is no proof of deletion.
 */
export async function recordDiscovery(
  db: Db,
  accountId: string,
  taskId: string,
  found: readonly FoundDrive[],
  now: Date,
): Promise<Discovery> {
  const rows = await db.query<{ id: string; added: boolean; renamed: boolean }>(
    `with found as (select * from jsonb_to_recordset($3::jsonb) as x(id text, name text, "managerReachable" boolean, domain text)),
       before as (select drive.id, drive.name from drive join found using (id) where drive.account_id = $1),
       written as (
         insert into drive (account_id, id, task_id, name, lifecycle, manager_reachable, first_seen_at, activated_at, domain_seen_by)
         select task.account_id, found.id, task.id, found.name, case when task.auto_activate then 'active' else 'not-active' end,
           found."managerReachable", $4, case when task.auto_activate then $4::timestamptz end, found.domain
         from found, backup_task task where task.account_id = $1 and task.id = $2
         order by found.id
         on conflict (account_id, id) do update set name = excluded.name, manager_reachable = excluded.manager_reachable,
           domain_seen_by = coalesce(excluded.domain_seen_by, drive.domain_seen_by), archived_at = null, archived_from = null,
           lifecycle = case when drive.lifecycle = 'archived' then coalesce(drive.archived_from, 'paused') else drive.lifecycle end
         returning drive.id, drive.name
       )
     select written.id, before.id is null as added, coalesce(before.name <> written.name, false) as renamed
     from written left join before using (id)`,
    [accountId, taskId, JSON.stringify(found), now],
  )
  const added = rows.filter((row) => row.added).map(({ id }) => id)
  return {
    added: added.length === 0 ? [] : await drivesById(db, accountId, added),
    renamed: rows.filter((row) => row.renamed).length,
  }
}

/** From which states a person may bring a drive into another (ACT-03, ACT-07, ACT-08). An archived drive stays archived: it is gone at Google. */
const mayBecome: Readonly<Record<Lifecycle, readonly Lifecycle[]>> = {
  active: ['not-active', 'paused'],
  paused: ['active'],
  'not-active': ['active', 'paused'],
  archived: ['not-active', 'active', 'paused'],
}

/**
 * Brings those of the drives into `lifecycle` that may take it.
 * @returns the drives that changed, by name; a drive that was there already, or may not go there, is not among them
 */
export async function setLifecycle(
  db: Db,
  accountId: string,
  driveIds: readonly string[],
  lifecycle: Lifecycle,
  now: Date,
): Promise<Drive[]> {
  const changed = await db.query<{ id: string }>(
    `update drive set lifecycle = $3, activated_at = case when $3 = 'active' then coalesce(activated_at, $4) else activated_at end
     where account_id = $1 and id = any($2) and lifecycle = any($5) returning id`,
    [accountId, [...driveIds], lifecycle, now, [...mayBecome[lifecycle]]],
  )
  const ids = changed.map(({ id }) => id)
  return ids.length === 0 ? [] : drivesById(db, accountId, ids)
}

/**
 * SET-10: the drive is gone at Google, and its backup stays. Returns whether it was not archived before.
 */
export async function archiveDrive(db: Sql, accountId: string, driveId: string, now: Date): Promise<boolean> {
  const rows = await db.query(
    `update drive set lifecycle = 'archived', archived_from = lifecycle, archived_at = $3
     where account_id = $1 and id = $2 and lifecycle <> 'archived' returning id`,
    [accountId, driveId, now],
  )
  return rows.length > 0
}

/** What a committed snapshot says of its drive. */
export type DriveState = {
  readonly generation: number
  readonly pageToken: string
  readonly itemCount: number
  readonly backupBytes: number
}

/** Takes over what the newest snapshot says. An older one, of a late repeat, changes nothing. */
export async function saveDriveState(db: Sql, accountId: string, driveId: string, state: DriveState): Promise<void> {
  await db.query(
    `update drive set latest_generation = $3, page_token = $4, item_count = $5, backup_bytes = $6
     where account_id = $1 and id = $2 and latest_generation <= $3`,
    [accountId, driveId, state.generation, state.pageToken, state.itemCount, state.backupBytes],
  )
}

/** Takes over a newer position in the change feed when nothing had changed and so no snapshot was made. */
export async function savePageToken(db: Sql, accountId: string, driveId: string, pageToken: string): Promise<void> {
  await db.query('update drive set page_token = $3 where account_id = $1 and id = $2', [accountId, driveId, pageToken])
}
