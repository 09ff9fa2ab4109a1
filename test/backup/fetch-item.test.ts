import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { type FetchDeps, fetchItem } from '../../activities/backup/fetch-item.ts'
import { rowOf } from '../../activities/backup/row.ts'
import { DriveFailure, type DriveFailureType } from '../../activities/drive/failure-types.ts'
import type { DriveItem } from '../../activities/drive/resources.ts'
import type { DriveSource } from '../../activities/drive/source.ts'
import type { BlobWriter } from '../../activities/vault/index.ts'

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')
const item = (over: Partial<DriveItem> = {}): DriveItem => ({
  id: 'f1',
  name: 'plan.txt',
  mimeType: 'text/plain',
  parents: ['folder'],
  size: 3,
  sha256Checksum: sha256('one'),
  trashed: false,
  ...over,
})

/** A source of which only what a test gives can be asked; everything else fails it. */
function source(over: Partial<DriveSource>): DriveSource {
  const asked = (name: string) => () => Promise.reject(new Error(`${name} should not be asked.`))
  const methods = ['listDrives', 'drive', 'members', 'startPageToken', 'listItems', 'changes', 'grants', 'item', 'download', 'exportAs']
  return { ...(Object.fromEntries(methods.map((name) => [name, asked(name)])) as unknown as DriveSource), ...over }
}

/** A writer that only hashes. */
const writer: BlobWriter = {
  async putBlob(stream) {
    const text = Buffer.concat(await Array.fromAsync(stream)).toString()
    return { blobId: text, size: text.length, sha256: sha256(text), segments: [{ blobId: text, size: text.length }] }
  },
  flush: () => Promise.resolve([]),
}
const bytes = (text: string) => ({
  size: text.length,
  stream: (async function* () {
    yield Buffer.from(text)
  })(),
})
const nothing = () => undefined
/** What a shard gives to the fetching of an item; a test replaces what it is about. */
const deps = (over: Partial<FetchDeps>): FetchDeps => ({
  source: source({}),
  writer,
  known: nothing,
  before: nothing,
  resume: { begun: async () => [], note: async () => {}, forget: async () => {} },
  inDrive: () => true,
  confirmAccess: async () => {},
  wants: { withComments: false, fetchFlagged: false },
  ...over,
})
const refuses = (type: DriveFailureType) => () => Promise.reject(new DriveFailure(type, 'no'))

test('P10 content that matches Drive’s checksum is stored', async () => {
  const fetched = await fetchItem(deps({ source: source({ download: async () => bytes('one') }) }), rowOf(item()))
  expect(fetched).toMatchObject({ bytes: 3, row: { outcome: { status: 'stored' }, content: { sha256: sha256('one') } } })
})

test('content that the vault holds already is not fetched again', async () => {
  const held = { blobId: 'held', size: 3, sha256: sha256('one'), segments: [] }
  const fetched = await fetchItem(deps({ known: () => held }), rowOf(item()))
  expect(fetched).toMatchObject({ bytes: 0, row: { content: { blobId: 'held' } } })
})

test('a file that changes while it is read is read again, in its new version', async () => {
  const versions = ['two', 'two']
  const fetched = await fetchItem(
    deps({
      source: source({ download: async () => bytes(versions.shift() ?? ''), item: async () => item({ sha256Checksum: sha256('two') }) }),
    }),
    rowOf(item()),
  )
  expect(fetched.row).toMatchObject({ sha256Checksum: sha256('two'), outcome: { status: 'stored' } })
})

test('a file that never holds still fails with that reason, after three readings', async () => {
  let reading = 0
  const moving = source({
    download: async () => bytes(`v${reading++}`),
    item: async () => item({ sha256Checksum: sha256(`v${reading + 1}`) }),
  })
  const fetched = await fetchItem(deps({ source: moving }), rowOf(item()))
  expect(fetched.row?.outcome).toEqual({ status: 'failed', reason: 'keepsChanging' })
  expect(reading).toBe(3)
})

test.for([
  ['Abusive', 'skipped', 'abusive'],
  ['Blocked', 'skipped', 'downloadForbidden'],
  ['ExportTooLarge', 'metadata-only', 'exportTooLarge'],
  ['TransientProvider', 'failed', 'providerError'],
] as const)('the refusal %s becomes the outcome %s of this item alone', async ([type, status, reason]) => {
  const fetched = await fetchItem(deps({ source: source({ download: refuses(type) }) }), rowOf(item()))
  expect(fetched.row?.outcome).toEqual({ status, reason })
})

test.for(['GrantRevoked', 'QuotaExceeded', 'Unreachable', 'RateLimited'] as const)(
  'the refusal %s concerns more than this item and is thrown',
  async (type) => {
    const fetching = fetchItem(deps({ source: source({ download: refuses(type) }) }), rowOf(item()))
    await expect(fetching).rejects.toMatchObject({ name: 'DriveFailure', type })
  },
)

test('G8 a file that vanishes meanwhile leaves no row: the feed tells of it next time', async () => {
  const gone = source({ download: refuses('NotFound'), item: async () => undefined })
  expect((await fetchItem(deps({ source: gone }), rowOf(item()))).row).toBeNull()
})

test('a file that is there but whose content is not found fails, and is not called deleted', async () => {
  const odd = source({ download: refuses('NotFound'), item: async () => item() })
  expect((await fetchItem(deps({ source: odd }), rowOf(item()))).row?.outcome).toEqual({ status: 'failed', reason: 'notFound' })
})

test('a Google-native file is stored in the format that comes back best', async () => {
  const document = 'application/vnd.google-apps.document'
  let format = ''
  const exported = source({
    exportAs: async (_id, mimeType) => {
      format = mimeType
      return bytes('docx')
    },
  })
  const native = JSON.parse(JSON.stringify({ ...item(), mimeType: document, sha256Checksum: undefined })) as DriveItem
  const { row } = await fetchItem(deps({ source: exported }), rowOf(native))
  expect(row?.content?.exportMimeType).toBe(format)
  expect(format).toContain('wordprocessingml')
})
