import { createHash } from 'node:crypto'
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { folderContentStore } from '../../../activities/drive/simulator/model/content-folder.ts'
import { type ContentStore, emptyContent, memoryContentStore } from '../../../activities/drive/simulator/model/content-store.ts'
import { digestGenerated, generatedChunks } from '../../../activities/drive/simulator/model/generated-content.ts'
import { admin, bytes, dayMs, file, listAll, media, person, practice, refusal, upload } from './support.ts'

const mimes = ['text/plain', 'text/csv', 'application/pdf', 'image/png', 'application/octet-stream', 'application/zip'] as const
const sha256 = (data: Uint8Array) => createHash('sha256').update(data).digest('hex')

test('any range of a generated file is the same slice of the whole', () => {
  const content = fc.record({
    seed: fc.nat(),
    id: fc.string({ minLength: 1 }),
    revision: fc.nat(5),
    size: fc.nat(700_000),
    mime: fc.constantFrom(...mimes),
  })
  fc.assert(
    fc.property(content, fc.nat(), fc.nat(), (one, a, b) => {
      const [start, end] = [a % (one.size + 1), b % (one.size + 1)].sort((x, y) => x - y) as [number, number]
      const whole = Buffer.concat([...generatedChunks(one)])
      expect(whole.length).toBe(one.size)
      expect(Buffer.concat([...generatedChunks(one, start, end)]).equals(whole.subarray(start, end))).toBe(true)
    }),
    { numRuns: 60 },
  )
})

test('the end of a PDF can be fetched alone', () => {
  const one = { seed: 1, id: 'x', revision: 1, size: 5000, mime: 'application/pdf' }
  const whole = Buffer.concat([...generatedChunks(one)])
  for (const start of [4400, 4700, 4990]) expect(Buffer.concat([...generatedChunks(one, start)]).equals(whole.subarray(start))).toBe(true)
})

test.each(mimes)('two files, and two revisions of one, differ in their bytes: %s', (mime) => {
  const digests = Array.from({ length: 500 }, (_, n) =>
    digestGenerated({ seed: 1, id: `file-${n >> 1}`, revision: n & 1, size: 900, mime }),
  )
  expect(new Set(digests).size).toBe(500)
})

test('the checksums in a listing are those of the bytes', async () => {
  const { model, drive } = practice()
  const blobs = listAll(model, admin, drive).filter((one) => one.sha256Checksum !== undefined)
  expect(blobs.length).toBeGreaterThan(10)
  for (const one of blobs) {
    const data = await bytes(model.files.content(admin, one.id).read())
    expect([
      String(data.length),
      sha256(data),
      createHash('md5').update(data).digest('hex'),
      createHash('sha1').update(data).digest('hex'),
    ]).toEqual([one.size, one.sha256Checksum, one.md5Checksum, one.sha1Checksum])
  }
})

test('a generated PDF is a PDF whose cross references point at its objects', async () => {
  const { model, drive } = practice()
  const [id = ''] = model.practice.findByName(drive, 'Vendor contract.pdf')
  const text = (await bytes(model.files.content(admin, id).read())).toString('latin1')
  const xrefAt = Number(/startxref\n(\d+)\n%%EOF\n$/.exec(text)?.[1])
  expect(text.startsWith('%PDF-1.4\n')).toBe(true)
  expect(text.slice(xrefAt, xrefAt + 4)).toBe('xref')
  const offsets = Array.from(text.slice(xrefAt).matchAll(/^(\d{10}) 00000 n/gm), ([, digits]) => Number(digits))
  expect(offsets.map((at) => text.slice(at, at + 7))).toEqual(offsets.map((_, i) => `${i + 1} 0 obj`))
})

test('an upload is a new head revision with its own checksums, and the old head joins the past', async () => {
  const { model, clock, drive } = practice()
  const made = model.files.create(admin, { name: 'a.txt', parents: [drive] }, await media(model, 'first'))
  expect(made).toMatchObject({ size: '5', mimeType: 'text/plain', sha256Checksum: sha256(Buffer.from('first')) })
  const { id, headRevisionId: first } = made
  clock.advance(1000)
  const updated = model.files.update(person('oncall'), id, {}, {}, await media(model, 'second one'))
  expect(updated).toMatchObject({
    size: '10',
    modifiedTime: clock.now().toISOString(),
    lastModifyingUser: { emailAddress: 'oncall@practice.example' },
  })
  expect(model.revisions.list(admin, id, {}).revisions.map((one) => [one.id, one.size])).toEqual([
    [first, '5'],
    [updated.headRevisionId, '10'],
  ])
})

test('old revisions can be downloaded only when kept for ever, and are purged after 30 days', async () => {
  const { model, clock, drive } = practice()
  const { id, headRevisionId = '' } = model.files.create(admin, { name: 'a', parents: [drive] }, await media(model, 'first'))
  const second = model.files.update(admin, id, {}, {}, await media(model, 'second')).headRevisionId ?? ''
  model.files.update(admin, id, {}, {}, await media(model, 'third'))
  expect(refusal(() => model.files.content(admin, id, { revisionId: headRevisionId }))).toBe('revisionNotDownloadable')
  model.revisions.update(admin, id, headRevisionId, { keepForever: true })
  expect(String(await bytes(model.files.content(admin, id, { revisionId: headRevisionId }).read()))).toBe('first')
  clock.advance(31 * dayMs)
  expect(model.revisions.list(admin, id, {}).revisions.map((one) => one.keepForever)).toEqual([true, false])
  expect(refusal(() => model.revisions.get(admin, id, second))).toBe('revisionNotFound')
})

