import { expect, test } from 'vitest'
import { admin, heldClock, listAll, practice } from './support.ts'

const whole = (over: Parameters<typeof practice>[0]) => {
  const { model } = practice(over, { clock: heldClock() })
  return model.practice.drives().map(({ id }) => [id, listAll(model, admin, id).map((file) => file.toJSON())])
}

test.each(['office', 'flat', 'deep', 'hostile'] as const)('the same seed gives the same %s world, checksums included', (profile) => {
  expect(whole({ profile, items: 300 })).toEqual(whole({ profile, items: 300 }))
})

test('another seed gives another world', () => {
  const ids = (seed: number) =>
    new Set(
      practice({ seed })
        .model.practice.drives()
        .map(({ id }) => id),
    )
  expect([...ids(1)].filter((id) => ids(2).has(id))).toEqual([])
})

test.each(['office', 'flat', 'deep', 'hostile'] as const)('a %s world holds exactly the items that were asked for', (profile) => {
  const { model } = practice({ profile, items: 501, drives: 2 })
  expect(model.practice.drives().reduce((sum, drive) => sum + drive.items, 0)).toBe(501)
})

test('a plain world holds blobs of the asked size and folders only', () => {
  const { model, drive } = practice({ plain: true, items: 100, drives: 1, minBytes: 777, maxBytes: 777 })
  const files = listAll(model, admin, drive)
  expect(new Set(files.map((file) => file.size))).toEqual(new Set([undefined, '777']))
  expect(files.filter((file) => file.mimeType.startsWith('application/vnd.google-apps') && !file.mimeType.endsWith('.folder'))).toEqual([])
})

test('Finance holds the Q3 plan in a nested folder with a direct grant for one person', () => {
  const { model, drive } = practice()
  const [id] = model.practice.findByName(drive, 'Q3 plan')
  const plan = model.files.get(admin, id ?? '')
  expect(model.drives.get(admin, drive).name).toBe('Finance')
  expect(plan.parents).not.toEqual([drive])
  const direct = model.permissions
    .list(admin, plan.id, {})
    .permissions.filter((p) => p.permissionDetails?.some((detail) => !detail.inherited))
  expect(direct.map((permission) => [permission.emailAddress, permission.role])).toEqual([['ana.costa@practice.example', 'writer']])
})

test('the hostile world holds what naive programs trip over', () => {
  const { model, drive } = practice({ profile: 'hostile', items: 300, drives: 1 })
  const files = listAll(model, admin, drive)
  const depth = (id: string): number => 1 + (files.find((one) => one.id === id)?.parents?.map(depth)[0] ?? -1)
  expect(files.filter((one) => one.name === 'duplicate.txt')).toHaveLength(2)
  expect(files.some((one) => one.name.includes('\n'))).toBe(true)
  expect(files.some((one) => one.size === '0')).toBe(true)
  expect(files.some((one) => one.clientEncryptionDetails)).toBe(true)
  expect(files.some((one) => one.inheritedPermissionsDisabled)).toBe(true)
  expect(files.some((one) => one.trashed && !one.explicitlyTrashed)).toBe(true)
  expect(files.some((one) => one.contentRestrictions)).toBe(true)
  expect(Math.max(...files.map((one) => depth(one.id)))).toBe(101)
})
