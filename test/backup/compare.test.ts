import { expect, test } from 'vitest'
import { compare as compareWith } from '../../activities/backup/compare.ts'
import { rowOf } from '../../activities/backup/row.ts'
import type { DriveItem } from '../../activities/drive/resources.ts'
import type { ContentRef, ManifestRow } from '../../activities/vault/index.ts'

const item = (over: Partial<DriveItem> = {}): DriveItem => ({
  id: 'f1',
  name: 'plan.txt',
  mimeType: 'text/plain',
  parents: ['folder'],
  size: 4,
  sha256Checksum: 'aa',
  md5Checksum: 'bb',
  headRevisionId: 'r1',
  version: '7',
  modifiedTime: '2026-03-01T00:00:00Z',
  trashed: false,
  hasAugmentedPermissions: false,
  ...over,
})
const compare = (now: ManifestRow, before: ManifestRow | undefined, withComments = false) => compareWith(now, before, { withComments })
const content: ContentRef = { blobId: 'b', size: 4, sha256: 'aa', segments: [{ blobId: 'b', size: 4 }] }
const stored = (over: Partial<DriveItem> = {}): ManifestRow => ({ ...rowOf(item(over)), content })
const native = {
  mimeType: 'application/vnd.google-apps.document',
  sha256Checksum: undefined,
  md5Checksum: undefined,
  headRevisionId: undefined,
}
/** `exactOptionalPropertyTypes`: a field that is undefined is a field that Drive did not send. */
const without = (over: object): DriveItem => JSON.parse(JSON.stringify({ ...item(), ...over }))

test('an item that is as it was is unchanged', () => {
  expect(compare(rowOf(item()), stored()).verdict).toBe('unchanged')
})

test('a new file has to be fetched, and says how many bytes', () => {
  expect(compare(rowOf(item()), undefined)).toMatchObject({ verdict: 'pending', bytes: 4 })
})

test.for([
  ['rename', { name: 'other.txt' }],
  ['move', { parents: ['elsewhere'] }],
  ['trip to the trash', { trashed: true, explicitlyTrashed: true }],
] as const)('a %s keeps the stored content and costs no call', ([, change]) => {
  const compared = compare(rowOf(item({ ...change, version: '8' })), stored())
  expect(compared).toMatchObject({ verdict: 'ready', row: { content } })
})

test('new content has to be fetched', () => {
  expect(compare(rowOf(item({ sha256Checksum: 'cc' })), stored())).toMatchObject({ verdict: 'pending' })
  expect(compare(rowOf(item({ sha256Checksum: 'cc' })), stored()).row.content).toBeUndefined()
})

test('without a SHA-256 the MD5 and the revision decide', () => {
  const before = { ...rowOf(without({ sha256Checksum: undefined })), content }
  expect(compare(rowOf(without({ sha256Checksum: undefined })), before).verdict).toBe('unchanged')
  expect(compare(rowOf(without({ sha256Checksum: undefined, headRevisionId: 'r2' })), before).verdict).toBe('pending')
})

test('a Google-native file is exported again only when it was modified', () => {
  const before = { ...rowOf(without(native)), content }
  expect(compare(rowOf(without({ ...native, name: 'renamed' })), before)).toMatchObject({ verdict: 'ready', row: { content } })
  expect(compare(rowOf(without({ ...native, modifiedTime: '2026-03-02T00:00:00Z' })), before).verdict).toBe('pending')
})

test('sharing is read only where there are direct grants', () => {
  expect(rowOf(item()).permissions).toEqual([])
  expect(compare(rowOf(item({ hasAugmentedPermissions: true })), stored())).toMatchObject({ verdict: 'pending', bytes: 0 })
})

test.for([
  ['noExportFormat', { ...native, mimeType: 'application/vnd.google-apps.form' }, 'metadata-only'],
  ['clientEncrypted', { clientEncryptionDetails: { encryptionState: 'encrypted' } }, 'metadata-only'],
  ['downloadForbidden', { capabilities: { canDownload: false } }, 'skipped'],
] as const)('what Drive rules out is written down as "%s" without a call', ([reason, over, status]) => {
  expect(compare(rowOf(without(over)), undefined)).toMatchObject({ verdict: 'ready', row: { outcome: { status, reason } } })
})

test('a folder is stored by being written down', () => {
  expect(compare(rowOf(without({ mimeType: 'application/vnd.google-apps.folder', size: undefined })), undefined).verdict).toBe('ready')
})

test('what a shortcut points at is looked up once, and again when it points elsewhere or pointed at nothing', () => {
  const to = (targetId: string) =>
    rowOf(without({ mimeType: 'application/vnd.google-apps.shortcut', size: undefined, shortcutDetails: { targetId } }))
  const dangling: ManifestRow = { ...to('x'), outcome: { status: 'metadata-only', reason: 'danglingShortcut' } }
  expect(compare(to('x'), undefined)).toMatchObject({ verdict: 'pending', bytes: 0, row: { shortcut: { targetId: 'x' } } })
  expect(compare(to('x'), to('x')).verdict).toBe('unchanged')
  expect(compare(to('y'), to('x')).verdict).toBe('pending')
  expect(compare(to('x'), dangling).verdict).toBe('pending')
})

test('comments are read when the task wants them and the file has another version, and kept otherwise', () => {
  const comments = [{ id: 'c1', content: 'Really?' }]
  expect(compare(rowOf(item()), stored(), true)).toMatchObject({ verdict: 'pending', bytes: 0, row: { content } })
  expect(compare(rowOf(item()), { ...stored(), comments }, true)).toMatchObject({ verdict: 'unchanged', row: { comments } })
  expect(compare(rowOf(item({ version: '8' })), { ...stored(), comments }, true)).toMatchObject({ verdict: 'pending', row: { content } })
  expect(compare(rowOf(item()), { ...stored(), comments }).row.comments).toBeUndefined()
})

test('an item whose folder was not seen stays so as long as it lies there', () => {
  const before: ManifestRow = { ...stored(), outcome: { status: 'stored', reason: 'parentUnseen' } }
  expect(compare(rowOf(item()), before).verdict).toBe('unchanged')
  expect(compare(rowOf(item({ parents: ['elsewhere'] })), before)).toMatchObject({
    verdict: 'ready',
    row: { outcome: { status: 'stored' } },
  })
})

test('a file whose download was forbidden before and is allowed now is fetched', () => {
  const before = rowOf(item({ capabilities: { canDownload: false } }))
  expect(compare(rowOf(item({ capabilities: { canDownload: true } })), before).verdict).toBe('pending')
})
