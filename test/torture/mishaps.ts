import type { World } from './world.ts'

/** All that the database knew of one drive and its backups is gone; what the vault and Drive hold is all there is. Its workers are gone with it. */
export async function loseDatabase(world: World, n: number): Promise<void> {
  const driveId = world.drives[n]
  await world.conductors[n]?.forget()
  const mine = [world.accountId, driveId]
  await world.ground.db.transaction(async (tx) => {
    for (const table of ['item', 'snapshot', 'blob', 'content', 'backup_run'])
      await tx.query(`delete from ${table} where account_id = $1 and drive_id = $2`, mine)
    await tx.query(
      `update drive set latest_generation = 0, page_token = null, current_run_id = null, item_count = 0, backup_bytes = 0
       where account_id = $1 and id = $2`,
      mine,
    )
  })
}
