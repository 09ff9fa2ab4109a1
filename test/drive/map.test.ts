import { expect, test } from 'vitest'
import { DriveFailure } from '../../activities/drive/failure-types.ts'
import { toChange, toDirectGrant, toItem } from '../../activities/drive/google/map.ts'

test('the role of a direct grant is its own, not the stronger one that is inherited', () => {
  const grant = toDirectGrant({
    id: 'p1',
    type: 'user',
    role: 'organizer',
    emailAddress: 'ana@example.com',
    permissionDetails: [
      { permissionType: 'member', role: 'organizer', inherited: true, inheritedFrom: '0A1' },
      { permissionType: 'file', role: 'reader', inherited: false },
    ],
  })
  expect(grant).toEqual({ id: 'p1', type: 'user', role: 'reader', emailAddress: 'ana@example.com' })
})

test('what is inherited through and through is no grant of the item', () => {
  const permissionDetails = [{ permissionType: 'member', role: 'writer', inherited: true }]
  expect(toDirectGrant({ id: 'p1', type: 'group', role: 'writer', permissionDetails })).toBeUndefined()
})

test('sizes become numbers, and an item without any keeps none', () => {
  expect(toItem({ id: '1', name: 'f', mimeType: 'text/plain', size: '5497558138880' }).size).toBe(5_497_558_138_880)
  expect(toItem({ id: '1', name: 'd', mimeType: 'application/vnd.google-apps.folder' })).not.toHaveProperty('size')
})

test('a removed item is only an id, even when Google sends more', () => {
  const change = toChange({ changeType: 'file', fileId: '1', removed: true, file: { id: '1', name: 'f', mimeType: 'text/plain' } })
  expect(change).toEqual({ type: 'item', itemId: '1', removed: true })
})

test('an answer without an id is a fault of the provider, never an item without id', () => {
  expect(() => toItem({ name: 'f', mimeType: 'text/plain' })).toThrow(DriveFailure)
  expect(() => toChange({ changeType: 'file' })).toThrow(DriveFailure)
})
