import { createHash, randomBytes } from 'node:crypto'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { DriveFailure } from '../../activities/drive/failure-types.ts'
import { folderMimeType, shortcutMimeType } from '../../activities/drive/resources.ts'
import type { PlannedFault } from '../../activities/drive/simulator/wire/practice/faults.ts'
import type { DriveSource } from '../../activities/drive/source.ts'
import type { DriveTarget, NewFile } from '../../activities/drive/target.ts'
import { chunked, collect } from '../support/wire.ts'
import { type Practice, startPractice } from './support/practice.ts'

let practice: Practice
let source: DriveSource
let target: DriveTarget
let driveId = ''
let keys = 0

beforeAll(async () => {
  practice = await startPractice()
  source = practice.source()
  target = practice.target()
  driveId = practice.drive.model.drives.create({ email: practice.admin }, 'request-1', { name: 'Restored' }).id
})
afterAll(() => practice.stop())
afterEach(() => {
  expect(practice.drive.wire.faults.report().neverFired).toEqual([])
  practice.drive.wire.faults.clear()
})

const plan = (fault: Omit<PlannedFault, 'call' | 'times'> & { readonly call?: number; readonly times?: number }) =>
  practice.drive.wire.faults.add([{ call: 1, times: 1, ...fault }])
const newId = async () => (await target.generateIds(1))[0] ?? ''
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')
const newFile = async (bytes: Uint8Array, over: Partial<NewFile> = {}): Promise<NewFile> => ({
  id: await newId(),
  key: `job_1/${++keys}`,
  name: 'report.pdf',
  parentId: driveId,
  mimeType: 'application/pdf',
  size: bytes.length,
  content: () => chunked(bytes, 100_000),
  ...over,
})
const failing = async (work: Promise<unknown>) => {
  const error = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  if (!(error instanceof DriveFailure)) throw new Error(`Expected a DriveFailure, got ${String(error)}.`)
  return error.type
}
const inDrive = async (name: string) => (await target.children(driveId, driveId, { names: [name] })).items

test.each([0, 1, 100_000, 5_242_880, 5_242_881, 20_000_000])(
  'an upload of %i bytes arrives as it was sent, with its fields',
  async (size) => {
    const bytes = randomBytes(size)
    const file = await newFile(bytes, {
      name: `${size}.pdf`,
      createdTime: '2020-01-02T03:04:05.000Z',
      modifiedTime: '2021-02-03T04:05:06.000Z',
      description: 'Q3',
      properties: { team: 'finance' },
    })
    const stored = await target.upload(file)
    expect(stored).toMatchObject({ id: file.id, size, sha256Checksum: sha256(bytes), webViewLink: expect.stringMatching(/^http/) })
    expect(await source.item(file.id)).toMatchObject({
      name: `${size}.pdf`,
      mimeType: 'application/pdf',
      createdTime: '2020-01-02T03:04:05.000Z',
      modifiedTime: '2021-02-03T04:05:06.000Z',
      description: 'Q3',
      properties: { team: 'finance' },
      appProperties: { backstopKey: file.key },
    })
    expect((await collect((await source.download(file.id)).stream)).equals(bytes)).toBe(true)
  },
)

test('P12 a session whose chunks are cut takes up where Google says', async () => {
  const bytes = randomBytes(20_000_000)
  plan({ method: 'upload.chunk', call: 1, fault: { kind: 'cut', afterBytes: 3_000_000 } })
  plan({ method: 'upload.chunk', call: 5, fault: { kind: 'cut', afterBytes: 100 } })
  const confirmed: number[] = []
  const stored = await target.upload(await newFile(bytes, { onProgress: (sent) => confirmed.push(sent) }))
  expect(stored.sha256Checksum).toBe(sha256(bytes))
  expect(confirmed).toEqual([8_388_608, 16_777_216, 20_000_000])
})

