/** `drives.*`: shared drives, their settings and their life. */
import { asAdmin, rank, roleOnDrive, type Sight, seenDrive, sightOf } from './access.ts'
import type { DrivesApi } from './api.ts'
import { driveCapabilities } from './capabilities.ts'
import { DriveError } from './errors.ts'
import { freeDriveId } from './ids.ts'
import { newDrive } from './new-drive.ts'
import { pageSize, slicePage } from './paging.ts'
import { principal } from './principals.ts'
import { membersOf } from './records.ts'
import type { Actor } from './requests.ts'
import type { Drive, DriveRestrictions } from './resources.ts'
import type { Services } from './services.ts'
import type { DriveState, World } from './state.ts'
import { dropDrive, isTrashed, touchDrive } from './tree.ts'
import { iso } from './users.ts'

export function driveView(sight: Sight, drive: DriveState, admin: boolean): Drive {
  return {
    kind: 'drive#drive',
    id: drive.id,
    name: drive.name,
    createdTime: iso(drive.createdAt),
    hidden: drive.hiddenFor.includes(sight.email),
    colorRgb: drive.color,
    backgroundImageLink: `https://ssl.gstatic.com/team_drive_themes/${drive.color.slice(1)}.jpg`,
    ...(admin && { orgUnitId: drive.orgUnit }),
    restrictions: drive.restrictions,
    capabilities: driveCapabilities(roleOnDrive(sight, drive), drive, admin),
  }
}

export function drivesApi({ world, run }: Services): DrivesApi {
  return {
    list: (actor, args) =>
      run(() => {
        const admin = asAdmin(actor, args)
        const sight = sightOf(world, actor)
        const visible = [...world.drives.values()].filter((drive) => admin || roleOnDrive(sight, drive) > 0)
        const matches = args.matches
        const chosen = matches ? visible.filter((drive) => matches({ ...driveView(sight, drive, admin), ...memberCounts(drive) })) : visible
        const { page, nextPageToken } = slicePage(chosen, pageSize(args.pageSize, 10, 100), args.pageToken)
        return { drives: page.map((drive) => driveView(sight, drive, admin)), ...(nextPageToken !== undefined && { nextPageToken }) }
      }),
    get: (actor, id, options) =>
      run(() => {
        const admin = asAdmin(actor, options)
        const sight = sightOf(world, actor)
        return driveView(sight, seenDrive(sight, id, admin), admin)
      }),
    create: (actor, requestId, body) => run(() => create(world, actor, requestId, body)),
    update: (actor, id, body, options) => run(() => update(world, actor, id, body, asAdmin(actor, options))),
    delete: (actor, id, options) => run(() => remove(world, actor, id, options?.allowItemDeletion === true, asAdmin(actor, options))),
    hide: (actor, id) => run(() => setHidden(world, actor, id, true)),
    unhide: (actor, id) => run(() => setHidden(world, actor, id, false)),
  }
}

const memberCounts = (drive: DriveState) => ({
  memberCount: drive.top.grants?.length ?? 0,
  organizerCount: drive.top.grants?.filter((grant) => grant.role === 'organizer').length ?? 0,
})

function create(world: World, actor: Actor, requestId: string, body: Parameters<DrivesApi['create']>[2]): Drive {
  if (requestId === '') throw new DriveError('required', 'requestId')
  if (!body.name?.trim()) throw new DriveError('required', 'name')
  if (body.restrictions !== undefined) throw new DriveError('restrictionsAtCreate')
  const email = actor.email.toLowerCase()
  const requestKey = `${email}/${requestId}`
  for (const drive of world.drives.values()) if (drive.requestKey === requestKey) throw new DriveError('teamDriveAlreadyExists', requestId)
  const now = world.clock.now().getTime()
  const organizer = { to: principal(world, 'user', email), role: 'organizer', at: now, by: email } as const
  const drive = newDrive(world, {
    id: freeDriveId(world),
    name: body.name,
    createdAt: now,
    requestKey,
    members: [organizer],
  })
  if (body.hidden === true) drive.hiddenFor.push(email)
  touchDrive(world, drive)
  return driveView(sightOf(world, actor), drive, false)
}

function update(world: World, actor: Actor, id: string, body: Parameters<DrivesApi['update']>[2], admin: boolean): Drive {
  const sight = sightOf(world, actor)
  const drive = seenDrive(sight, id, admin)
  if (!admin && roleOnDrive(sight, drive) < rank.organizer) throw new DriveError('insufficientFilePermissions')
  if (body.name !== undefined && !body.name.trim()) throw new DriveError('invalid', 'name', 'a shared drive needs a name')
  if (body.restrictions && drive.restrictions.adminManagedRestrictions && !admin) throw new DriveError('adminManagedRestriction')
  drive.name = body.name ?? drive.name
  drive.color = body.colorRgb ?? drive.color
  if (body.restrictions) drive.restrictions = merged(drive.restrictions, body.restrictions)
  touchDrive(world, drive)
  return driveView(sight, drive, admin)
}

function merged(old: DriveRestrictions, wanted: NonNullable<Parameters<DrivesApi['update']>[2]['restrictions']>): DriveRestrictions {
  const { downloadRestriction, ...flags } = wanted
  const download = { ...old.downloadRestriction, ...downloadRestriction }
  return {
    ...old,
    ...flags,
    downloadRestriction: { ...download, restrictedForReaders: download.restrictedForReaders || download.restrictedForWriters },
  }
}

function remove(world: World, actor: Actor, id: string, allowItemDeletion: boolean, admin: boolean): void {
  const sight = sightOf(world, actor)
  const drive = seenDrive(sight, id, admin)
  if (!admin && roleOnDrive(sight, drive) < rank.organizer) throw new DriveError('insufficientFilePermissions')
  if (allowItemDeletion && !admin) throw new DriveError('insufficientAdministratorPrivileges')
  if (!allowItemDeletion && drive.items.some((item) => !isTrashed(item))) throw new DriveError('driveNotEmpty')
  touchDrive(world, drive)
  world.batch.drives.delete(drive)
  if (!drive.change) return
  world.batch.goneDrives.push({ drive, entry: drive.change })
  dropDrive(world, id, membersOf(drive), drive.change)
}

function setHidden(world: World, actor: Actor, id: string, hidden: boolean): Drive {
  const sight = sightOf(world, actor)
  const drive = seenDrive(sight, id)
  drive.hiddenFor = drive.hiddenFor.filter((email) => email !== sight.email)
  if (hidden) drive.hiddenFor.push(sight.email)
  // One person's view is no change of the drive.
  world.batch.drives.add(drive)
  return driveView(sight, drive, false)
}
