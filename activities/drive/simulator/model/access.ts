/**
 * Who may see and do what. Roles come from direct grants and, unless a limited-access folder lies between, from the folders above and the drive.
 * Sources: the roles table of https://developers.google.com/workspace/drive/api/guides/ref-roles and drive.md "Why ORGANIZER".
 */
import { DriveError } from './errors.ts'
import { domainOf, keysOf } from './principals.ts'
import type { Actor } from './requests.ts'
import type { Role } from './resources.ts'
import { type DriveState, type Grant, type Item, isFolder, type World } from './state.ts'

export const rank = { reader: 1, commenter: 2, writer: 3, fileOrganizer: 4, organizer: 5 } as const satisfies Record<Role, number>

/** One actor's eyes during one operation: it remembers the roles on drives and folders that it has worked out. Do not keep it. */
export type Sight = {
  readonly world: World
  readonly email: string
  readonly app: string
  readonly keys: ReadonlySet<string>
  readonly now: number
  readonly onDrive: Map<DriveState, number>
  readonly onFolder: Map<Item, number>
}

export function sightOf(world: World, actor: Actor): Sight {
  return {
    world,
    email: actor.email.toLowerCase(),
    app: actor.app ?? '',
    keys: keysOf(world, actor.email),
    now: world.clock.now().getTime(),
    onDrive: new Map(),
    onFolder: new Map(),
  }
}

/** Grants that have expired are gone before any operation looks (`advance` in mutate.ts). */
function granted(sight: Sight, grants: readonly Grant[] | undefined): number {
  let best = 0
  for (const grant of grants ?? []) {
    if (rank[grant.role] > best && sight.keys.has(grant.to.key)) best = rank[grant.role]
  }
  return best
}

/** The membership role on a drive: 0 for none, else {@link rank}. */
export function roleOnDrive(sight: Sight, drive: DriveState): number {
  const known = sight.onDrive.get(drive)
  if (known !== undefined) return known
  const role = granted(sight, drive.top.grants)
  sight.onDrive.set(drive, role)
  return role
}

/** The effective role on an item: 0 for none, else {@link rank}. */
export function roleOn(sight: Sight, item: Item): number {
  const member = roleOnDrive(sight, item.drive)
  if (member === 5 || item.parent === undefined) return member
  if (member === 0 && barred(sight, item.drive)) return 0
  return below(sight, item)
}

/** Restrictions of the drive hold even where a grant from before says otherwise. */
function barred(sight: Sight, drive: DriveState): boolean {
  if (drive.restrictions.driveMembersOnly) return true
  return drive.restrictions.domainUsersOnly && domainOf(sight.email) !== sight.world.directory.domain
}

function below(sight: Sight, item: Item): number {
  if (item.parent === undefined) return roleOnDrive(sight, item.drive)
  const own = item.grants ? granted(sight, item.grants) : 0
  if (!item.children && !isFolder(item)) return Math.max(own, below(sight, item.parent))
  const known = sight.onFolder.get(item)
  if (known !== undefined) return known
  const role = item.more?.limited ? own : Math.max(own, below(sight, item.parent))
  sight.onFolder.set(item, role)
  return role
}

/** A limited-access folder shows itself (not what is in it) to whoever can read the folder around it. */
export function canSee(sight: Sight, item: Item): boolean {
  if (roleOn(sight, item) > 0) return true
  return item.more?.limited === true && item.parent !== undefined && roleOn(sight, item.parent) > 0
}

/**
 * The item behind an id that the actor may see.
 * @throws {DriveError} fileNotFound, also when it exists but is not the actor's to know
 */
export function seen(sight: Sight, id: string): Item {
  const item = sight.world.items.get(id)
  if (!item || !canSee(sight, item)) throw new DriveError('fileNotFound', id)
  return item
}

/** @throws {DriveError} insufficientFilePermissions below that role */
export function need(sight: Sight, item: Item, role: Role): void {
  if (roleOn(sight, item) < rank[role]) throw new DriveError('insufficientFilePermissions')
}

/** The drive behind an id, for a member, or for a domain administrator who asks as one. */
export function seenDrive(sight: Sight, id: string, asAdmin = false): DriveState {
  const drive = sight.world.drives.get(id)
  if (!drive || (!asAdmin && roleOnDrive(sight, drive) === 0)) throw new DriveError('driveNotFound', id)
  return drive
}

/**
 * Whether the request counts as an administrator's.
 * @throws {DriveError} insufficientAdministratorPrivileges when it asks to and the actor is none
 */
export function asAdmin(actor: Actor, options: { readonly useDomainAdminAccess?: boolean | undefined } | undefined): boolean {
  if (options?.useDomainAdminAccess !== true) return false
  if (actor.domainAdmin !== true) throw new DriveError('insufficientAdministratorPrivileges')
  return true
}
