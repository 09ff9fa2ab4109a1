import { expect, test } from 'vitest'
import type { ListFiles } from '../../../activities/drive/simulator/model/requests.ts'
import { admin, docMime, file, folder, folderMime, listAll, media, person, practice, refusal, shortcutMime } from './support.ts'

test.each([1, 7, 1000])('pages of %i hold every item once, in one order', (pageSize) => {
  const { model, drive } = practice({ items: 200, drives: 1 })
  const ids = listAll(model, admin, drive, pageSize).map((one) => one.id)
  expect(ids).toEqual(listAll(model, admin, drive, 33).map((one) => one.id))
  expect(new Set(ids).size).toBe(200)
})

test('a listing goes on where it was when items are made and deleted between pages', () => {
  const { model, drive } = practice({ items: 50, drives: 1 })
  const before = listAll(model, admin, drive).map((one) => one.id)
  const args: ListFiles = { corpora: 'drive', driveId: drive, includeItemsFromAllDrives: true, pageSize: 10 }
  const first = model.files.list(admin, args)
  const late = file(model, admin, drive)
  const [lost = '', seen] = [before[10] ?? '', before[0] ?? '']
  for (const id of [lost, seen]) model.practice.lose(id)
  const rest = []
  for (let pageToken = first.nextPageToken; pageToken !== undefined; ) {
    const page = model.files.list(admin, { ...args, pageToken })
    rest.push(...page.files.map((one) => one.id))
    pageToken = page.nextPageToken
  }
  const gone = new Set(listAll(model, admin, drive).map((one) => one.id))
  expect(rest).toEqual([...before.slice(10).filter((id) => gone.has(id)), late])
})

test('a page token is refused after some hours, for another query, and when it is nonsense', () => {
  const { model, clock, drive } = practice()
  const args: ListFiles = { driveId: drive, includeItemsFromAllDrives: true, pageSize: 5, fingerprint: 'q1' }
  const pageToken = model.files.list(admin, args).nextPageToken
  expect(refusal(() => model.files.list(admin, { ...args, pageToken, fingerprint: 'q2' }))).toBe('invalidPageToken')
  expect(refusal(() => model.files.list(admin, { ...args, pageToken: 'nonsense' }))).toBe('invalidPageToken')
  expect(model.files.list(admin, { ...args, pageToken }).files).toHaveLength(5)
  clock.advance(model.knobs.listTokenTtlMs + 1)
  expect(refusal(() => model.files.list(admin, { ...args, pageToken }))).toBe('invalidPageToken')
})

test('a client can ask for an order, and its pages follow it', () => {
  const { model, drive } = practice()
  const args: ListFiles = {
    driveId: drive,
    includeItemsFromAllDrives: true,
    pageSize: 7,
    compare: (a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0),
  }
  const names: string[] = []
  let pageToken: string | undefined
  do {
    const page = model.files.list(admin, { ...args, pageToken })
    names.push(...page.files.map((one) => one.name))
    pageToken = page.nextPageToken
  } while (pageToken)
  expect(names).toEqual(
    listAll(model, admin, drive)
      .map((one) => one.name)
      .sort(),
  )
})

test('a predicate chooses, and the parent hint gives the same as looking at everything', () => {
  const { model, drive } = practice({ items: 100, drives: 1 })
  const parent =
    listAll(model, admin, drive).find(
      (one) => one.mimeType === folderMime && listAll(model, admin, drive).some((child) => child.parents?.includes(one.id)),
    )?.id ?? ''
  const matches: ListFiles['matches'] = (one) => one.parents?.includes(parent) === true
  const args: ListFiles = { driveId: drive, includeItemsFromAllDrives: true, pageSize: 1000, matches }
  const slow = model.files.list(admin, args).files.map((one) => one.id)
  expect(slow.length).toBeGreaterThan(0)
  expect(model.files.list(admin, { ...args, parentId: parent }).files.map((one) => one.id)).toEqual(slow)
})

test('the listing of one folder follows what is made, moved and deleted in it', () => {
  const { model, drive } = practice()
  const room = folder(model, admin, drive)
  const [kept = '', lost = '', moved = ''] = ['a', 'b', 'c'].map((name) => file(model, admin, room, name))
  const args: ListFiles = { driveId: drive, includeItemsFromAllDrives: true, parentId: room }
  const ids = () => model.files.list(admin, args).files.map((one) => one.id)
  expect(ids()).toEqual([kept, lost, moved])
  model.files.delete(admin, lost)
  model.files.update(admin, moved, {}, { addParents: [drive], removeParents: [room] })
  expect(ids()).toEqual([kept])
  model.files.update(admin, moved, {}, { addParents: [room], removeParents: [drive] })
  expect(ids()).toEqual([kept, moved])
  for (const id of [kept, moved]) model.files.update(admin, id, { trashed: true })
  model.files.emptyTrash(admin, drive)
  expect(ids()).toEqual([])
})

