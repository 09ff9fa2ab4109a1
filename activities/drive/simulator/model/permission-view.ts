/** Permissions as Google shows them: one per grantee, with the details of where each role comes from. */
import { rank, type Sight } from './access.ts'
import { displayName } from './principals.ts'
import type { Permission, PermissionDetail, Role } from './resources.ts'
import { type Grant, type Item, isFolder, type Principal, type World } from './state.ts'
import { iso } from './users.ts'

type Source = { readonly on: Item; readonly grant: Grant }

/** Every grant that reaches an item, nearest first. A limited-access folder lets only the drive's organizers through. */
function sourcesOf(item: Item): Source[] {
  const sources: Source[] = []
  let limited = false
  for (let node: Item | undefined = item; node; node = node.parent) {
    const top = node.parent === undefined
    for (const grant of node.grants ?? []) {
      if (!limited || (top && grant.role === 'organizer')) sources.push({ on: node, grant })
    }
    if (node.more?.limited) limited = true
  }
  return sources
}

export function principalsOn(item: Item): readonly Principal[] {
  return [...new Set(sourcesOf(item).map((source) => source.grant.to))]
}

/** All permissions of an item or, for a top folder, the drive's members. */
export function permissionsOf(sight: Sight, item: Item): Permission[] {
  const byPrincipal = Map.groupBy(sourcesOf(item), (source) => source.grant.to)
  return [...byPrincipal].map(([to, sources]) => permission(sight.world, item, to, sources))
}

function permission(world: World, item: Item, to: Principal, sources: readonly Source[]): Permission {
  const details = sources.map((source): PermissionDetail => {
    const inherited = source.on !== item
    return {
      permissionType: source.on.parent === undefined ? 'member' : 'file',
      role: source.grant.role,
      inherited,
      ...(inherited && { inheritedFrom: source.on.id }),
    }
  })
  const role = details.reduce<Role>((best, detail) => (rank[detail.role] > rank[best] ? detail.role : best), 'reader')
  const direct = sources.find((source) => source.on === item)?.grant
  return {
    kind: 'drive#permission',
    id: to.id,
    type: to.type,
    role,
    ...(to.type === 'domain' && { domain: to.value }),
    ...((to.type === 'user' || to.type === 'group') && { emailAddress: to.value, deleted: false }),
    displayName: displayName(world, to.type, to.value),
    ...((to.type === 'domain' || to.type === 'anyone') && {
      allowFileDiscovery: sources.some((source) => source.grant.discoverable === true),
    }),
    ...(direct?.expiresAt !== undefined && { expirationTime: iso(direct.expiresAt) }),
    ...(isFolder(item) && item.parent && { inheritedPermissionsDisabled: item.more?.limited === true }),
    permissionDetails: details,
  }
}
