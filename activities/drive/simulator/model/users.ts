/** Google's User resource for an address, as one actor sees it. */
import { permissionId } from './ids.ts'
import { displayName } from './principals.ts'
import type { User } from './resources.ts'
import type { World } from './state.ts'

export function userOf(world: World, email: string, viewer: string): User {
  return {
    kind: 'drive#user',
    displayName: displayName(world, 'user', email) ?? email,
    emailAddress: email,
    permissionId: permissionId(`user:${email}`),
    me: email === viewer,
  }
}

/** As comments show their authors: without address and id. */
export function authorOf(world: World, email: string, viewer: string): User {
  const { emailAddress: _address, ...rest } = userOf(world, email, viewer)
  return rest
}

export const iso = (ms: number): string => new Date(ms).toISOString()
