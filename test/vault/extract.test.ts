import { mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, expect, test } from 'vitest'
import { type ExtractRequest, extractDrive } from '../../activities/vault/extract/extract-drive.ts'
import { type DriveVault, InvalidInput, type ManifestRow, type Root } from '../../activities/vault/index.ts'
import { emptyFolder, filesIn, textOf } from './support/extracted.ts'
import { chunked, type MemoryStore, memoryStore, noise, openTestDrive, request, row, stream } from './support/vaults.ts'

const folderType = 'application/vnd.google-apps.folder'
const modifiedTime = '2026-02-03T04:05:06.789Z'
/** Two segments, each of which becomes an object. */
const big = noise((72 << 20) + 17, 'big')

/** A drive with one of everything. Small blobs share a pack, `big` is two objects. */
async function backUpAll(drive: DriveVault): Promise<Root> {
  const writer = await drive.writer('run-1')
  const put = async (bytes: Uint8Array) => writer.putBlob(chunked(bytes), { mimeType: 'text/plain', expectedSize: bytes.byteLength })
  const file = async (id: string, bytes: Uint8Array, over: Partial<ManifestRow> = {}) =>
    row(id, { modifiedTime, content: await put(bytes), ...over })
  const docx = 'application/vnd.openxmlformats-officedocument.wordprocessingml.document'
  const rows: ManifestRow[] = [
    await file('a1', Buffer.from('one'), { name: 'plan.txt', parentId: 'd1' }),
    await file('a2', Buffer.from('two'), { name: 'plan.txt', parentId: 'd1' }),
    await file('b1', big, { name: '../big.bin' }),
    await file('b2', Buffer.alloc(0), { name: 'empty' }),
    await file('c1', Buffer.from('exported'), { name: 'Minutes', mimeType: 'application/vnd.google-apps.document' }),
    await file('c2', Buffer.from('before'), { name: 'moving', outcome: { status: 'failed', reason: 'keepsChanging' } }),
    row('d1', { name: 'Reports', mimeType: folderType, modifiedTime }),
    row('e1', {
      name: 'Form',
      mimeType: 'application/vnd.google-apps.form',
      outcome: { status: 'metadata-only', reason: 'noExportFormat' },
    }),
    row('s1', { name: 'to plan', mimeType: 'application/vnd.google-apps.shortcut', shortcut: { targetId: 'a2' } }),
    await file('t1', Buffer.from('one'), { name: 'old\u2028.txt', parentId: 'd1', flags: { trashed: true } }),
  ].map((item) => (item.id === 'c1' && item.content ? { ...item, content: { ...item.content, exportMimeType: docx } } : item))
  const blobEntries = (await writer.flush()).flatMap(({ entries }) => entries)
  return drive.commit(request({ rows: stream(rows), blobEntries }))
}

const built = (async () => {
  const store = memoryStore()
  return { objects: store.objects, root: await backUpAll(await openTestDrive(store)) }
})()

let store: MemoryStore
let root: Root
let to: string
let warnings: string[]

beforeEach(async () => {
  const vault = await built
  store = memoryStore(new Map(vault.objects))
  ;({ root } = vault)
  to = join(emptyFolder(), 'drive')
  warnings = []
})

const keysLike = (pattern: RegExp) => [...store.objects.keys()].filter((key) => pattern.test(key)).sort()

async function extract(over: Partial<ExtractRequest> = {}) {
  const { reader } = await openTestDrive(store)
  const stop = new AbortController().signal
  return extractDrive({
    reader,
    root,
    folder: to,
    stop,
    warn: (message) => void warnings.push(message),
    progress: () => undefined,
    ...over,
  })
}

