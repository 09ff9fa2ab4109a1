import { granted, type Permission, permissionsOf, permissionWords, roles } from './permissions.ts'

export type Caller = { readonly displayName: string; readonly roles: readonly string[] }

export type Decision = { readonly allowed: true } | { readonly allowed: false; readonly sentence: string }

/**
 * May this person do this? A no says what is missing and who can give it. PRE-05: there is no caller without an account; whoever calls this has
 * read the person from the database in the same request, so a role that was taken away is gone at the next click.
 */
export function authorize(caller: Caller, permission: Permission): Decision {
  if (permissionsOf(caller.roles).has(permission)) return { allowed: true }
  const able = roles.filter((role) => granted[role].includes(permission))
  return {
    allowed: false,
    sentence:
      `To ${permissionWords[permission]} you need the permission ${permission}, which comes with the role ${able.join(' or ')}. ` +
      `You have ${caller.roles.length === 0 ? 'no role' : `the role ${caller.roles.join(', ')}`}. Ask an admin of your account.`,
  }
}
