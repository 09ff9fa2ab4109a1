/** Google's own client against the practice Drive. Every request and answer is compared with Google's discovery document on the way. */
import type { drive_v3 } from '@googleapis/drive'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { PracticeDrive } from '../../activities/drive/simulator/wire/start.ts'
import { adminOf, driveClient, judgedPracticeDrive } from '../support/practice-drive.ts'

const folderType = 'application/vnd.google-apps.folder'
const all = { supportsAllDrives: true } as const
let practice: PracticeDrive
let client: drive_v3.Drive
let driveId: string

beforeAll(async () => {
  practice = await judgedPracticeDrive()
  client = driveClient(practice, adminOf(practice))
  driveId = await newDrive('Contract')
})

afterAll(() => practice.stop())

async function newDrive(name: string): Promise<string> {
  const { data } = await client.drives.create({ requestId: `request-${name}`, requestBody: { name } })
  return given(data.id)
}

async function newFile(over: drive_v3.Schema$File = {}): Promise<string> {
  const requestBody = { name: 'Plan', mimeType: 'text/plain', parents: [driveId], ...over }
  const { data } = await client.files.create({ requestBody, media: { mimeType: 'text/plain', body: 'hello' }, ...all })
  return given(data.id)
}

function given<T>(value: T | null | undefined): T {
  if (value === null || value === undefined) throw new Error('The answer lacks a value.')
  return value
}

const inDrive = () => ({ corpora: 'drive', driveId, includeItemsFromAllDrives: true, ...all })

test('about.get tells who is asking', async () => {
  const { data } = await client.about.get({ fields: 'user,storageQuota,exportFormats' })
  expect(data.user).toMatchObject({ emailAddress: adminOf(practice), me: true })
  expect(Object.keys(data.exportFormats ?? {})).toContain('application/vnd.google-apps.document')
})

test('drives are created once per request id, listed, changed, hidden and deleted', async () => {
  const id = await newDrive('Passing')
  await expect(client.drives.create({ requestId: 'request-Passing', requestBody: { name: 'Passing' } })).rejects.toMatchObject({
    status: 409,
  })
  const listed = await client.drives.list({ q: `name = 'Passing'`, useDomainAdminAccess: true, fields: '*' })
  expect(listed.data.drives).toMatchObject([{ id, name: 'Passing' }])
  const restrictions = { domainUsersOnly: true }
  const updated = await client.drives.update({ driveId: id, requestBody: { name: 'Passed', restrictions }, fields: 'name,restrictions' })
  expect(updated.data).toMatchObject({ name: 'Passed', restrictions })
  expect((await client.drives.hide({ driveId: id, fields: 'hidden' })).data).toEqual({ hidden: true })
  expect((await client.drives.unhide({ driveId: id, fields: 'hidden' })).data).toEqual({ hidden: false })
  expect((await client.drives.get({ driveId: id })).data).toEqual({ kind: 'drive#drive', id, name: 'Passed' })
  expect((await client.drives.delete({ driveId: id })).status).toBe(204)
  await expect(client.drives.get({ driveId: id })).rejects.toMatchObject({ status: 404 })
})

test('drives are listed page by page', async () => {
  const names: string[] = []
  let pageToken: string | undefined
  do {
    const { data } = await client.drives.list({ useDomainAdminAccess: true, pageSize: 2, ...(pageToken ? { pageToken } : {}) })
    expect(given(data.drives).length).toBeLessThanOrEqual(2)
    names.push(...given(data.drives).map(({ name }) => given(name)))
    pageToken = data.nextPageToken ?? undefined
  } while (pageToken)
  expect(new Set(names).size).toBe(names.length)
  expect(names).toEqual(expect.arrayContaining(['Finance', 'Contract']))
})

test('a file is created, read, changed, copied and deleted', async () => {
  const id = await newFile({ description: 'first', appProperties: { backstopKey: 'k1' } })
  const got = await client.files.get({ fileId: id, fields: 'name,description,appProperties,size,sha256Checksum', ...all })
  expect(got.data).toEqual({
    name: 'Plan',
    description: 'first',
    appProperties: { backstopKey: 'k1' },
    size: '5',
    sha256Checksum: '2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824',
  })
  const renamed = await client.files.update({ fileId: id, requestBody: { name: 'Plan B' }, fields: 'name,version', ...all })
  expect(renamed.data.name).toBe('Plan B')
  const copied = await client.files.copy({ fileId: id, requestBody: { name: 'Copy' }, fields: 'id,name,sha256Checksum', ...all })
  expect(copied.data).toMatchObject({ name: 'Copy', sha256Checksum: got.data.sha256Checksum })
  expect((await client.files.delete({ fileId: id, ...all })).status).toBe(204)
  await expect(client.files.get({ fileId: id, ...all })).rejects.toMatchObject({ status: 404 })
})

