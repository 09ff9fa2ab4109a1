import { expect, test } from 'vitest'
import { admin, bytes, drain, file, listAll, person, practice, refusal } from './support.ts'

test('a drive is made once per request id and person, and its maker is organizer', () => {
  const { model } = practice()
  const made = model.drives.create(person('ana.costa'), 'r1', { name: 'New' })
  expect(refusal(() => model.drives.create(person('ana.costa'), 'r1', { name: 'New' }))).toBe('teamDriveAlreadyExists')
  expect(model.drives.create(person('elif.yilmaz'), 'r1', { name: 'New' }).id).not.toBe(made.id)
  expect(made.capabilities).toMatchObject({ canDeleteDrive: true, canManageMembers: true })
  expect(model.drives.list(person('ana.costa'), { pageSize: 100 }).drives.map((one) => one.id)).toContain(made.id)
})

test('restrictions cannot be set when a drive is made, only by an update', () => {
  const { model } = practice()
  expect(refusal(() => model.drives.create(admin, 'r', { name: 'New', restrictions: { domainUsersOnly: true } }))).toBe(
    'restrictionsAtCreate',
  )
  const { id } = model.drives.create(admin, 'r', { name: 'New' })
  const restrictions = { domainUsersOnly: true, adminManagedRestrictions: true, downloadRestriction: { restrictedForWriters: true } }
  expect(model.drives.update(admin, id, { restrictions }).restrictions).toMatchObject({
    domainUsersOnly: true,
    driveMembersOnly: false,
    downloadRestriction: { restrictedForReaders: true, restrictedForWriters: true },
  })
  expect(refusal(() => model.drives.update(admin, id, { restrictions: { domainUsersOnly: false } }))).toBe('adminManagedRestriction')
  expect(
    model.drives.update(admin, id, { restrictions: { domainUsersOnly: false } }, { useDomainAdminAccess: true }).restrictions
      .domainUsersOnly,
  ).toBe(false)
})

test('a drive is deleted when it is empty, or with its items by an administrator', () => {
  const { model, drive } = practice()
  const id = file(model, admin, drive)
  expect(refusal(() => model.drives.delete(admin, drive))).toBe('driveNotEmpty')
  expect(refusal(() => model.drives.delete(admin, drive, { allowItemDeletion: true }))).toBe('insufficientAdministratorPrivileges')
  model.drives.delete(admin, drive, { allowItemDeletion: true, useDomainAdminAccess: true })
  expect(refusal(() => model.drives.get(admin, drive))).toBe('driveNotFound')
  expect(refusal(() => model.files.get(admin, id))).toBe('fileNotFound')
  const empty = model.drives.create(admin, 'r', { name: 'Empty' })
  model.files.update(admin, file(model, admin, empty.id), { trashed: true })
  model.drives.delete(admin, empty.id)
  expect(refusal(() => model.drives.get(admin, empty.id))).toBe('driveNotFound')
})

test('administrators see all drives with their unit, others only their own, in pages', () => {
  const { model } = practice({ drives: 12, items: 120 })
  const approver = { email: 'approver@practice.example', domainAdmin: true }
  expect(model.drives.list(approver, {}).drives).toEqual([])
  const first = model.drives.list(approver, { useDomainAdminAccess: true })
  expect(first.drives).toHaveLength(10)
  const second = model.drives.list(approver, { useDomainAdminAccess: true, pageToken: first.nextPageToken })
  expect([second.drives.length, second.nextPageToken]).toEqual([2, undefined])
  expect(first.drives.every((one) => one.orgUnitId !== undefined)).toBe(true)
  expect(model.drives.list(admin, {}).drives.every((one) => one.orgUnitId === undefined)).toBe(true)
  expect(new Set([...first.drives, ...second.drives].map((one) => one.name)).size).toBe(12)
})

test('a drive is hidden for one person only', () => {
  const { model, drive } = practice()
  model.drives.hide(admin, drive)
  expect([model.drives.get(admin, drive).hidden, model.drives.get(person('oncall'), drive).hidden]).toEqual([true, false])
  expect(model.drives.unhide(admin, drive).hidden).toBe(false)
})

test('a comment gets replies, is resolved by one and keeps its author without an address', () => {
  const { model, clock, drive } = practice()
  const id = file(model, admin, drive)
  const commenter = person('lena.berg')
  const made = model.comments.create(commenter, id, { content: 'Is <this> right?', quotedFileContent: { value: 'x' } })
  expect(made).toMatchObject({ htmlContent: 'Is &lt;this&gt; right?', author: { displayName: 'Lena Berg' }, replies: [] })
  expect(made.author.emailAddress).toBeUndefined()
  clock.advance(5)
  model.replies.create(admin, id, made.id, { content: 'Yes', action: 'resolve' })
  expect(model.comments.get(admin, id, made.id)).toMatchObject({
    resolved: true,
    modifiedTime: clock.now().toISOString(),
    replies: [{ content: 'Yes', action: 'resolve' }],
  })
  expect(model.comments.list(admin, id, { startModifiedTime: new Date(clock.now().getTime() + 1).toISOString() }).comments).toEqual([])
})

