/** What people may do, by role. The names are those of the API's scopes (conventions.md), so that one word means one thing everywhere. */

export const permissions = [
  'backups:read',
  'backups:execute',
  'backups:pause',
  'restores:write',
  'approvals:decide',
  'tasks:write',
  'practice:write',
] as const
export type Permission = (typeof permissions)[number]

export const roles = ['admin', 'approver', 'on-call'] as const
export type Role = (typeof roles)[number]

/**
 * Who asks cannot decide, and who decides need not be able to ask (P6, P7): an admin who is to approve others' requests has the role approver
 * too. Who is on call keeps backups going, and does not bring data back.
 */
export const granted: Readonly<Record<Role, readonly Permission[]>> = {
  admin: permissions.filter((permission) => permission !== 'approvals:decide'),
  approver: ['backups:read', 'approvals:decide'],
  'on-call': ['backups:read', 'backups:execute', 'backups:pause'],
}

/** What each permission lets people do, for help and refusals. */
export const permissionWords: Readonly<Record<Permission, string>> = {
  'backups:read': 'see tasks, drives, snapshots and jobs',
  'backups:execute': 'activate drives and start backups',
  'backups:pause': 'pause and resume drives',
  'restores:write': 'restore from a snapshot',
  'approvals:decide': 'approve and deny requests',
  'tasks:write': 'add, rename and connect backup tasks',
  'practice:write': 'change the practice Drive',
}

export function permissionsOf(held: readonly string[]): Set<Permission> {
  return new Set(roles.filter((role) => held.includes(role)).flatMap((role) => granted[role]))
}
