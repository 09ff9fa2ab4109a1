/** The journal's records: whole items and drives as they now are, tombstones, deleted drives. Applying one twice changes nothing. */
import type { Batch, DriveState, Extras, FeedEntry, Grant, Item, World } from './state.ts'

export type GrantRecord = readonly [to: string, role: Grant['role'], at: number, by: string, expiresAt: number | null, discoverable: 0 | 1]
export type EntryRecord = readonly [seq: number, at: number]

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

const perRecord = 500

function* inParts<T>(list: readonly T[]): Generator<readonly T[]> {
  for (let i = 0; i < list.length; i += perRecord) yield list.slice(i, i + perRecord)
}

/** One operation as records of a handy size: a mass change would otherwise be one line of a hundred megabytes. */
export function* batchRecords(world: World, batch: Batch): Generator<BatchRecord> {
  const { nextSeq: seq, nextOrd: ord } = world
  const goneDrives = batch.goneDrives.map(({ drive, entry }) => ({
    id: drive.id,
    members: membersOf(drive),
    change: [entry.seq, entry.at] as const,
  }))
  if (goneDrives.length + batch.drives.size > 0) yield { seq, ord, drives: Array.from(batch.drives, driveRecord), goneDrives }
  const tombs = batch.goneItems.map(({ driveId, entry }) => [driveId, entry.id, entry.seq, entry.at] as const)
  for (const part of inParts(tombs)) yield { seq, ord, tombs: part }
  for (const part of inParts([...batch.items])) yield { seq, ord, items: part.map(itemRecord) }
}

export const membersOf = (drive: DriveState): readonly string[] => (drive.top.grants ?? []).map((grant) => grant.to.key)

/** All that differs from the generated world, in as few records as are handy. */
export function* compacted(world: World): Generator<BatchRecord> {
  const { nextSeq: seq, nextOrd: ord } = world
  const drives = [...world.drives.values()]
  const goneDrives = Array.from(world.goneDrives, ([id, gone]) => ({
    id,
    members: gone.members,
    change: [gone.entry.seq, gone.entry.at] as const,
  }))
  yield { seq, ord, goneDrives, drives: drives.filter((drive) => drive.change || drive.hiddenFor.length > 0).map(driveRecord) }
  for (const drive of drives) {
    for (const part of inParts([...drive.tombstones]))
      yield { seq, ord, tombs: part.map(([id, entry]) => [drive.id, id, entry.seq, entry.at] as const) }
  }
  const changed = drives.flatMap((drive) => drive.items.filter((item) => item.change || item.more?.starredBy))
  for (const part of inParts(changed)) yield { seq, ord, items: part.map(itemRecord) }
}