const expectedFiles = {
  files: null,
  'files/.._big.bin': textOf(big),
  'files/Minutes.docx': 'exported',
  'files/Reports': null,
  'files/Reports/plan.txt': 'one',
  'files/Reports/plan~ID.txt': 'two',
  'files/empty': '',
  'files/moving': 'before',
  'files/to plan.shortcut.json': expect.stringMatching(
    /^\{"shortcut":\{"targetId":"a2"\},"targetPath":"files\/Reports\/plan~[0-9a-f]{8}\.txt"\}\n$/,
  ),
  'metadata.jsonl': expect.any(String),
  'report.json': expect.any(String),
  'root.json': expect.any(String),
  trash: null,
  'trash/Reports': null,
  'trash/Reports/old_.txt': 'one',
}

/** The mark that makes a name unique, as a word. */
const plain = (files: Record<string, string | null>) =>
  Object.fromEntries(Object.entries(files).map(([path, text]) => [path.replace(/~[0-9a-f]{8}/, '~ID'), text]))

const metadata = () =>
  readFileSync(join(to, 'metadata.jsonl'), 'utf8')
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as { path?: string; failed?: string; skipped?: string; row: ManifestRow })

test('P10 everything in a snapshot is written: tree, times, descriptions and a report that adds up', async () => {
  const report = await extract()
  expect(plain(filesIn(to))).toEqual(expectedFiles)
  expect(report).toMatchObject({
    listed: 10,
    written: 9,
    alreadyThere: 0,
    skipped: { 'metadata-only:noExportFormat': 1 },
    failed: {},
    problems: [],
  })
  expect(report).toMatchObject({ renamed: 5, earlierVersions: 1, placesFrom: 'index', rootHash: root.hash })
  expect(JSON.parse(readFileSync(join(to, 'report.json'), 'utf8'))).toEqual(report)
  for (const path of ['files/Minutes.docx', 'files/Reports', 'trash/Reports/old_.txt'])
    expect(Math.round(statSync(join(to, path)).mtimeMs)).toBe(Date.parse(modifiedTime))
})

test('a line of metadata.jsonl holds the row as it is stored, and the path that was written or why there is none', async () => {
  await extract()
  const lines = metadata()
  const snapshot = await (await openTestDrive(store)).snapshot(1)
  expect(lines.map((line) => line.row)).toEqual(await Array.fromAsync(snapshot.rows()))
  expect(lines.find((line) => line.row.id === 'e1')).toMatchObject({ skipped: 'metadata-only:noExportFormat' })
  expect(lines.find((line) => line.row.id === 't1')?.path).toBe('trash/Reports/old_.txt')
  expect(JSON.parse(readFileSync(join(to, 'root.json'), 'utf8'))).toMatchObject({ gen: 1, drive: { name: 'Finance' } })
})

test('a second extraction into the same folder compares, writes only what is missing, and leaves the same behind', async () => {
  await extract()
  const before = filesIn(to)
  const inode = statSync(join(to, 'files/Minutes.docx')).ino
  const report = await extract()
  expect(report).toMatchObject({ written: 9, alreadyThere: 8, bytes: 0 })
  expect({ ...filesIn(to), 'report.json': '' }).toEqual({ ...before, 'report.json': '' })
  expect(statSync(join(to, 'files/Minutes.docx')).ino).toBe(inode)
})

test('an extraction that was stopped goes on where it was', async () => {
  const stop = new AbortController()
  await expect(
    extract({ stop: stop.signal, progress: ({ step }) => step === 'writing' && stop.abort(new Error('stopped')) }),
  ).rejects.toThrow('stopped')
  await extract()
  expect(plain(filesIn(to))).toEqual(expectedFiles)
})

test('a file that is there and differs is left as it is, and its item fails by name', async () => {
  mkdirSync(join(to, 'files/Reports'), { recursive: true })
  writeFileSync(join(to, 'files/Reports/plan.txt'), 'not mine')
  writeFileSync(join(to, 'files/Minutes.docx'), 'exported')
  const report = await extract()
  expect(report).toMatchObject({ written: 8, alreadyThere: 1, failed: { Blocked: 1 } })
  expect(report.failures).toMatchObject([
    { id: 'a1', path: 'files/Reports/plan.txt', detail: expect.stringContaining('another file is there') },
  ])
  expect(readFileSync(join(to, 'files/Reports/plan.txt'), 'utf8')).toBe('not mine')
  expect(metadata().find((line) => line.row.id === 'a1')).toMatchObject({ failed: 'Blocked' })
})

