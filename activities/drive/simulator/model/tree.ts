/** The only places that change the tree, the listing order and the change feed together. Callers have checked that they may. */
import type { DriveState, FeedEntry, Item, World } from './state.ts'

export const newBatch = (): World['batch'] => ({ items: new Set(), drives: new Set(), goneItems: [], goneDrives: [] })

/** Index of the first element whose key is >= `value` in a list that ascends by it. */
export function lowerBound<T>(list: readonly T[], value: number, key: (element: T) => number): number {
  let low = 0
  let high = list.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (key(list[middle] as T) < value) low = middle + 1
    else high = middle
  }
  return low
}

export const byOrd = (item: Item): number => item.ord
export const bySeq = (entry: FeedEntry): number => entry.seq

export function insertSorted(list: Item[], item: Item): void {
  const last = list.at(-1)
  if (last === undefined || last.ord < item.ord) list.push(item)
  else list.splice(lowerBound(list, item.ord, byOrd), 0, item)
}

function removeSorted(list: Item[], item: Item): void {
  const at = lowerBound(list, item.ord, byOrd)
  if (list[at] === item) list.splice(at, 1)
}

/** Takes one item out by its place, several by one walk. */
function removeAll(list: Item[], gone: readonly Item[]): void {
  const [only] = gone
  if (only && gone.length === 1) {
    removeSorted(list, only)
    return
  }
  const set = new Set(gone)
  let kept = 0
  for (const item of list) if (!set.has(item)) list[kept++] = item
  list.length = kept
}

function feedEntry(world: World, drive: DriveState, id: string, type: FeedEntry['type']): FeedEntry {
  const entry: FeedEntry = { seq: world.nextSeq++, at: world.clock.now().getTime(), id, type }
  drive.feed.push(entry)
  return entry
}

/** Records that an item is not as it was: a new version, and the newest entry of its drive's feed. */
export function touch(world: World, item: Item): void {
  if (item.parent === undefined) {
    touchDrive(world, item.drive)
    return
  }
  item.version++
  item.change = feedEntry(world, item.drive, item.id, 'file')
  world.batch.items.add(item)
}

export function touchDrive(world: World, drive: DriveState): void {
  drive.change = feedEntry(world, drive, drive.id, 'drive')
  world.batch.drives.add(drive)
}

/** Keeps what only one person sees, such as a star: in the journal, but no change of the item. */
export const record = (world: World, item: Item): unknown => world.batch.items.add(item)

/** Puts a new item into its drive and under its parent. */
export function addItem(world: World, item: Item): void {
  world.items.set(item.id, item)
  insertSorted(item.drive.items, item)
  if (item.parent) {
    item.parent.children ??= []
    insertSorted(item.parent.children, item)
  }
  index(world, item)
  touch(world, item)
}

/** Keeps the sets of granted and trashed items in step with one item. */
export function index(world: World, item: Item): void {
  if (item.grants?.length && item.parent) world.granted.add(item)
  else world.granted.delete(item)
  if (item.trashedAt > 0) world.trash.add(item)
  else world.trash.delete(item)
  if (item.trashedAt > 0) world.deadline = Math.min(world.deadline, item.trashedAt + world.knobs.trashTtlMs)
  for (const grant of item.grants ?? []) if (grant.expiresAt !== undefined) world.deadline = Math.min(world.deadline, grant.expiresAt)
}

/** The item and everything below it, parents before children. */
export function subtree(item: Item): Item[] {
  const found = [item]
  for (let at = 0; at < found.length; at++) for (const child of found[at]?.children ?? []) found.push(child)
  return found
}

/** Moves within the drive or, with everything below, to another one: there every item leaves a tombstone behind and arrives as a change. */
export function moveItem(world: World, item: Item, parent: Item): void {
  if (item.parent?.children) removeSorted(item.parent.children, item)
  if (parent.drive === item.drive) {
    attach(item, parent)
    touch(world, item)
    return
  }
  const all = subtree(item)
  forget(world, item.drive, all)
  // New places ascend with the walk, so that siblings keep their order and every list stays sorted.
  for (const one of all) one.ord = world.nextOrd++
  attach(item, parent)
  for (const one of all) {
    one.drive = parent.drive
    parent.drive.tombstones.delete(one.id)
    parent.drive.items.push(one)
    touch(world, one)
  }
}

function attach(item: Item, parent: Item): void {
  item.parent = parent
  parent.children ??= []
  insertSorted(parent.children, item)
}

/** Takes items out of a drive's listing and leaves a tombstone for each in its feed. */
function forget(world: World, drive: DriveState, gone: readonly Item[]): void {
  removeAll(drive.items, gone)
  for (const item of gone) {
    const entry = feedEntry(world, drive, item.id, 'file')
    drive.tombstones.set(item.id, entry)
    world.batch.goneItems.push({ driveId: drive.id, entry })
  }
}

/** Deletes for ever, with everything below. */
export const dropItem = (world: World, item: Item): void => dropItems(world, [item])

/** The same for many items of one drive at once: a listing of half a million is gone through once, not once an item. */
export function dropItems(world: World, items: readonly Item[]): void {
  const [first] = items
  if (!first) return
  // An item may lie below another one of the list.
  const all = [...new Set(items.flatMap(subtree))]
  for (const [parent, children] of Map.groupBy(items, (item) => item.parent)) {
    if (parent?.children) removeAll(parent.children, children)
  }
  forget(world, first.drive, all)
  for (const one of all) {
    world.items.delete(one.id)
    world.goneIds.add(one.id)
    world.granted.delete(one)
    world.trash.delete(one)
    world.batch.items.delete(one)
  }
}

/** Removes a drive with all it holds; its members' feeds still tell of it. */
export function dropDrive(world: World, id: string, members: readonly string[], entry: FeedEntry): void {
  const drive = world.drives.get(id)
  for (const item of drive?.items ?? []) {
    world.items.delete(item.id)
    world.goneIds.add(item.id)
    world.granted.delete(item)
    world.trash.delete(item)
  }
  world.items.delete(id)
  world.drives.delete(id)
  world.goneDrives.set(id, { members, entry })
}

/** Drops void entries when they are more than half of a long feed, so that a busy drive does not grow for ever. */
export function tidyFeed(world: World, drive: DriveState): void {
  if (drive.feed.length < 4096 || drive.feed.length < 2 * (drive.items.length + drive.tombstones.size)) return
  drive.feed = drive.feed.filter((entry) => isNewest(world, drive, entry))
}

/** Whether this entry still is what the feed says of its item; older ones were replaced. */
export function isNewest(world: World, drive: DriveState, entry: FeedEntry): boolean {
  if (entry.type === 'drive') return drive.change === entry
  if (drive.tombstones.get(entry.id) === entry) return true
  const item = world.items.get(entry.id)
  return item !== undefined && item.drive === drive && item.change === entry
}

export function isTrashed(item: Item): boolean {
  for (let node: Item | undefined = item; node; node = node.parent) if (node.trashedAt > 0) return true
  return false
}

/** Levels below the drive's top folder: 1 for an item that lies directly in it. */
export function depthOf(item: Item): number {
  let depth = 0
  for (let node = item.parent; node; node = node.parent) depth++
  return depth
}