test('at most 100 past revisions stay that are not kept, and at most 200 are kept', async () => {
  const { model, drive } = practice()
  const { id } = model.files.create(admin, { name: 'a', parents: [drive] }, await media(model, 'x'))
  for (let n = 0; n < 150; n++) model.files.update(admin, id, {}, {}, await media(model, `loose ${n}`))
  expect(model.revisions.list(admin, id, { pageSize: 1000 }).revisions).toHaveLength(101)
  for (let n = 0; n < 200; n++) model.files.update(admin, id, {}, { keepRevisionForever: true }, await media(model, `kept ${n}`))
  const oldest = model.revisions.list(admin, id, {}).revisions.find((one) => !one.keepForever)
  expect(refusal(() => model.revisions.update(admin, id, oldest?.id ?? '', { keepForever: true }))).toBe('keepForeverLimit')
})

test('a revision can be deleted, the head cannot', async () => {
  const { model, drive } = practice()
  const { id, headRevisionId = '' } = model.files.create(admin, { name: 'a', parents: [drive] }, await media(model, 'x'))
  const head = model.files.update(admin, id, {}, {}, await media(model, 'y')).headRevisionId ?? ''
  model.revisions.delete(admin, id, headRevisionId)
  expect(model.revisions.list(admin, id, {}).revisions.map((one) => one.id)).toEqual([head])
  expect(refusal(() => model.revisions.delete(admin, id, head))).toBe('revisionDeletionNotSupported')
})

test('a copy of a generated file has the same bytes, also after its source changed', async () => {
  const { model, drive } = practice()
  const [source = ''] = model.practice.findByName(drive, 'Q3 plan')
  const before = await bytes(model.files.content(admin, source).read())
  const copy = model.files.copy(admin, model.files.copy(admin, source, {}).id, { name: 'again' })
  model.files.update(admin, source, {}, {}, await media(model, 'changed'))
  expect(copy).toMatchObject({ name: 'again', sha256Checksum: sha256(before), hasAugmentedPermissions: false })
  expect((await bytes(model.files.content(admin, copy.id).read())).equals(before)).toBe(true)
  expect(model.files.copy(admin, source, {}).sha256Checksum).toBe(sha256(Buffer.from('changed')))
})

test('abusive files come down only for organizers who acknowledge the risk', () => {
  const { model, drive } = practice({ profile: 'hostile', items: 300, drives: 1 })
  const [id = ''] = model.practice.findByName(drive, 'flagged as malware.exe')
  expect(refusal(() => model.files.content(admin, id))).toBe('cannotDownloadAbusiveFile')
  expect(refusal(() => model.files.content(person('oncall'), id, { acknowledgeAbuse: true }))).toBe('invalidAbuseAcknowledgment')
  expect(model.files.content(admin, id, { acknowledgeAbuse: true }).size).toBeGreaterThan(0)
})

test('folders, shortcuts and documents have no bytes to download', () => {
  const { model, drive } = practice({ profile: 'hostile', items: 300, drives: 1 })
  for (const name of ['Shared folder', 'dangling', 'Google document']) {
    const [id = ''] = model.practice.findByName(drive, name)
    expect(refusal(() => model.files.content(admin, id))).toBe('fileNotDownloadable')
    expect(model.files.get(admin, id)).toMatchObject({ sha256Checksum: undefined, headRevisionId: undefined })
  }
})

const stores: readonly (readonly [string, (folder: string) => ContentStore])[] = [
  ['in memory', () => memoryContentStore()],
  ['in a folder', (folder) => folderContentStore(folder)],
]

test.each(stores)('a content store %s keeps bytes by their hash, once, and reads ranges', async (_, make) => {
  const folder = mkdtempSync(join(tmpdir(), 'content-'))
  try {
    writeFileSync(join(folder, 'upload-1-1.tmp'), 'left by a killed process')
    const content = make(folder)
    const { model } = practice()
    const text = 'some content '.repeat(50_000)
    const chunked = async function* () {
      for (let at = 0; at < text.length; at += 10_000) yield Buffer.from(text.slice(at, at + 10_000))
    }
    const [first, second] = [await content.put(chunked()), await content.put(chunked())]
    expect(first).toEqual(second)
    expect(first).toEqual(await upload(model, text))
    expect(String(await bytes(content.read(first.sha256)))).toBe(text)
    expect(String(await bytes(content.read(first.sha256, { start: 299_990, end: 600_001 })))).toBe(text.slice(299_990, 600_001))
    expect((await bytes(content.read(first.sha256, { start: 5, end: 5 }))).length).toBe(0)
    expect(String(content.peek(first.sha256, 4))).toBe('some')
    await expect(bytes(content.read('0'.repeat(64)))).rejects.toThrow(/holds no uploaded content/)
    expect(readdirSync(folder).filter((name) => name.endsWith('.tmp')).length).toBeLessThanOrEqual(make === stores[0]?.[1] ? 1 : 0)
  } finally {
    rmSync(folder, { recursive: true })
  }
})

test('an upload that breaks off leaves nothing behind', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'content-'))
  try {
    const broken = async function* () {
      yield Buffer.from('half')
      throw new Error('connection lost')
    }
    await expect(folderContentStore(folder).put(broken())).rejects.toThrow('connection lost')
    expect(readdirSync(folder)).toEqual([emptyContent.sha256])
  } finally {
    rmSync(folder, { recursive: true })
  }
})

test('an empty file has size 0 and the checksums of nothing', async () => {
  const { model, drive } = practice()
  const id = file(model, admin, drive)
  expect(model.files.get(admin, id)).toMatchObject({ size: '0', sha256Checksum: sha256(Buffer.alloc(0)) })
  expect((await bytes(model.files.content(admin, id).read())).length).toBe(0)
})
