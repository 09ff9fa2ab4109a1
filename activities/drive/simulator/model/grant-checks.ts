/** Which grants a shared drive takes: the kind of grantee, the role, the drive's restrictions and the expiry. */
import { rank } from './access.ts'
import { mayShare } from './capabilities.ts'
import { DriveError } from './errors.ts'
import { timeOf } from './item-checks.ts'
import { domainOf, principal } from './principals.ts'
import type { PermissionBody } from './requests.ts'
import type { Role } from './resources.ts'
import { type Item, isFolder, type Principal, type World } from './state.ts'

const roles: ReadonlySet<string> = new Set(Object.keys(rank))
const yearMs = 366 * 24 * 3_600_000
const maxMembers = 600
const maxGroups = 100

/** Whom the body names. A user or group needs an address, a domain its name. */
export function grantee(world: World, body: PermissionBody): Principal {
  switch (body.type) {
    case 'user':
    case 'group':
      if (!body.emailAddress?.includes('@')) throw new DriveError('required', 'permission.emailAddress')
      return principal(world, body.type, body.emailAddress)
    case 'domain':
      if (!body.domain) throw new DriveError('required', 'permission.domain')
      return principal(world, 'domain', body.domain)
    case 'anyone':
      return principal(world, 'anyone', '')
    default:
      throw new DriveError('required', 'permission.type')
  }
}

type Place = { readonly item: Item; readonly role: number; readonly sight: { readonly world: World } }

/** @throws {DriveError} with the reason why this grant cannot be made here by somebody of this role */
export function checkGrant({ item, role: own, sight }: Place, to: Principal, asked: PermissionBody['role']): Role {
  if (asked === undefined) throw new DriveError('required', 'permission.role')
  if (asked === 'owner') throw new DriveError('ownerOnTeamDriveItemNotSupported')
  if (!roles.has(asked)) throw new DriveError('invalid', 'permission.role', asked)
  const top = item.parent === undefined
  if (!mayShare(own, item)) {
    const folderRule = isFolder(item) && own === rank.fileOrganizer && item.drive.restrictions.sharingFoldersRequiresOrganizerPermission
    throw new DriveError(folderRule ? 'teamDrivesFolderSharingNotSupported' : 'insufficientFilePermissions')
  }
  // Nobody gives more than they have: who may share a file is a writer, a folder a content manager, a drive an organizer.
  if (asked === 'organizer' && !top) throw new DriveError('organizerOnNonTeamDriveItemNotSupported')
  if (asked === 'fileOrganizer' && !isFolder(item)) throw new DriveError('fileOrganizerOnFoldersInSharedDriveOnly')
  if (to.type === 'domain' || to.type === 'anyone') {
    if (top) throw new DriveError('cannotShareTeamDriveTopFolderWithAnyoneOrDomains')
    if (rank[asked] > rank.writer) throw new DriveError('invalidSharingRequest', `The role ${asked} is for users and groups only.`)
  }
  checkRestrictions(sight.world, item, to)
  return asked
}

function checkRestrictions(world: World, item: Item, to: Principal): void {
  const { domainUsersOnly, driveMembersOnly } = item.drive.restrictions
  const domain = to.type === 'domain' ? to.value : domainOf(to.value)
  if (domainUsersOnly && (to.type === 'anyone' || domain !== world.directory.domain))
    throw new DriveError('teamDriveDomainUsersOnlyRestriction')
  const members = item.drive.top.grants ?? []
  if (item.parent === undefined) {
    if (members.some((grant) => grant.to === to)) return
    const groups = members.filter((grant) => grant.to.type === 'group').length
    if (members.length >= maxMembers || (to.type === 'group' && groups >= maxGroups)) throw new DriveError('membersLimitExceeded')
    return
  }
  if (driveMembersOnly && !members.some((grant) => grant.to === to)) throw new DriveError('teamDriveTeamMembersOnlyRestriction')
}

/** The moment of expiry in ms, when one is asked for. On folders only readers may expire; drive members never do. */
export function expiryOf({ item, sight }: Place, to: Principal, role: Role, text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  if (to.type === 'domain' || to.type === 'anyone') throw new DriveError('cannotSetExpirationOnAnyoneOrDomain')
  if (item.parent === undefined) throw new DriveError('expirationDateNotAllowedForSharedDriveMembers')
  if (isFolder(item) && role !== 'reader') throw new DriveError('cannotSetExpiration')
  const at = timeOf(text, 'expirationTime')
  const now = sight.world.clock.now().getTime()
  if (at <= now || at > now + yearMs) throw new DriveError('expirationDatesMustBeInTheFuture')
  return at
}
