import { expect, test } from 'vitest'
import { admin, dayMs, drain, file, folder, listAll, person, practice, refusal } from './support.ts'

test('trashing a folder trashes what is in it, and only the folder is explicitly trashed', () => {
  const { model, clock, drive } = practice()
  const room = folder(model, admin, drive)
  const inner = folder(model, admin, room)
  const id = file(model, admin, inner)
  const before = model.files.get(admin, id).version
  const at = clock.now().toISOString()
  model.files.update(admin, room, { trashed: true })
  expect(model.files.get(admin, room)).toMatchObject({
    trashed: true,
    explicitlyTrashed: true,
    trashedTime: at,
    trashingUser: { emailAddress: admin.email },
  })
  const child = model.files.get(admin, id)
  expect(child).toMatchObject({ trashed: true, explicitlyTrashed: false, trashedTime: at, version: before })
  expect(child.trashingUser).toBeUndefined()
  model.files.update(admin, room, { trashed: false })
  expect(model.files.get(admin, id).trashed).toBe(false)
})

test('a file trashed before its folder stays trashed when the folder comes back', () => {
  const { model, drive } = practice()
  const room = folder(model, admin, drive)
  const id = file(model, admin, room)
  model.files.update(admin, id, { trashed: true })
  model.files.update(admin, room, { trashed: true })
  model.files.update(admin, room, { trashed: false })
  expect(model.files.get(admin, id)).toMatchObject({ trashed: true, explicitlyTrashed: true })
})

test('the trash is emptied after 30 days, not a moment before, and the feed tells of everything that went', () => {
  const { model, clock, drive } = practice()
  const room = folder(model, admin, drive)
  const id = file(model, admin, room)
  model.files.update(admin, room, { trashed: true })
  const start = model.changes.getStartPageToken(admin, { driveId: drive })
  clock.advance(30 * dayMs - 1)
  expect(model.files.get(admin, id).trashed).toBe(true)
  clock.advance(1)
  expect(refusal(() => model.files.get(admin, id))).toBe('fileNotFound')
  const gone = drain(model, admin, drive, start)
    .changes.filter((change) => change.removed)
    .map((change) => change.fileId)
  expect(gone).toEqual(expect.arrayContaining([room, id]))
})

test('emptyTrash deletes what is in the trash of that drive and nothing else', () => {
  const { model, drive, other } = practice()
  const room = folder(model, admin, drive)
  const inside = file(model, admin, room)
  const elsewhere = file(model, admin, other)
  for (const id of [inside, room, elsewhere]) model.files.update(admin, id, { trashed: true })
  const kept = listAll(model, admin, drive)
    .filter((one) => !one.trashed)
    .map((one) => one.id)
  model.files.emptyTrash(admin, drive)
  expect(listAll(model, admin, drive).map((one) => one.id)).toEqual(kept)
  expect(model.files.get(admin, elsewhere).trashed).toBe(true)
})

test('nothing can be put into a trashed folder', () => {
  const { model, drive } = practice()
  const room = folder(model, admin, drive)
  model.files.update(admin, room, { trashed: true })
  expect(refusal(() => file(model, admin, room))).toBe('insufficientParentPermissions')
})

test('deleting a folder for ever deletes everything below it', () => {
  const { model, drive } = practice()
  const room = folder(model, admin, drive)
  const ids = [room, folder(model, admin, room), file(model, admin, room)]
  model.files.delete(admin, room)
  expect(ids.map((id) => refusal(() => model.files.get(admin, id)))).toEqual(['fileNotFound', 'fileNotFound', 'fileNotFound'])
})

test('a move keeps id, grants and content, and a folder takes everything along', () => {
  const { model, drive, other } = practice()
  const room = folder(model, admin, drive)
  const child = file(model, admin, room)
  model.permissions.create(admin, child, { type: 'user', role: 'writer', emailAddress: 'x@practice.example' })
  const sums = model.files.get(admin, child).sha256Checksum
  const [from, to] = [drive, other].map((id) => model.changes.getStartPageToken(admin, { driveId: id }))
  model.files.update(admin, room, {}, { addParents: [other], removeParents: [drive] })
  expect(model.files.get(admin, child)).toMatchObject({
    driveId: other,
    parents: [room],
    sha256Checksum: sums,
    hasAugmentedPermissions: true,
  })
  expect(drain(model, admin, drive, from ?? '').changes.map((one) => [one.fileId, one.removed])).toEqual([
    [room, true],
    [child, true],
  ])
  expect(drain(model, admin, other, to ?? '').changes.map((one) => [one.fileId, one.removed])).toEqual([
    [room, false],
    [child, false],
  ])
})