test('a file is moved by addParents and removeParents, and stays itself', async () => {
  const id = await newFile()
  const folder = await client.files.create({ requestBody: { name: 'Folder', mimeType: folderType, parents: [driveId] }, ...all })
  const addParents = given(folder.data.id)
  const moved = await client.files.update({ fileId: id, addParents, removeParents: driveId, fields: 'id,parents', ...all })
  expect(moved.data).toEqual({ id, parents: [addParents] })
})

test('a whole drive is listed in pages, each item once', async () => {
  const finance = given(practice.model.practice.driveByName('Finance'))
  const ids: string[] = []
  let pageToken: string | undefined
  do {
    const { data } = await client.files.list({
      ...inDrive(),
      driveId: finance,
      pageSize: 7,
      fields: 'nextPageToken,incompleteSearch,files(id)',
      ...(pageToken ? { pageToken } : {}),
    })
    expect(data.incompleteSearch).toBe(false)
    ids.push(...given(data.files).map(({ id }) => given(id)))
    pageToken = data.nextPageToken ?? undefined
  } while (pageToken)
  const counted = practice.model.practice.drives().find(({ id }) => id === finance)
  expect(new Set(ids).size).toBe(ids.length)
  expect(ids.length).toBe(counted?.items)
})

test('a list is searched and ordered', async () => {
  const name = "it's \\ odd"
  await newFile({ name: `${name} 2` })
  await newFile({ name: `${name} 10` })
  const q = `name contains '${name.replace(/[\\']/g, '\\$&')}' and trashed = false and '${driveId}' in parents and mimeType != '${folderType}'`
  const { data } = await client.files.list({ ...inDrive(), q, orderBy: 'name_natural desc', fields: 'files(name)' })
  expect(data.files).toEqual([{ name: `${name} 10` }, { name: `${name} 2` }])
})

test('sharing is searched by writer and reader', async () => {
  const fileId = await newFile({ name: 'Shared' })
  await client.permissions.create({
    fileId,
    requestBody: { type: 'user', role: 'writer', emailAddress: 'guest@elsewhere.example' },
    sendNotificationEmail: false,
    ...all,
  })
  const search = async (q: string) => (await client.files.list({ ...inDrive(), q, fields: 'files(id)' })).data.files
  expect(await search(`'guest@elsewhere.example' in writers`)).toEqual([{ id: fileId }])
  expect(await search(`'guest@elsewhere.example' in readers and name = 'shared'`)).toEqual([{ id: fileId }])
  expect(await search(`'nobody@elsewhere.example' in readers`)).toEqual([])
})

test('trash, emptyTrash and generateIds', async () => {
  const { data: generated } = await client.files.generateIds({ count: 3 })
  expect(generated).toMatchObject({ kind: 'drive#generatedIds', space: 'drive' })
  const id = given(generated.ids?.[0])
  expect(await newFile({ id })).toBe(id)
  const trashed = await client.files.update({ fileId: id, requestBody: { trashed: true }, fields: 'trashed,explicitlyTrashed', ...all })
  expect(trashed.data).toEqual({ trashed: true, explicitlyTrashed: true })
  expect((await client.files.emptyTrash({ driveId })).status).toBe(204)
  await expect(client.files.get({ fileId: id, ...all })).rejects.toMatchObject({ status: 404 })
})

test('changes: one entry per item, removals, and a new start token when drained', async () => {
  const start = await client.changes.getStartPageToken({ driveId, ...all })
  const pageToken = given(start.data.startPageToken)
  const feed = { driveId, includeItemsFromAllDrives: true, includeRemoved: true, fields: '*', ...all }
  expect((await client.changes.list({ ...feed, pageToken })).data).toMatchObject({ changes: [], newStartPageToken: expect.any(String) })
  const kept = await newFile({ name: 'Kept' })
  await client.files.update({ fileId: kept, requestBody: { name: 'Kept twice' }, ...all })
  const gone = await newFile({ name: 'Gone' })
  await client.files.delete({ fileId: gone, ...all })
  await client.drives.update({ driveId, requestBody: { colorRgb: '#123456' } })
  const { data } = await client.changes.list({ ...feed, pageToken })
  const entries = given(data.changes).map(({ changeType, fileId, removed, file, driveId: id }) => [
    changeType,
    fileId ?? id,
    removed,
    file?.name,
  ])
  expect(entries).toHaveLength(3)
  expect(entries).toEqual(
    expect.arrayContaining([
      ['file', kept, false, 'Kept twice'],
      ['file', gone, true, undefined],
      ['drive', driveId, false, undefined],
    ]),
  )
  expect(data.newStartPageToken).toEqual(expect.any(String))
})

