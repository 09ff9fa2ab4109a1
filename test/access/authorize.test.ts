import { expect, test } from 'vitest'
import { authorize } from '../../bot/access/authorize.ts'
import { type Permission, permissions, type Role, roles } from '../../bot/access/permissions.ts'

/** Who may what, written down a second time: a change of one has to be meant. */
const matrix: Record<Permission, readonly Role[]> = {
  'backups:read': ['admin', 'approver', 'on-call'],
  'backups:execute': ['admin', 'on-call'],
  'backups:pause': ['admin', 'on-call'],
  'restores:write': ['admin'],
  'approvals:decide': ['approver'],
  'tasks:write': ['admin'],
  'practice:write': ['admin'],
}

test.each(permissions.flatMap((permission) => roles.map((role) => [permission, role] as const)))('P7 %s for %s', (permission, role) => {
  expect(authorize({ displayName: 'X', roles: [role] }, permission).allowed).toBe(matrix[permission].includes(role))
})

test('roles add up', () => {
  expect(authorize({ displayName: 'X', roles: ['on-call', 'approver'] }, 'approvals:decide').allowed).toBe(true)
})

test('PRE-05 a person without a role may do nothing, and is told what is missing and who can give it', () => {
  for (const permission of permissions) expect(authorize({ displayName: 'X', roles: [] }, permission).allowed).toBe(false)
  expect(authorize({ displayName: 'X', roles: ['unheard-of'] }, 'restores:write')).toEqual({
    allowed: false,
    sentence:
      'To restore from a snapshot you need the permission restores:write, which comes with the role admin. You have the role unheard-of. Ask an admin of your account.',
  })
})