test('without a drive, a person finds their drives and what is shared with them, but not what is open to anyone with the link', () => {
  const { model, drive } = practice()
  const guest = person('ivan.petrov')
  const room = folder(model, admin, drive)
  const inside = file(model, admin, room)
  const open = file(model, admin, drive)
  const found = file(model, admin, drive)
  model.permissions.create(admin, room, { type: 'user', role: 'reader', emailAddress: guest.email })
  model.permissions.create(admin, open, { type: 'anyone', role: 'reader' })
  model.permissions.create(admin, found, { type: 'domain', role: 'reader', domain: 'practice.example', allowFileDiscovery: true })
  const ids = (args: ListFiles) => model.files.list(guest, { pageSize: 1000, ...args }).files.map((one) => one.id)
  expect(ids({})).toEqual([])
  expect(ids({ includeItemsFromAllDrives: true })).toEqual(expect.arrayContaining([room, inside, found]))
  expect(ids({ includeItemsFromAllDrives: true })).not.toContain(open)
  expect(ids({ includeItemsFromAllDrives: true, sharedWithMe: true })).toEqual(expect.arrayContaining([room]))
  expect(ids({ includeItemsFromAllDrives: true, sharedWithMe: true })).not.toContain(inside)
  expect(ids({ includeItemsFromAllDrives: true, sharedWithMe: true })).not.toContain(found)
  expect(model.files.get(guest, open).id).toBe(open)
})

test('a member who also has a direct grant finds the file once', () => {
  const { model, drive } = practice()
  const member = person('kofi.mensah')
  const id = file(model, admin, drive)
  model.permissions.create(admin, id, { type: 'user', role: 'writer', emailAddress: member.email })
  const ids = model.files.list(member, { includeItemsFromAllDrives: true, pageSize: 1000 }).files.map((one) => one.id)
  expect(ids.filter((one) => one === id)).toEqual([id])
})

test('an id made beforehand can be used once, an invented one never', () => {
  const { model, drive } = practice()
  const [id = '', second] = model.files.generateIds(admin, 2).ids
  expect(id).not.toBe(second)
  expect(model.files.create(admin, { id, name: 'once', parents: [drive] }).id).toBe(id)
  expect(refusal(() => model.files.create(admin, { id, name: 'twice', parents: [drive] }))).toBe('fileIdInUse')
  model.files.delete(admin, id)
  expect(refusal(() => model.files.create(admin, { id, name: 'again', parents: [drive] }))).toBe('fileIdInUse')
  expect(refusal(() => model.files.create(admin, { id: `1${'a'.repeat(32)}`, name: 'invented', parents: [drive] }))).toBe('fileIdNotUsable')
  expect([0, 1001].map((count) => refusal(() => model.files.generateIds(admin, count)))).toEqual(['invalid', 'invalid'])
})

test('a refused create changes nothing', () => {
  const { model, drive } = practice()
  const before = listAll(model, admin, drive).map((one) => one.toJSON())
  const token = model.changes.getStartPageToken(admin, { driveId: drive })
  expect(refusal(() => model.files.create(admin, { name: 'x', parents: [drive], properties: { key: 'v'.repeat(200) } }))).toBe(
    'propertyLimit',
  )
  expect(refusal(() => model.files.create(admin, { name: 'x', parents: [drive], createdTime: 'yesterday' }))).toBe('invalid')
  expect(listAll(model, admin, drive).map((one) => one.toJSON())).toEqual(before)
  expect(model.changes.getStartPageToken(admin, { driveId: drive })).toBe(token)
})

test('a refused update changes nothing', async () => {
  const { model, drive } = practice()
  const id = file(model, admin, drive)
  const before = model.files.get(admin, id).toJSON()
  const text = await media(model, 'x')
  expect(refusal(() => model.files.update(admin, id, { name: 'new', modifiedTime: 'later' }, {}, text))).toBe('invalid')
  expect(refusal(() => model.files.update(admin, id, { name: 'new' }, { addParents: ['1x'], removeParents: [drive] }, text))).toBe(
    'fileNotFound',
  )
  expect(model.files.get(admin, id).toJSON()).toEqual(before)
})

test('duplicate names are legal', () => {
  const { model, drive } = practice()
  expect(file(model, admin, drive, 'same')).not.toBe(file(model, admin, drive, 'same'))
})