test('permissions: create, list with details, get, change and delete', async () => {
  const fileId = await newFile()
  const target = { fileId, ...all }
  const requestBody = { type: 'user', role: 'reader', emailAddress: 'guest@elsewhere.example' }
  const { data: created } = await client.permissions.create({ ...target, requestBody, sendNotificationEmail: false, fields: '*' })
  const permissionId = given(created.id)
  const { data: page } = await client.permissions.list({ ...target, pageSize: 100, fields: '*' })
  const inherited = given(page.permissions).map((held) => held.permissionDetails?.map((detail) => detail.inherited))
  expect(inherited).toEqual(expect.arrayContaining([[true], [false]]))
  const { data: changed } = await client.permissions.update({ ...target, permissionId, requestBody: { role: 'commenter' } })
  expect(changed).toEqual({ kind: 'drive#permission', id: permissionId, type: 'user', role: 'commenter' })
  expect((await client.permissions.get({ ...target, permissionId, fields: 'role' })).data).toEqual({ role: 'commenter' })
  expect((await client.files.get({ ...target, fields: 'hasAugmentedPermissions' })).data).toEqual({ hasAugmentedPermissions: true })
  expect((await client.permissions.delete({ ...target, permissionId })).status).toBe(204)
})

test('revisions: list, keep, download an old one, delete', async () => {
  const fileId = await newFile()
  await client.files.update({ fileId, media: { mimeType: 'text/plain', body: 'second' }, ...all })
  const { data } = await client.revisions.list({ fileId, fields: '*' })
  const [first, second] = given(data.revisions)
  const revisionId = given(first?.id)
  expect(second).toMatchObject({ size: '6', mimeType: 'text/plain' })
  const kept = await client.revisions.update({ fileId, revisionId, requestBody: { keepForever: true }, fields: 'keepForever' })
  expect(kept.data).toEqual({ keepForever: true })
  expect((await client.revisions.get({ fileId, revisionId, alt: 'media' }, { responseType: 'text' })).data).toBe('hello')
  expect((await client.revisions.delete({ fileId, revisionId })).status).toBe(204)
  await expect(client.revisions.get({ fileId, revisionId })).rejects.toMatchObject({ status: 404 })
})

test('comments and replies', async () => {
  const fileId = await newFile()
  const { data: comment } = await client.comments.create({ fileId, requestBody: { content: 'Why?' }, fields: '*' })
  const commentId = given(comment.id)
  const requestBody = { content: 'Because.', action: 'resolve' }
  const { data: reply } = await client.replies.create({ fileId, commentId, requestBody, fields: '*' })
  const { data: page } = await client.comments.list({ fileId, fields: 'comments(content,resolved,replies(id,content))' })
  expect(page.comments).toEqual([{ content: 'Why?', resolved: true, replies: [{ id: reply.id, content: 'Because.' }] }])
  const replyId = given(reply.id)
  expect((await client.replies.get({ fileId, commentId, replyId, fields: 'content' })).data).toEqual({ content: 'Because.' })
  expect((await client.replies.list({ fileId, commentId, fields: 'replies(id)' })).data).toEqual({ replies: [{ id: replyId }] })
  expect((await client.comments.delete({ fileId, commentId })).status).toBe(204)
})

test('a Google document is exported, by a link too, and downloaded by a long-running operation', async () => {
  const requestBody = { name: 'Notes', mimeType: 'application/vnd.google-apps.document', parents: [driveId] }
  const media = { mimeType: 'text/plain', body: 'first line\nsecond line' }
  const { data } = await client.files.create({ requestBody, media, fields: 'id,exportLinks,md5Checksum', ...all })
  const fileId = given(data.id)
  expect(data.md5Checksum).toBeUndefined()
  const text = await client.files.export({ fileId, mimeType: 'text/plain' }, { responseType: 'text' })
  expect(text.data).toContain('second line')
  const begun = await client.files.download({ fileId, mimeType: 'text/plain' })
  await expect.poll(async () => (await client.operations.get({ name: given(begun.data.name) })).data.done).toBe(true)
  const { data: operation } = await client.operations.get({ name: given(begun.data.name) })
  const request = { url: String(operation.response?.downloadUri), responseType: 'text' } as const
  const { auth } = client.context._options
  if (typeof auth !== 'object' || !('request' in auth)) throw new Error('The client has no authentication.')
  expect(String((await auth.request<string>(request)).data)).toContain('second line')
  const link = given(data.exportLinks?.['text/plain'])
  expect(String((await auth.request<string>({ url: link, responseType: 'text' })).data)).toContain('second line')
})
