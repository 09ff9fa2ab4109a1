/** The journal's records: whole items and drives as they now are, tombstones, deleted drives. Applying one twice changes nothing. */
import { principalOfKey } from './principals.ts'
import type { Batch, DriveState, Extras, FeedEntry, Grant, Item, World } from './state.ts'
import { byOrd, bySeq, index } from './tree.ts'

type GrantRecord = readonly [to: string, role: Grant['role'], at: number, by: string, expiresAt: number | null, discoverable: 0 | 1]
type EntryRecord = readonly [seq: number, at: number]

export type ItemRecord = {
  readonly id: string
  readonly drive: string
  readonly parent: string
  readonly name: string
  readonly mime: string
  readonly ord: number
  readonly version: number
  readonly createdAt: number
  readonly modifiedAt: number
  readonly modifiedBy: string
  readonly trashedAt: number
  readonly size: number
  readonly revision: number
  readonly grants?: readonly GrantRecord[] | undefined
  readonly change?: EntryRecord | undefined
  readonly more?: Extras | undefined
}

export type DriveRecord = Pick<
  DriveState,
  'id' | 'name' | 'createdAt' | 'restrictions' | 'color' | 'hiddenFor' | 'requestKey' | 'orgUnit' | 'formerMembers'
> & {
  readonly members: readonly GrantRecord[]
  readonly change?: EntryRecord | undefined
}

export type BatchRecord = {
  readonly seq: number
  readonly ord: number
  readonly tombs?: readonly (readonly [driveId: string, id: string, ...EntryRecord])[]
  readonly drives?: readonly DriveRecord[]
  readonly goneDrives?: readonly { readonly id: string; readonly members: readonly string[]; readonly change: EntryRecord }[]
  readonly items?: readonly ItemRecord[]
}

const grantRecord = (grant: Grant): GrantRecord => [
  grant.to.key,
  grant.role,
  grant.at,
  grant.by,
  grant.expiresAt ?? null,
  grant.discoverable ? 1 : 0,
]
const entryRecord = (entry: FeedEntry | undefined): EntryRecord | undefined => entry && [entry.seq, entry.at]

function itemRecord(item: Item): ItemRecord {
  const { id, name, mime, ord, version, createdAt, modifiedAt, modifiedBy, trashedAt, size, revision, more } = item
  const tree = { id, drive: item.drive.id, parent: item.parent?.id ?? '', name, mime, ord }
  return {
    ...tree,
    version,
    createdAt,
    modifiedAt,
    modifiedBy,
    trashedAt,
    size,
    revision,
    more,
    grants: item.grants?.map(grantRecord),
    change: entryRecord(item.change),
  }
}

function driveRecord(drive: DriveState): DriveRecord {
  const { id, name, createdAt, restrictions, color, hiddenFor, orgUnit, formerMembers, requestKey } = drive
  const record = {
    id,
    name,
    createdAt,
    restrictions,
    color,
    hiddenFor,
    orgUnit,
    formerMembers,
    ...(requestKey !== undefined && { requestKey }),
  }
  return { ...record, members: (drive.top.grants ?? []).map(grantRecord), change: entryRecord(drive.change) }
}

export function batchRecord(world: World, batch: Batch): BatchRecord {
  return {
    seq: world.nextSeq,
    ord: world.nextOrd,
    tombs: batch.goneItems.map(({ driveId, entry }) => [driveId, entry.id, entry.seq, entry.at] as const),
    drives: Array.from(batch.drives, driveRecord),
    goneDrives: batch.goneDrives.map(({ drive, entry }) => ({
      id: drive.id,
      members: membersOf(drive),
      change: [entry.seq, entry.at] as const,
    })),
    items: Array.from(batch.items, itemRecord),
  }
}

export const membersOf = (drive: DriveState): readonly string[] => (drive.top.grants ?? []).map((grant) => grant.to.key)

const itemsPerLine = 500

/** All that differs from the generated world, in as few records as are handy. */
export function* compacted(world: World): Generator<BatchRecord> {
  const { nextSeq: seq, nextOrd: ord } = world
  const drives = [...world.drives.values()]
  const goneDrives = Array.from(world.goneDrives, ([id, gone]) => ({
    id,
    members: gone.members,
    change: [gone.entry.seq, gone.entry.at] as const,
  }))
  yield { seq, ord, goneDrives, drives: drives.filter((drive) => drive.change).map(driveRecord) }
  for (const drive of drives) {
    const tombs = Array.from(drive.tombstones, ([id, entry]) => [drive.id, id, entry.seq, entry.at] as const)
    for (let i = 0; i < tombs.length; i += itemsPerLine) yield { seq, ord, tombs: tombs.slice(i, i + itemsPerLine) }
  }
  const changed = drives.flatMap((drive) => drive.items.filter((item) => item.change))
  for (let i = 0; i < changed.length; i += itemsPerLine) yield { seq, ord, items: changed.slice(i, i + itemsPerLine).map(itemRecord) }
}

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
export function replay(world: World, records: readonly BatchRecord[], newDrive: (record: DriveRecord) => DriveState): void {
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