test('a symbolic link in the folder leads nowhere: what would go through it fails', async () => {
  const outside = emptyFolder()
  mkdirSync(join(to, 'files'), { recursive: true })
  symlinkSync(outside, join(to, 'files/Reports'))
  const report = await extract()
  expect(report.failed).toEqual({ Blocked: 3 })
  expect(filesIn(outside)).toEqual({})
})

test('P1 a damaged pack fails only the items in it, each by name, and all else is written', async () => {
  const pack = keysLike(/packs/)[0] ?? ''
  const bytes = Buffer.from(store.objects.get(pack) ?? [])
  bytes[80] = (bytes[80] ?? 0) ^ 1
  store.objects.set(pack, bytes)
  const report = await extract()
  expect(report).toMatchObject({ listed: 10, written: 7, failed: { IntegrityError: 2 } })
  expect(report.failures.map(({ id }) => id).sort()).toEqual(['a1', 't1'])
  expect(report.failures[0]?.detail).toContain(pack)
  expect(plain(filesIn(to))).not.toHaveProperty('files/Reports/plan.txt')
})

test('a lost object fails the item that needs it', async () => {
  for (const key of keysLike(/objs/)) store.objects.delete(key)
  expect(await extract()).toMatchObject({ written: 8, failed: { IntegrityError: 1 } })
})

test.each(['lost', 'damaged'])('with the index %s, the blobs are found by what packs and objects say of themselves', async (how) => {
  for (const key of keysLike(/idx/)) {
    if (how === 'lost') store.objects.delete(key)
    else store.objects.set(key, Buffer.from(store.objects.get(key) ?? []).fill(0, 100, 120))
  }
  const report = await extract()
  expect(report).toMatchObject({ written: 9, failed: {}, placesFrom: 'containers' })
  expect(report.problems).toEqual([expect.stringContaining('/idx/')])
  expect(warnings).toEqual(report.problems)
  expect(plain(filesIn(to))).toEqual(expectedFiles)
})

test('without index and with a damaged pack directory, only what cannot be found fails', async () => {
  for (const key of keysLike(/idx/)) store.objects.delete(key)
  const pack = keysLike(/packs/)[0] ?? ''
  store.objects.set(pack, Buffer.from(store.objects.get(pack) ?? []).subarray(0, -1))
  const report = await extract()
  expect(report.problems).toEqual([expect.stringContaining('/idx/'), expect.stringContaining(pack)])
  expect(report).toMatchObject({ written: 4, failed: { IntegrityError: 5 } })
})

test('parts of a snapshot may be taken one after the other; metadata.jsonl comes to hold them all', async () => {
  expect(await extract({ path: 'Reports' })).toMatchObject({ listed: 4, written: 4 })
  expect(await extract({ path: 'files/Minutes.docx' })).toMatchObject({ listed: 1, written: 1 })
  expect(metadata().map(({ row: { id } }) => id)).toEqual(['a1', 'a2', 'c1', 'd1', 't1'])
  await extract()
  expect(metadata()).toHaveLength(10)
})

test('a path at which nothing lies, and a folder that holds another snapshot, are refused', async () => {
  await expect(extract({ path: 'Rep' })).rejects.toThrow(InvalidInput)
  await extract()
  const drive = await openTestDrive(store)
  const next = await drive.commit(request({ sessionId: 'run-2', parentGen: 1, rows: stream([row('z9')]) }))
  await expect(extract({ root: next })).rejects.toThrow(/holds another snapshot.*Extract snapshot 2 into another folder/)
  expect(filesIn(to)).not.toHaveProperty(['.partial'])
})
