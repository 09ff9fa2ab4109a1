import type { Sql } from './client.ts'

/**
 * Takes snapshots that the vault has given up out of the catalogue, and the versions of items that only they showed. A repeat changes
 * nothing. Returns how many snapshots went.
 */
export async function dropSnapshots(
  tx: Sql,
  accountId: string,
  driveId: string,
  ranges: readonly { readonly from: number; readonly to: number }[],
): Promise<number> {
  const gone = await tx.query(
    `delete from snapshot using jsonb_to_recordset($3::jsonb) as range("from" integer, "to" integer)
     where account_id = $1 and drive_id = $2 and generation between range."from" and range."to" returning generation`,
    [accountId, driveId, JSON.stringify(ranges.map(({ from, to }) => ({ from, to })))],
  )
  if (gone.length === 0) return 0
  await tx.query(
    `delete from item where account_id = $1 and drive_id = $2 and to_generation is not null
       and not exists (select 1 from snapshot s where s.account_id = $1 and s.drive_id = $2
         and s.generation >= item.from_generation and s.generation < item.to_generation)`,
    [accountId, driveId],
  )
  return gone.length
}

/** What tells of the time beside this process's clock: the database's own, and when the drive was last looked at to its end. */
export async function timeEvidence(db: Sql, accountId: string, driveId: string): Promise<Date[]> {
  const [row] = await db.query<{ now: Date; seen: Date | null }>(
    `select now() as now, (select greatest(last_checked_at, last_backup_at) from drive where account_id = $1 and id = $2) as seen`,
    [accountId, driveId],
  )
  return [row?.now, row?.seen].filter((time) => time instanceof Date)
}

/** SET-16: for how many days a state stays within reach; null when nothing is to be given up. */
export async function retentionDays(db: Sql, accountId: string): Promise<number | null> {
  const [account] = await db.query<{ days: number | null }>('select retention_days as days from account where id = $1', [accountId])
  return account?.days ?? null
}

/** When the oldest snapshot was made that a job of the drive works with, and has not ended; null when there is none. */
export async function oldestInUse(db: Sql, accountId: string, driveId: string): Promise<Date | null> {
  const [oldest] = await db.query<{ at: Date | null }>(
    `select min(s.committed_at) as at from job join snapshot s on s.account_id = $1 and s.drive_id = $2 and s.generation = job.generation
     where job.account_id = $1 and job.drive_id = $2 and job.finished_at is null`,
    [accountId, driveId],
  )
  return oldest?.at ?? null
}
