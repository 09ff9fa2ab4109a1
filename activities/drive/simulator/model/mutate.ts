/** The frame around every operation: time first, then the operation, then the journal, so that what was answered is kept. */
import type { Journal } from './journal.ts'
import { isLive } from './principals.ts'
import type { Item, World } from './state.ts'
import { dropItems, index, newBatch, tidyFeed, touch } from './tree.ts'

export type Run = <T>(operation: () => T) => T

/**
 * Makes the frame. An operation checks everything before it changes anything; what time alone did before a refusal is kept all the same.
 * @throws {Error} the journal could not be written: the model then refuses everything, since memory and disk no longer agree
 */
export function runner(world: World, journal: Journal | undefined): Run {
  let broken: Error | undefined
  const commit = () => {
    const { batch } = world
    if (batch.items.size + batch.drives.size + batch.goneItems.length + batch.goneDrives.length === 0) return
    for (const drive of world.drives.values()) tidyFeed(world, drive)
    try {
      journal?.append(world, batch)
    } catch (error) {
      broken = new Error('The practice Drive could not write its journal and has stopped. Free some disk space and start it again.', {
        cause: error,
      })
      throw broken
    } finally {
      world.batch = newBatch()
    }
  }
  return (operation) => {
    if (broken) throw broken
    advance(world)
    try {
      return operation()
    } finally {
      commit()
    }
  }
}

/** What time alone does: empties 30-day-old trash, ends expired grants. Costs one comparison until something is due. */
export function advance(world: World): void {
  const now = world.clock.now().getTime()
  if (now < world.deadline) return
  world.deadline = Number.POSITIVE_INFINITY
  const due = [...world.trash].filter((item) => item.trashedAt + world.knobs.trashTtlMs <= now)
  for (const items of Map.groupBy(due, (item) => item.drive).values()) dropItems(world, items)
  for (const item of [...world.granted]) expire(world, item, now)
  for (const item of world.trash) index(world, item)
}

function expire(world: World, item: Item, now: number): void {
  const live = item.grants?.filter((grant) => isLive(grant, now)) ?? []
  if (live.length !== (item.grants?.length ?? 0)) {
    item.grants = live.length > 0 ? live : undefined
    touch(world, item)
  }
  index(world, item)
}
