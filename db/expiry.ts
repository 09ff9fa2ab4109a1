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
