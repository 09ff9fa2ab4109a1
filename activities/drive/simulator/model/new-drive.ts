/** An empty shared drive with its top folder. */

import { hash32 } from './seeded.ts'
import { type DriveState, folderMime, type Grant, type Item, type World } from './state.ts'

const colors = ['#5bb974', '#4285f4', '#e06666', '#f6b26b', '#8e7cc3', '#76a5af'] as const

export type NewDrive = {
  readonly id: string
  readonly name: string
  readonly createdAt: number
  readonly requestKey?: string
  readonly members: readonly Grant[]
}

export function newDrive(world: World, made: NewDrive): DriveState {
  // Drive and top folder name each other: the folder is made first and learns its drive at once.
  const top = {
    id: made.id,
    name: 'Drive',
    mime: folderMime,
    parent: undefined,
    ord: 0,
    version: 1,
    createdAt: made.createdAt,
    modifiedAt: made.createdAt,
    modifiedBy: made.members[0]?.by ?? '',
    trashedAt: 0,
    size: -1,
    revision: 0,
    sums: '',
    children: [],
    grants: made.members,
    change: undefined,
    more: undefined,
  } satisfies Omit<Item, 'drive'>
  const drive: DriveState = {
    id: made.id,
    name: made.name,
    createdAt: made.createdAt,
    top: top as unknown as Item,
    restrictions: {
      adminManagedRestrictions: false,
      copyRequiresWriterPermission: false,
      domainUsersOnly: false,
      driveMembersOnly: false,
      sharingFoldersRequiresOrganizerPermission: false,
      downloadRestriction: { restrictedForReaders: false, restrictedForWriters: false },
    },
    color: colors[hash32(made.id) % colors.length] ?? '#4285f4',
    hiddenFor: [],
    ...(made.requestKey !== undefined && { requestKey: made.requestKey }),
    orgUnit: '03ph8a2z1',
    items: [],
    feed: [],
    tombstones: new Map(),
    change: undefined,
    formerMembers: [],
  }
  drive.top.drive = drive
  world.drives.set(drive.id, drive)
  world.items.set(drive.id, drive.top)
  return drive
}
