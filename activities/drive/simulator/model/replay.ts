/** Replays the journal's records on the generated world. */
import { principalOfKey } from './principals.ts'
import type { BatchRecord, DriveRecord, EntryRecord, GrantRecord, ItemRecord } from './records.ts'
import type { DriveState, FeedEntry, Grant, Item, World } from './state.ts'
import { byOrd, bySeq, dropDrive, index } from './tree.ts'

const grantOf = (world: World, [to, role, at, by, expiresAt, discoverable]: GrantRecord): Grant => ({
  to: principalOfKey(world, to),
  role,
  at,
  by,
  ...(expiresAt !== null && { expiresAt }),
  ...(discoverable === 1 && { discoverable: true }),
})

const entryOf = (id: string, type: FeedEntry['type'], entry: EntryRecord | undefined): FeedEntry | undefined =>
  entry && { id, type, seq: entry[0], at: entry[1] }

/** Replays records on the generated world. Parents are named by id until {@link relink} has put the tree together again. */
export function replay(world: World, records: Iterable<BatchRecord>, newDrive: (record: DriveRecord) => DriveState): void {
  const parents = new Map<Item, string>()
  for (const record of records) {
    world.nextSeq = Math.max(world.nextSeq, record.seq)
    world.nextOrd = Math.max(world.nextOrd, record.ord)
    for (const gone of record.goneDrives ?? [])
      dropDrive(world, gone.id, gone.members, { id: gone.id, type: 'drive', seq: gone.change[0], at: gone.change[1] })
    for (const drive of record.drives ?? []) applyDrive(world, drive, newDrive)
    for (const [driveId, id, seq, at] of record.tombs ?? []) {
      world.drives.get(driveId)?.tombstones.set(id, { id, seq, at, type: 'file' })
      world.items.delete(id)
      world.goneIds.add(id)
    }
    for (const item of record.items ?? []) parents.set(applyItem(world, item), item.parent)
  }
  relink(world, parents)
}

function applyDrive(world: World, record: DriveRecord, newDrive: (record: DriveRecord) => DriveState): void {
  const drive = world.drives.get(record.id) ?? newDrive(record)
  const { name, restrictions, color, hiddenFor, formerMembers } = record
  Object.assign(drive, { name, restrictions, color, hiddenFor, formerMembers, change: entryOf(record.id, 'drive', record.change) })
  drive.top.grants = record.members.map((grant) => grantOf(world, grant))
}

function applyItem(world: World, record: ItemRecord): Item {
  const { parent: _parent, drive, grants, change, more, ...plain } = record
  const home = world.drives.get(drive)
  if (!home)
    throw new Error(
      `The practice Drive's journal names a drive that does not exist: ${drive}. Restore the file, or start anew with an empty folder.`,
    )
  const known = world.items.get(record.id)
  const state = {
    ...plain,
    drive: home,
    sums: '',
    more,
    grants: grants?.map((grant) => grantOf(world, grant)),
    change: entryOf(record.id, 'file', change),
  }
  const item: Item = known ? Object.assign(known, state) : { ...state, parent: undefined, children: undefined }
  world.items.set(item.id, item)
  world.goneIds.delete(item.id)
  home.tombstones.delete(item.id)
  return item
}

function relink(world: World, parents: ReadonlyMap<Item, string>): void {
  for (const [item, parent] of parents) if (world.items.get(item.id) === item) item.parent = world.items.get(parent)
  for (const drive of world.drives.values()) {
    drive.items.length = 0
    drive.top.children = []
  }
  for (const item of world.items.values()) if (item.parent) item.children = item.children && []
  const items = [...world.items.values()].sort((a, b) => byOrd(a) - byOrd(b))
  for (const item of items) {
    index(world, item)
    if (!item.parent) continue
    item.drive.items.push(item)
    item.parent.children ??= []
    item.parent.children.push(item)
  }
  for (const drive of world.drives.values()) drive.feed = feedOf(drive)
  for (const item of [...world.granted, ...world.trash]) if (world.items.get(item.id) !== item) forgetIndex(world, item)
}

function forgetIndex(world: World, item: Item): void {
  world.granted.delete(item)
  world.trash.delete(item)
}

function feedOf(drive: DriveState): FeedEntry[] {
  const changes = [drive.change, ...drive.items.map((item) => item.change), ...drive.tombstones.values()]
  return changes.filter((entry) => entry !== undefined).sort((a, b) => bySeq(a) - bySeq(b))
}