test('there and back again leaves one entry in each feed', () => {
  const { model, drive, other } = practice()
  const id = file(model, admin, drive)
  const [from, to] = [drive, other].map((one) => model.changes.getStartPageToken(admin, { driveId: one }))
  model.files.update(admin, id, {}, { addParents: [other], removeParents: [drive] })
  model.files.update(admin, id, {}, { addParents: [drive], removeParents: [other] })
  expect(drain(model, admin, drive, from ?? '').changes).toMatchObject([{ fileId: id, removed: false }])
  expect(drain(model, admin, other, to ?? '').changes).toMatchObject([{ fileId: id, removed: true }])
})

test('a move changes the inherited access', () => {
  const { model, drive } = practice()
  const guest = person('ivan.petrov')
  const [open, closed] = [folder(model, admin, drive), folder(model, admin, drive)]
  model.permissions.create(admin, open, { type: 'user', role: 'reader', emailAddress: guest.email })
  const id = file(model, admin, open)
  expect(model.files.get(guest, id).id).toBe(id)
  model.files.update(admin, id, {}, { addParents: [closed], removeParents: [open] })
  expect(refusal(() => model.files.get(guest, id))).toBe('fileNotFound')
})

test.each([
  ['into itself', 'cyclicMove'],
  ['into what lies in it', 'cyclicMove'],
  ['without leaving its folder', 'cannotAddParent'],
  ['out of its folder to nowhere', 'teamDrivesParentLimit'],
  ['into a file', 'parentNotAFolder'],
  ['into what does not exist', 'fileNotFound'],
  ['out of the drive from the trash', 'cannotMoveTrashedItemOutOfTeamDrive'],
] as const)('a folder cannot be moved %s', (how, code) => {
  const { model, drive, other } = practice()
  const room = folder(model, admin, drive)
  const inner = folder(model, admin, room)
  if (how.includes('trash')) model.files.update(admin, room, { trashed: true })
  const to: Record<string, readonly string[]> = {
    'into itself': [room],
    'into what lies in it': [inner],
    'without leaving its folder': [folder(model, admin, drive)],
    'out of its folder to nowhere': [],
    'into a file': [file(model, admin, drive)],
    'into what does not exist': ['1nothing'],
    'out of the drive from the trash': [other],
  }
  const removeParents = how.startsWith('without') ? [] : [drive]
  expect(refusal(() => model.files.update(admin, room, {}, { addParents: to[how] ?? [], removeParents }))).toBe(code)
  expect(model.files.get(admin, room).parents).toEqual([drive])
})

test('the item limit counts the trash, refuses the item after it, and holds for moves', () => {
  const { model, drive, other } = practice({ items: 40 }, { knobs: { itemLimit: 25 } })
  const held = () => model.practice.drives().find((one) => one.id === drive)?.items ?? 0
  while (held() < 25) model.files.update(admin, file(model, admin, drive), { trashed: true })
  expect(refusal(() => file(model, admin, drive))).toBe('teamDriveFileLimitExceeded')
  const room = folder(model, admin, other)
  file(model, admin, room)
  model.files.emptyTrash(admin, drive)
  while (held() < 24) file(model, admin, drive)
  expect(refusal(() => model.files.update(admin, room, {}, { addParents: [drive], removeParents: [other] }))).toBe(
    'teamDriveFileLimitExceeded',
  )
})

test('folders nest a hundred deep and no deeper, created or moved', () => {
  const { model, drive } = practice()
  let deepest = drive
  for (let level = 1; level <= 100; level++) deepest = folder(model, admin, deepest, `Level ${level}`)
  expect(file(model, admin, deepest)).toMatch(/^1/)
  expect(refusal(() => folder(model, admin, deepest))).toBe('teamDriveHierarchyTooDeep')
  const room = folder(model, admin, drive)
  expect(refusal(() => model.files.update(admin, room, {}, { addParents: [deepest], removeParents: [drive] }))).toBe(
    'teamDriveHierarchyTooDeep',
  )
  const parent = model.files.get(admin, deepest).parents?.[0] ?? ''
  folder(model, admin, room)
  expect(refusal(() => model.files.update(admin, room, {}, { addParents: [parent], removeParents: [drive] }))).toBe(
    'teamDriveHierarchyTooDeep',
  )
})
