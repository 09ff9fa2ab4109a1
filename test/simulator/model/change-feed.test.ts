import fc from 'fast-check'
import { expect, test } from 'vitest'
import { DriveError } from '../../../activities/drive/simulator/model/errors.ts'
import type { File } from '../../../activities/drive/simulator/model/resources.ts'
import { apply, operation } from './operations.ts'
import { admin, drain, file, folder, listAll, person, practice } from './support.ts'

type Row = {
  readonly name: string
  readonly parent: string | undefined
  readonly version: string
  readonly explicitlyTrashed: boolean
  readonly size: string | undefined
}

const row = (one: File): Row => ({
  name: one.name,
  parent: one.parents?.[0],
  version: one.version,
  explicitlyTrashed: one.explicitlyTrashed,
  size: one.size,
})
const state = (files: readonly File[]) => new Map(files.map((one) => [one.id, row(one)]))

test('after any operations, a listing with its changes replayed is the same as a fresh listing', () => {
  fc.assert(
    fc.property(fc.array(operation, { minLength: 1, maxLength: 25 }), fc.nat(24), (operations, half) => {
      const { model, drive, other } = practice({ items: 40 })
      const drives = [drive, other]
      const tokens = drives.map((id) => model.changes.getStartPageToken(admin, { driveId: id }))
      for (const one of operations.slice(0, half)) apply(model, drives, one)
      // The listing is taken in the middle: what changed before it is replayed once more, harmlessly.
      const listings = drives.map((id) => state(listAll(model, admin, id)))
      for (const one of operations.slice(half)) apply(model, drives, one)
      drives.forEach((id, i) => {
        const known = listings[i] as Map<string, Row>
        const { changes } = drain(model, admin, id, tokens[i] ?? '', 3)
        for (const change of changes) {
          if (change.changeType !== 'file' || change.fileId === undefined) continue
          if (change.removed) known.delete(change.fileId)
          else if (change.file) known.set(change.fileId, row(change.file))
        }
        expect(new Map([...known].sort())).toEqual(new Map([...state(listAll(model, admin, id))].sort()))
        expect(new Set(changes.map((change) => change.fileId ?? change.driveId)).size).toBe(changes.length)
      })
    }),
    { numRuns: 60 },
  )
})

test('one entry per item: the newest replaces the older ones', () => {
  const { model, drive } = practice()
  const start = model.changes.getStartPageToken(admin, { driveId: drive })
  const id = file(model, admin, drive)
  for (const name of ['a', 'b', 'c']) model.files.update(admin, id, { name })
  const { changes } = drain(model, admin, drive, start)
  expect(changes.map((change) => change.file?.name)).toEqual(['c'])
})

test('an unchanged drive answers with an empty page and the same token, whatever other drives do', () => {
  const { model, drive, other } = practice()
  const start = model.changes.getStartPageToken(admin, { driveId: drive })
  file(model, admin, other)
  expect(model.changes.list(admin, { driveId: drive, pageToken: start, includeItemsFromAllDrives: true })).toEqual({
    changes: [],
    newStartPageToken: start,
  })
})

test('a move to another drive is a tombstone in the one and an entry in the other, under the same id', () => {
  const { model, drive, other } = practice()
  const id = file(model, admin, drive)
  const [from, to] = [drive, other].map((one) => model.changes.getStartPageToken(admin, { driveId: one }))
  model.files.update(admin, id, {}, { addParents: [other], removeParents: [drive] })
  expect(drain(model, admin, drive, from ?? '').changes).toMatchObject([{ fileId: id, removed: true }])
  expect(drain(model, admin, other, to ?? '').changes).toMatchObject([{ fileId: id, removed: false, file: { driveId: other } }])
})

test('sharing a folder and trashing it appear on the folder only', () => {
  const { model, drive } = practice()
  const parent = folder(model, admin, drive)
  const child = file(model, admin, parent)
  const start = model.changes.getStartPageToken(admin, { driveId: drive })
  model.permissions.create(admin, parent, { type: 'user', role: 'reader', emailAddress: 'x@practice.example' })
  model.files.update(admin, parent, { trashed: true })
  expect(drain(model, admin, drive, start).changes.map((change) => change.fileId)).toEqual([parent])
  expect(model.files.get(admin, child).trashed).toBe(true)
})

test('a renamed drive and a new member are changes of type drive', () => {
  const { model, drive } = practice()
  const start = model.changes.getStartPageToken(admin, { driveId: drive })
  model.drives.update(admin, drive, { name: 'Finance EMEA' })
  model.permissions.create(admin, drive, { type: 'user', role: 'reader', emailAddress: 'new@practice.example' })
  expect(drain(model, admin, drive, start).changes).toMatchObject([
    { changeType: 'drive', driveId: drive, drive: { name: 'Finance EMEA' } },
  ])
})

test('an item that a member may no longer see is removed for that member', () => {
  const { model, drive } = practice()
  const reader = person('kofi.mensah')
  const room = folder(model, admin, drive)
  const secret = file(model, admin, room)
  const start = model.changes.getStartPageToken(reader, { driveId: drive })
  model.files.update(admin, room, { inheritedPermissionsDisabled: true })
  model.files.update(admin, secret, { name: 'hidden' })
  const seen = new Map(drain(model, reader, drive, start).changes.map((change) => [change.fileId, change.removed]))
  expect(seen).toEqual(
    new Map([
      [room, false],
      [secret, true],
    ]),
  )
})

test('the feed of a person tells of a drive that was deleted and of one that was left', () => {
  const { model, drive, other } = practice()
  const reader = person('kofi.mensah')
  const start = model.changes.getStartPageToken(reader, {})
  const mine = model.permissions.list(admin, drive, {}).permissions.find((permission) => permission.emailAddress === reader.email)
  model.permissions.delete(admin, drive, mine?.id ?? '')
  model.drives.delete(admin, other, { useDomainAdminAccess: true, allowItemDeletion: true })
  const { changes } = model.changes.list(reader, { pageToken: start, includeItemsFromAllDrives: true, pageSize: 100 })
  expect(changes.map((change) => [change.changeType, change.removed, change.driveId])).toEqual([
    ['drive', true, drive],
    ['drive', true, other],
  ])
})

test.each(['', 'x', '0', '-1', '999999999', '1.5'])('the change token %j is refused', (pageToken) => {
  const { model, drive } = practice()
  expect(() => model.changes.list(admin, { driveId: drive, pageToken, includeItemsFromAllDrives: true })).toThrow(DriveError)
})

test('change tokens older than the knob says are refused, younger ones are not', () => {
  const { model, drive } = practice()
  const old = model.changes.getStartPageToken(admin, { driveId: drive })
  file(model, admin, drive)
  const young = model.changes.getStartPageToken(admin, { driveId: drive })
  model.knobs.minChangeToken = Number(young)
  expect(() => model.changes.list(admin, { driveId: drive, pageToken: old, includeItemsFromAllDrives: true })).toThrow('Invalid Value')
  expect(model.changes.list(admin, { driveId: drive, pageToken: young, includeItemsFromAllDrives: true }).changes).toEqual([])
})