test('only authors change their words; deleted ones are shells that are shown when asked for', () => {
  const { model, drive } = practice()
  const id = file(model, admin, drive)
  const commenter = person('lena.berg')
  const { id: comment } = model.comments.create(commenter, id, { content: 'mine' })
  expect(refusal(() => model.comments.update(admin, id, comment, { content: 'yours' }))).toBe('insufficientFilePermissions')
  const { id: reply } = model.replies.create(commenter, id, comment, { content: 'and this' })
  model.replies.update(commenter, id, comment, reply, { content: 'and that' })
  expect(model.replies.get(admin, id, comment, reply).content).toBe('and that')
  model.replies.delete(commenter, id, comment, reply)
  expect(model.replies.list(admin, id, comment, {}).replies).toEqual([])
  expect(model.replies.list(admin, id, comment, { includeDeleted: true }).replies).toMatchObject([{ id: reply, deleted: true }])
  model.comments.delete(admin, id, comment)
  expect(refusal(() => model.comments.get(admin, id, comment))).toBe('commentNotFound')
  expect(model.comments.get(admin, id, comment, { includeDeleted: true }).content).toBeUndefined()
})

test('lose deletes for ever by id or by a name that fits one item, and the feed shows it', () => {
  const { model, drive } = practice()
  const start = model.changes.getStartPageToken(admin, { driveId: drive })
  const id = model.practice.lose('Q3 plan', drive)
  expect(drain(model, admin, drive, start).changes).toMatchObject([{ fileId: id, removed: true }])
  file(model, admin, drive, 'twin')
  file(model, admin, drive, 'twin')
  expect(refusal(() => model.practice.lose('twin', drive))).toBe('invalid')
  expect(refusal(() => model.practice.lose('nowhere', drive))).toBe('fileNotFound')
})

test('a mess encrypts, renames, deletes and opens files, the same ones for the same seed, all of it in the feed', async () => {
  const scene = () => practice({ items: 300, drives: 1 })
  const { model, drive } = scene()
  const before = new Map(listAll(model, admin, drive).map((one) => [one.id, { name: one.name, size: one.size, sum: one.sha256Checksum }]))
  const start = model.changes.getStartPageToken(admin, { driveId: drive })
  const counts = model.practice.mess(drive, { seed: 3, share: 0.5 })
  expect(scene().model.practice.mess(drive, { seed: 3, share: 0.5 })).toEqual(counts)
  expect(counts.encrypted).toBeGreaterThan(50)
  expect(counts.deleted).toBeGreaterThan(5)
  expect(counts.shared).toBeGreaterThan(1)
  const { changes } = drain(model, admin, drive, start)
  expect(changes.filter((one) => one.removed)).toHaveLength(counts.deleted)
  const locked = changes.flatMap((one) => (one.file ? [one.file] : []))
  expect(locked).toHaveLength(counts.encrypted)
  for (const one of locked) {
    const old = before.get(one.id)
    expect(one.name).toBe(`${old?.name}.locked`)
    if (old?.sum === undefined) continue
    expect(one.sha256Checksum).not.toBe(old.sum)
    expect(one.size).toBe(old.size)
  }
  const text = locked.find((one) => one.mimeType === 'text/plain' && Number(one.size) > 2000)
  const data = await bytes(model.files.content(admin, text?.id ?? '').read())
  expect(new Set(data).size).toBeGreaterThan(200)
})

test('an edit is a new head of the same size, or new text in a document', async () => {
  const { model, drive } = practice()
  const [plan = '', budget = ''] = ['Q3 plan', 'Q3 budget'].map((name) => model.practice.findByName(drive, name)[0])
  const text = async () => String(await bytes((await model.files.export(admin, budget, 'text/csv')).read()))
  const [before, sum, words] = [model.files.get(admin, plan).headRevisionId, model.files.get(admin, plan).sha256Checksum, await text()]
  const after = model.practice.edit(plan)
  expect(after).toMatchObject({ size: '4096', name: 'Q3 plan' })
  expect([after.headRevisionId, after.sha256Checksum]).not.toContain(before)
  expect(after.sha256Checksum).not.toBe(sum)
  expect(model.practice.edit(budget).size).toBe('18432')
  expect(await text()).not.toBe(words)
})

test('findByName leaves the trash out', () => {
  const { model, drive } = practice()
  const id = file(model, admin, drive, 'wanted')
  expect(model.practice.findByName(drive, 'wanted')).toEqual([id])
  model.files.update(admin, id, { trashed: true })
  expect(model.practice.findByName(drive, 'wanted')).toEqual([])
  expect(model.practice.driveByName('Finance')).toBe(drive)
})

test('about tells who asks and what can be exported', () => {
  const { model } = practice()
  expect(model.about(admin)).toMatchObject({
    user: { emailAddress: admin.email, displayName: 'Alex Admin', me: true },
    exportFormats: { 'application/vnd.google-apps.document': expect.arrayContaining(['application/pdf']) },
  })
})

test('twenty thousand items take less than 600 bytes of heap each', () => {
  const before = heap()
  const { model } = practice({ items: 20_000, drives: 1 })
  const perItem = (heap() - before) / model.practice.drives().reduce((sum, drive) => sum + drive.items, 0)
  expect(perItem).toBeLessThan(600)
})

/** Collects garbage first where the process allows it; without, the bound is only looser. */
function heap(): number {
  globalThis.gc?.()
  return process.memoryUsage().heapUsed
}
