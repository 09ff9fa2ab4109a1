/** `permissions.*`: members of drives and direct grants on items; what is inherited is shown, and cannot be changed where it arrives. */
import { asAdmin, rank, roleOn, type Sight, seen, sightOf } from './access.ts'
import type { PermissionsApi } from './api.ts'
import { mayShare } from './capabilities.ts'
import { DriveError } from './errors.ts'
import { checkGrant, expiryOf, grantee } from './grant-checks.ts'
import { pageSize, slicePage } from './paging.ts'
import { permissionsOf } from './permission-view.ts'
import type { Actor, AdminAccess, PermissionBody } from './requests.ts'
import type { Permission } from './resources.ts'
import type { Services } from './services.ts'
import type { Grant, Item, World } from './state.ts'
import { index, touch } from './tree.ts'

type Place = { readonly sight: Sight; readonly item: Item; readonly role: number; readonly admin: boolean }

/** The item or drive that a request is about. Domain admin access counts for drives only, as Google has it. */
function placeFor(world: World, actor: Actor, id: string, options: AdminAccess | undefined): Place {
  const sight = sightOf(world, actor)
  const drive = world.drives.get(id)
  const admin = asAdmin(actor, options)
  if (admin && drive) return { sight, item: drive.top, role: rank.organizer, admin }
  const item = seen(sight, id)
  return { sight, item, role: roleOn(sight, item), admin: false }
}

export function permissionsApi({ world, run }: Services): PermissionsApi {
  return {
    list: (actor, id, args) =>
      run(() => {
        const { sight, item, role } = placeFor(world, actor, id, args)
        if (role === 0) throw new DriveError('insufficientFilePermissions')
        const { page, nextPageToken } = slicePage(permissionsOf(sight, item), pageSize(args.pageSize, 100, 100), args.pageToken)
        return { permissions: page, ...(nextPageToken !== undefined && { nextPageToken }) }
      }),
    get: (actor, id, permissionId, options) =>
      run(() => {
        const { sight, item, role } = placeFor(world, actor, id, options)
        if (role === 0) throw new DriveError('insufficientFilePermissions')
        return find(sight, item, permissionId)
      }),
    create: (actor, id, body, options) =>
      run(() => create(world, placeFor(world, actor, id, options), body, options?.sendNotificationEmail)),
    update: (actor, id, permissionId, body, options) =>
      run(() => update(world, placeFor(world, actor, id, options), permissionId, body, options?.removeExpiration === true)),
    delete: (actor, id, permissionId, options) => run(() => remove(world, placeFor(world, actor, id, options), permissionId)),
  }
}

function find(sight: Sight, item: Item, permissionId: string): Permission {
  const found = permissionsOf(sight, item).find((one) => one.id === permissionId)
  if (!found) throw new DriveError('permissionNotFound', permissionId)
  return found
}

function create(world: World, place: Place, body: PermissionBody, notify: boolean | undefined): Permission {
  const { sight, item } = place
  const to = grantee(world, body)
  const role = checkGrant(place, to, body.role)
  const expiresAt = expiryOf(place, to, role, body.expirationTime)
  if (notify !== undefined && (to.type === 'domain' || to.type === 'anyone'))
    throw new DriveError('invalid', 'sendNotificationEmail', 'only for users and groups')
  const limit = world.knobs.sharingLimit
  if (limit !== undefined && world.sharings.filter((one) => one.by === sight.email).length >= limit)
    throw new DriveError('sharingRateLimitExceeded')
  const grant: Grant = {
    to,
    role,
    at: sight.now,
    by: sight.email,
    ...(expiresAt !== undefined && { expiresAt }),
    ...(body.allowFileDiscovery === true && { discoverable: true }),
  }
  // Google tells users and groups by mail unless it is asked not to.
  const mailed = (to.type === 'user' || to.type === 'group') && notify !== false
  world.sharings.push({ to: to.value, fileId: item.id, at: sight.now, by: sight.email, mailed })
  const others = (item.grants ?? []).filter((one) => one.to !== to)
  setGrants(world, item, [...others, grant])
  return find(sight, item, to.id)
}

/** The direct grant behind a permission id. */
function directGrant(place: Place, permissionId: string): Grant {
  const direct = place.item.grants?.find((grant) => grant.to.id === permissionId)
  if (direct) return direct
  find(place.sight, place.item, permissionId)
  throw new DriveError('cannotModifyInheritedTeamDrivePermission')
}

function update(world: World, place: Place, permissionId: string, body: PermissionBody, removeExpiration: boolean): Permission {
  const { sight, item } = place
  if (body.type !== undefined || body.emailAddress !== undefined || body.domain !== undefined) throw new DriveError('fieldNotWritable')
  const old = directGrant(place, permissionId)
  const role = checkGrant(place, old.to, body.role ?? old.role)
  const { expiresAt: oldExpiry, ...kept } = old
  const asked = expiryOf(place, old.to, role, body.expirationTime)
  const expiresAt = removeExpiration ? undefined : (asked ?? oldExpiry)
  if (old.role === 'organizer' && role !== 'organizer') keepOneOrganizer(item, old)
  const grant: Grant = { ...kept, role, ...(expiresAt !== undefined && { expiresAt }) }
  setGrants(
    world,
    item,
    (item.grants ?? []).map((one) => (one === old ? grant : one)),
  )
  return find(sight, item, permissionId)
}

function remove(world: World, place: Place, permissionId: string): void {
  const { sight, item, role } = place
  const old = directGrant(place, permissionId)
  // Everyone may give up their own access; other people's needs the right to share.
  if (!mayShare(role, item) && old.to.key !== `user:${sight.email}`) throw new DriveError('insufficientFilePermissions')
  if (old.role === 'organizer') keepOneOrganizer(item, old)
  if (item.parent === undefined && old.to.type === 'user')
    item.drive.formerMembers = [...new Set([...item.drive.formerMembers, old.to.value])]
  setGrants(
    world,
    item,
    (item.grants ?? []).filter((one) => one !== old),
  )
}

function keepOneOrganizer(item: Item, leaving: Grant): void {
  const others = (item.grants ?? []).some((grant) => grant !== leaving && grant.role === 'organizer')
  if (item.parent === undefined && !others) throw new DriveError('cannotDeletePermission')
}

/** On a top folder this is a change of the drive, else of the one item; what is below inherits without an entry of its own. */
function setGrants(world: World, item: Item, grants: readonly Grant[]): void {
  item.grants = grants.length > 0 ? grants : undefined
  index(world, item)
  touch(world, item)
}
