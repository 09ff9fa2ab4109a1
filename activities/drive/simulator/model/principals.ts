/** Grantees: interned, named and matched against the person who asks. */
import { permissionId } from './ids.ts'
import type { PrincipalType } from './resources.ts'
import type { Grant, Principal, World } from './state.ts'

/** The one object for a grantee. `value` is an address, a domain, or empty for anyone. */
export function principal(world: World, type: PrincipalType, value: string): Principal {
  const plain = value.trim().toLowerCase()
  const key = type === 'anyone' ? 'anyone' : `${type}:${plain}`
  const known = world.principals.get(key)
  if (known) return known
  const made: Principal = { key, type, value: plain, id: permissionId(key) }
  world.principals.set(key, made)
  return made
}

/** The grantee behind a key such as `user:ana@practice.example`, as the journal writes it. */
export function principalOfKey(world: World, key: string): Principal {
  const colon = key.indexOf(':')
  if (colon < 0) return principal(world, 'anyone', '')
  return principal(world, key.slice(0, colon) as PrincipalType, key.slice(colon + 1))
}

export const domainOf = (email: string): string => email.slice(email.lastIndexOf('@') + 1).toLowerCase()

/** Keys of every grant that reaches this person: self, groups, domain, anyone. */
export function keysOf(world: World, email: string): ReadonlySet<string> {
  const address = email.toLowerCase()
  const groups = world.directory.groups.filter((group) => group.members.includes(address)).map((group) => `group:${group.email}`)
  return new Set([`user:${address}`, ...groups, `domain:${domainOf(address)}`, 'anyone'])
}

/** A name to show: from the directory, else made from the address. */
export function displayName(world: World, type: PrincipalType, value: string): string | undefined {
  if (type === 'anyone') return undefined
  if (type === 'domain') return value
  const known =
    type === 'group' ? world.directory.groups.find((g) => g.email === value) : world.directory.people.find((p) => p.email === value)
  return known?.name ?? value.slice(0, value.indexOf('@')).replaceAll('.', ' ')
}

export const isLive = (grant: Grant, now: number): boolean => grant.expiresAt === undefined || grant.expiresAt > now