test('times can be set at creation, and createdTime never after', () => {
  const { model, drive } = practice()
  const createdTime = '2001-02-03T04:05:06.789Z'
  const made = model.files.create(admin, { name: 'old', parents: [drive], createdTime, modifiedTime: createdTime })
  expect(made).toMatchObject({ createdTime, modifiedTime: createdTime })
  expect(refusal(() => model.files.update(admin, made.id, { createdTime: '2020-01-01T00:00:00.000Z' }))).toBe('fieldNotWritable')
  model.files.update(admin, made.id, { modifiedTime: '2002-01-01T00:00:00.000Z' })
  expect(model.files.get(admin, made.id)).toMatchObject({ createdTime, modifiedTime: '2002-01-01T00:00:00.000Z' })
})

test('a shortcut points at a file that exists, keeps its type, and dangles when the file goes', () => {
  const { model, drive } = practice()
  const target = model.files.create(admin, { name: 'doc', mimeType: docMime, parents: [drive] }).id
  const make = (targetId: string) =>
    model.files.create(admin, { name: 's', mimeType: shortcutMime, parents: [drive], shortcutDetails: { targetId } })
  const shortcut = make(target)
  expect(shortcut).toMatchObject({ size: undefined, shortcutDetails: { targetId: target, targetMimeType: docMime } })
  expect(refusal(() => make('1nothing'))).toBe('shortcutTargetInvalid')
  expect(refusal(() => make(shortcut.id))).toBe('shortcutTargetInvalid')
  model.files.delete(admin, target)
  expect(model.files.get(admin, shortcut.id).shortcutDetails?.targetId).toBe(target)
})

test('properties are merged, null clears, and the app properties of other apps are invisible', () => {
  const { model, drive } = practice()
  const app = (name: string) => ({ ...admin, app: name })
  const { id } = model.files.create(app('one'), {
    name: 'p',
    parents: [drive],
    properties: { a: '1', b: '2' },
    appProperties: { secret: 'x' },
  })
  model.files.update(app('two'), id, { properties: { a: null, c: '3' }, appProperties: { mine: 'y' } })
  expect(model.files.get(app('one'), id).properties).toEqual({ b: '2', c: '3' })
  expect(model.files.get(app('one'), id).appProperties).toEqual({ secret: 'x' })
  expect(model.files.get(app('two'), id).appProperties).toEqual({ mine: 'y' })
})

test("a star is one person's", () => {
  const { model, drive } = practice()
  const id = file(model, admin, drive)
  const token = model.changes.getStartPageToken(admin, { driveId: drive })
  model.files.update(person('kofi.mensah'), id, { starred: true })
  expect([model.files.get(person('kofi.mensah'), id).starred, model.files.get(admin, id).starred]).toEqual([true, false])
  expect(model.changes.getStartPageToken(admin, { driveId: drive })).toBe(token)
})

test('every change makes a higher version; a listing costs none', () => {
  const { model, drive } = practice()
  const id = file(model, admin, drive)
  const versions = [model.files.get(admin, id).version]
  model.files.update(admin, id, { name: 'n' })
  versions.push(model.files.get(admin, id).version)
  model.permissions.create(admin, id, { type: 'anyone', role: 'reader' })
  versions.push(model.files.get(admin, id).version)
  model.comments.create(admin, id, { content: 'c' })
  versions.push(model.files.get(admin, id).version)
  expect(versions).toEqual(['1', '2', '3', '4'])
})

test('the id of a drive is the id of its top folder, which cannot be changed as a file', () => {
  const { model, drive } = practice()
  expect(model.files.get(admin, drive)).toMatchObject({ id: drive, name: 'Drive', mimeType: folderMime, parents: undefined })
  expect(refusal(() => model.files.update(admin, drive, { name: 'x' }))).toBe('fieldNotWritable')
  expect(refusal(() => model.files.delete(admin, drive))).toBe('insufficientFilePermissions')
})

test('labels are set, shown only when asked for, listed and removed', () => {
  const { model, drive } = practice()
  const id = file(model, admin, drive)
  model.files.modifyLabels(admin, id, [
    { labelId: 'L1', fieldModifications: [{ fieldId: 'f', setSelectionValues: ['high'] }] },
    { labelId: 'L2' },
  ])
  expect(model.files.get(admin, id).labelInfo).toBeUndefined()
  expect(model.files.get(admin, id, { includeLabels: ['L1', 'L9'] }).labelInfo).toMatchObject({
    labels: [{ id: 'L1', fields: { f: { valueType: 'selection', selection: ['high'] } } }],
  })
  model.files.modifyLabels(admin, id, [{ labelId: 'L1', removeLabel: true }])
  expect(model.files.listLabels(admin, id, {}).labels.map((label) => label.id)).toEqual(['L2'])
  expect(refusal(() => model.files.modifyLabels(admin, id, [{ labelId: 'L1', removeLabel: true }]))).toBe('labelNotFound')
})