test('P12 a chunk that Google refuses with 503 is sent again', async () => {
  const bytes = randomBytes(9_000_000)
  plan({ method: 'upload.chunk', times: 2, fault: { kind: 'error', status: 503, reason: 'backendError' } })
  expect((await target.upload(await newFile(bytes))).sha256Checksum).toBe(sha256(bytes))
})

test('P12 a session that Google has forgotten is begun anew with the content from its start', async () => {
  const bytes = randomBytes(9_000_000)
  plan({ method: 'upload.chunk', call: 2, fault: { kind: 'error', status: 404, reason: 'notFound' } })
  let opened = 0
  const file = await newFile(bytes, {
    content: () => {
      opened++
      return chunked(bytes, 1_000_000)
    },
  })
  expect((await target.upload(file)).sha256Checksum).toBe(sha256(bytes))
  expect(opened).toBe(2)
})

test.each([1_000, 9_000_000])('P12 an upload of %i bytes whose answer is lost makes one file', async (size) => {
  const bytes = randomBytes(size)
  const name = `lost answer ${size}`
  const method = size > 5_242_880 ? { method: 'upload.chunk', call: 2 } : { method: 'drive.files.create', media: true }
  plan({ ...method, fault: { kind: 'errorAfterSuccess', status: 500 } })
  const stored = await target.upload(await newFile(bytes, { name }))
  expect(stored.sha256Checksum).toBe(sha256(bytes))
  expect(await inDrive(name)).toHaveLength(1)
})

test('P12 the same upload twice makes one file', async () => {
  const file = await newFile(randomBytes(500), { name: 'twice' })
  const first = await target.upload(file)
  expect(await target.upload(file)).toEqual(first)
  expect(await inDrive('twice')).toHaveLength(1)
})

test('P8 an id that belongs to something else is a conflict, and that is left alone', async () => {
  const bytes = randomBytes(500)
  const theirs = await newFile(bytes, { name: 'theirs' })
  await target.upload(theirs)
  expect(await failing(target.upload(await newFile(randomBytes(500), { id: theirs.id, name: 'ours' })))).toBe('Conflict')
  expect(await source.item(theirs.id)).toMatchObject({ name: 'theirs', sha256Checksum: sha256(bytes) })
})

test('content that is shorter or longer than announced is never taken for the whole', async () => {
  for (const [size, real] of [
    [600, 500],
    [500, 600],
    [9_000_000, 8_900_000],
    [8_900_000, 9_000_000],
  ] as const) {
    const file = await newFile(randomBytes(real), { size })
    expect(await failing(target.upload(file))).toBe('InvalidRequest')
    expect(await source.item(file.id)).toBeUndefined()
  }
})

test('an error of the content itself comes out as it is', async () => {
  const broken = new RangeError('the vault is damaged')
  const file = await newFile(randomBytes(9_000_000), {
    content: async function* () {
      yield randomBytes(1_000_000)
      throw broken
    },
  })
  await expect(target.upload(file)).rejects.toBe(broken)
})

test('P12 folders and shortcuts are made once, however often they are asked for', async () => {
  const folder = { id: await newId(), key: 'job_1/folder', name: 'Plans', parentId: driveId, folderColorRgb: '#ff7537' }
  plan({ method: 'drive.files.create', media: false, fault: { kind: 'errorAfterSuccess', status: 500 } })
  expect(await target.createFolder(folder)).toMatchObject({ id: folder.id, mimeType: folderMimeType })
  await target.createFolder(folder)
  expect(await inDrive('Plans')).toHaveLength(1)

  const [id = ''] = await target.generateIds(1, 'shortcuts')
  const shortcut = { id, key: 'job_1/shortcut', name: 'To plans', parentId: driveId, targetId: folder.id }
  await target.createShortcut(shortcut)
  expect(await target.createShortcut(shortcut)).toMatchObject({ id, mimeType: shortcutMimeType })
  expect(await source.item(id)).toMatchObject({ shortcutDetails: { targetId: folder.id } })
})

