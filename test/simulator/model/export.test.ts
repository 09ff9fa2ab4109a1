import { expect, test } from 'vitest'
import { exportFormats, importFormats } from '../../../activities/drive/simulator/model/formats.ts'
import { textOf } from '../../../activities/drive/simulator/model/import-text.ts'
import { readZip } from '../../../activities/drive/simulator/model/zip.ts'
import { admin, bytes, docMime, media, person, practice, refusal } from './support.ts'

const google = 'application/vnd.google-apps.'
const world = () => practice({ profile: 'hostile', items: 300, drives: 1 })

/** A document that can be written in every format. */
async function withText(kind: string, text: string) {
  const scene = world()
  const from = { document: 'text/plain', spreadsheet: 'text/tab-separated-values' }[kind] ?? ''
  const made = scene.model.files.create(
    admin,
    { name: 'doc', mimeType: google + kind, parents: [scene.drive] },
    await media(scene.model, text, from),
  )
  return { ...scene, id: made.id }
}

const roundTrips = [
  ...(exportFormats[docMime] ?? [])
    .filter((mime) => mime in importFormats)
    .map((mime) => ['document', mime, 'First <line> & "more"\nSecond line with umlauts: \u00e4\u00f6\u00fc\nThird'] as const),
  ...(exportFormats[`${google}spreadsheet`] ?? [])
    .filter((mime) => mime in importFormats)
    .map((mime) => ['spreadsheet', mime, 'name\tamount\nA, "quoted" & <b>\t12.50\nC\t3'] as const),
]

test.each(roundTrips)('a %s exported as %s and imported again says the same', async (kind, mime, text) => {
  const { model, drive, id } = await withText(kind, text)
  const exported = await bytes((await model.files.export(admin, id, mime)).read())
  const again = model.files.create(
    admin,
    { name: 'again', mimeType: google + kind, parents: [drive] },
    { content: await model.content.put(once(exported)), mimeType: mime },
  )
  const plain = kind === 'document' ? 'text/markdown' : 'text/tab-separated-values'
  const lines = async (one: string) => String(await bytes((await model.files.export(admin, one, plain)).read())).split(/[\r\n]+/)
  const wanted = text.split('\n').join('|')
  const got = (await lines(again.id)).join('|')
  expect(got).toBe(`${wanted}|`)
})

async function* once(data: Buffer) {
  yield data
}

const everyFormat = Object.entries(exportFormats).flatMap(([type, targets]) =>
  type.endsWith('.vid') ? [] : targets.map((mime) => [type.slice(google.length), mime] as const),
)

test.each(everyFormat)('two exports of a %s as %s differ in bytes', async (kind, mime) => {
  const { model, clock, drive } = world()
  const [id = ''] = model.practice.findByName(drive, `Google ${kind}`)
  const take = async () => bytes((await model.files.export(admin, id, mime)).read())
  const first = await take()
  clock.advance(60_000)
  const second = await take()
  const textOnly = ['text/plain', 'text/csv', 'text/tab-separated-values', 'text/markdown'].includes(mime)
  expect(first.equals(second)).toBe(textOnly)
  const meaning = (data: Buffer) =>
    mime === 'application/pdf' || mime.endsWith('+json') || mime.endsWith('svg+xml') ? [] : textOf(data, mime)
  expect(meaning(first)).toEqual(meaning(second))
})

test('an exported docx carries the moment of its export in its entries and properties, not in its text', async () => {
  const { model, clock, drive } = world()
  const [id = ''] = model.practice.findByName(drive, 'Google document')
  const take = async () => bytes((await model.files.export(admin, id, exportFormats[docMime]?.[0] ?? '')).read())
  const first = await take()
  clock.advance(60_000)
  const second = await take()
  const [before, after] = [readZip(first), readZip(second)]
  const same = [...(before?.keys() ?? [])].filter((name) => after?.get(name)?.equals(before?.get(name) ?? Buffer.alloc(0)))
  expect(same).toContain('word/document.xml')
  expect(same).not.toContain('docProps/core.xml')
  // Bytes 10 to 13 of a local header are the entry's time and date.
  expect(second.readUInt16LE(10)).not.toBe(first.readUInt16LE(10))
})

test('an export over 10 MB is refused, and comes by files.download', async () => {
  const { model, drive } = world()
  const [id = ''] = model.practice.findByName(drive, 'too large to export')
  await expect(model.files.export(admin, id, 'text/plain')).rejects.toMatchObject({ code: 'exportSizeLimitExceeded', status: 403 })
  const started = model.files.download(admin, id, { mimeType: 'text/plain' })
  expect(started.done).toBe(false)
  expect(model.operations.get(admin, started.name).done).toBe(false)
  await expect(model.operations.content(admin, started.name)).rejects.toMatchObject({ code: 'operationNotFound' })
  expect(model.operations.get(admin, started.name)).toMatchObject({
    done: true,
    response: { downloadUri: `operations/${started.name}/content` },
  })
  expect((await model.operations.content(admin, started.name)).size).toBeGreaterThan(10 * 1024 * 1024)
})

test('an operation belongs to who started it and ends after a day', () => {
  const { model, clock, drive } = world()
  const [id = ''] = model.practice.findByName(drive, 'target.txt')
  const { name } = model.files.download(admin, id, {})
  expect(refusal(() => model.operations.get(person('oncall'), name))).toBe('operationNotFound')
  clock.advance(25 * 3_600_000)
  expect(refusal(() => model.operations.get(admin, name))).toBe('operationNotFound')
})

test('Google Vids come by files.download only; forms, sites and maps not at all', async () => {
  const { model, drive } = world()
  const id = (kind: string) => model.practice.findByName(drive, `Google ${kind}`)[0] ?? ''
  await expect(model.files.export(admin, id('vid'), 'video/mp4')).rejects.toMatchObject({ code: 'fileNotExportable' })
  expect(model.files.download(admin, id('vid'), { mimeType: 'video/mp4' }).name).toMatch(/./)
  for (const kind of ['form', 'site', 'map', 'jam']) {
    await expect(model.files.export(admin, id(kind), 'application/pdf')).rejects.toMatchObject({ code: 'fileNotExportable' })
    expect(refusal(() => model.files.download(admin, id(kind), {}))).toBe('fileNotDownloadable')
  }
})

test('a format that the document does not have is refused, and blobs are not exported', async () => {
  const { model, drive } = world()
  const id = (name: string) => model.practice.findByName(drive, name)[0] ?? ''
  await expect(model.files.export(admin, id('Google document'), 'text/csv')).rejects.toMatchObject({ code: 'conversionUnsupported' })
  await expect(model.files.export(admin, id('target.txt'), 'application/pdf')).rejects.toMatchObject({ code: 'fileNotExportable' })
})

test('an upload cannot be converted to what it is not, nor into an id made beforehand', async () => {
  const { model, drive } = world()
  const png = await media(model, 'png', 'image/png')
  expect(refusal(() => model.files.create(admin, { mimeType: docMime, parents: [drive] }, png))).toBe('conversionUnsupported')
  const [id = ''] = model.files.generateIds(admin, 1).ids
  const text = await media(model, 'text')
  expect(refusal(() => model.files.create(admin, { id, mimeType: docMime, parents: [drive] }, text))).toBe('fileIdNotUsable')
})
