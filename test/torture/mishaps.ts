/** What befalls the database of a drive: it is lost, or an older copy takes its place. Its workers are gone with it. */
import type { World } from './world.ts'

/** Everything that belongs to one drive, what others refer to first. */
const tables = ['backup_run', 'backup_run_item', 'backup_segment', 'item', 'snapshot', 'blob', 'content', 'gc_state']

export type Copy = ReadonlyMap<string, unknown>

const selection = (table: string) =>
  table === 'backup_run_item'
    ? 'from backup_run_item t where account_id = $1 and run_id in (select id from backup_run where account_id = $1 and drive_id = $2)'
    : `from ${table} t where account_id = $1 and ${table === 'drive' ? 'id' : 'drive_id'} = $2`

async function clear(world: World, n: number): Promise<readonly unknown[]> {
  await world.conductors[n]?.forget()
  for (const { machine, working } of world.asleep.splice(0)) {
    machine.gate.kill()
    await working
  }
  return [world.accountId, world.drives[n]]
}

export async function loseDatabase(world: World, n: number): Promise<void> {
  const mine = await clear(world, n)
  await world.ground.db.transaction(async (tx) => {
    for (const table of tables.toReversed()) await tx.query(`delete ${selection(table)}`, mine)
    await tx.query(
      `update drive set latest_generation = 0, page_token = null, current_run_id = null, item_count = 0, backup_bytes = 0,
         last_checked_at = null, last_backup_at = null, last_outcome = null where account_id = $1 and id = $2`,
      mine,
    )
  })
}

export async function copyDatabase(world: World, n: number): Promise<void> {
  const mine = [world.accountId, world.drives[n]]
  const copy = new Map<string, unknown>()
  await world.ground.db.transaction(async (tx) => {
    await tx.query('set transaction isolation level repeatable read')
    for (const table of ['drive', ...tables]) {
      const [row] = await tx.query<{ rows: unknown }>(
        `select coalesce(jsonb_agg(to_jsonb(t)), '[]')::text as rows ${selection(table)}`,
        mine,
      )
      copy.set(table, row?.rows)
    }
  })
  world.copies.set(n, copy)
}

/** The database as it was when the copy was made. Without a copy nothing happens. */
export async function restoreCopy(world: World, n: number): Promise<void> {
  const copy = world.copies.get(n)
  if (!copy) return
  const mine = await clear(world, n)
  await world.ground.db.transaction(async (tx) => {
    for (const table of ['drive', ...tables].toReversed()) await tx.query(`delete ${selection(table)}`, mine)
    for (const table of ['drive', ...tables])
      await tx.query(`insert into ${table} select * from jsonb_populate_recordset(null::${table}, $1::jsonb)`, [copy.get(table)])
  })
}