test('a limited folder is limited from its first moment', async () => {
  const from = await source.startPageToken(driveId)
  const folder = { id: await newId(), key: 'job_1/limited', name: 'Salaries', parentId: driveId, limited: true }
  await target.createFolder(folder)
  expect(await source.item(folder.id)).toMatchObject({ inheritedPermissionsDisabled: true })
  expect((await source.changes(driveId, from)).changes).toHaveLength(1)
})

test('P12 an import whose answer is lost is found by its key, not made again', async () => {
  const text = Buffer.from('Minutes\n')
  const file = {
    key: 'job_1/import',
    name: 'Minutes',
    parentId: driveId,
    driveId,
    mimeType: 'application/vnd.google-apps.document',
    contentMimeType: 'text/plain',
    size: text.length,
    content: () => chunked(text),
  }
  plan({ method: 'drive.files.create', media: true, fault: { kind: 'errorAfterSuccess', status: 500 } })
  const stored = await target.importAs(file)
  expect(stored.mimeType).toBe('application/vnd.google-apps.document')
  expect((await target.importAs(file)).id).toBe(stored.id)
  expect(await inDrive('Minutes')).toHaveLength(1)
})

test('a grant is given once and without mail', async () => {
  const file = await target.upload(await newFile(randomBytes(10)))
  const grant = { type: 'user', role: 'writer', emailAddress: 'guest@elsewhere.example' } as const
  await target.grant(file.id, grant)
  await target.grant(file.id, grant)
  await target.grant(file.id, { type: 'anyone', role: 'reader', allowFileDiscovery: false })
  expect(await source.grants(file.id)).toMatchObject([grant, { type: 'anyone', role: 'reader' }])
  expect(practice.drive.model.practice.mails().filter((mail) => mail.fileId === file.id)).toEqual([])
})

test("a grant against the drive's rules is refused by type, and the file stays", async () => {
  const strict = practice.drive.model.drives.create({ email: practice.admin }, 'request-2', { name: 'Strict' }).id
  practice.drive.model.drives.update({ email: practice.admin }, strict, { restrictions: { domainUsersOnly: true } })
  const file = await target.upload(await newFile(randomBytes(10), { parentId: strict }))
  expect(await failing(target.grant(file.id, { type: 'user', role: 'reader', emailAddress: 'guest@elsewhere.example' }))).toBe(
    'SharingRefused',
  )
  expect(await source.item(file.id)).toMatchObject({ trashed: false })
})

test('the trash gives back what lies in it, with its id', async () => {
  const file = await target.upload(await newFile(randomBytes(10), { name: 'binned' }))
  await target.trash(file.id)
  expect(await inDrive('binned')).toEqual([])
  expect(await target.untrash(file.id)).toMatchObject({ id: file.id, trashed: false })
  expect(await inDrive('binned')).toHaveLength(1)
})

test('a locked file comes back locked', async () => {
  const file = await target.upload(await newFile(randomBytes(10)))
  await target.restrict(file.id, [{ readOnly: true, reason: 'signed', restrictingUser: { displayName: 'someone' } }])
  expect((await source.item(file.id))?.contentRestrictions).toMatchObject([{ readOnly: true, reason: 'signed' }])
})

test('names with quotes and backslashes are found exactly', async () => {
  const names = ["Bob's \\ plan", "' or trashed = true or name = '", '\\', "\\'"]
  for (const name of names) await target.upload(await newFile(randomBytes(1), { name }))
  for (const name of names) expect((await inDrive(name)).map((item) => item.name)).toEqual([name])
  expect((await target.children(driveId, driveId, { names })).items).toHaveLength(names.length)
})

test('a drive that is full says so', async () => {
  const { knobs } = practice.drive.model
  const limit = knobs.itemLimit
  knobs.itemLimit = 0
  expect(await failing(target.upload(await newFile(randomBytes(10))))).toBe('ItemLimit')
  knobs.itemLimit = limit
})
