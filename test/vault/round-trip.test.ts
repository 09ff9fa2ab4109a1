import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { beforeEach, describe, expect, test } from 'vitest'
import { type DriveVault, InvalidInput } from '../../activities/vault/index.ts'
import { all, backUp, chunked, collect, contentsOf, memoryStore, noise, openTestDrive, request, row, stream } from './support/vaults.ts'

const mebibyte = 1 << 20
let drive: DriveVault

beforeEach(async () => {
  drive = await openTestDrive(memoryStore())
})

async function stored(bytes: Buffer, chunkBytes = 65_536, mimeType = 'text/plain') {
  const writer = await drive.writer('s')
  const content = await writer.putBlob(chunked(bytes, chunkBytes), { mimeType })
  const blobEntries = (await writer.flush()).flatMap(({ entries }) => entries)
  const root = await drive.commit(
    request({
      rows: stream([row('f', { content })]),
      blobEntries,
      parentGen: (await drive.latestRoot())?.gen ?? 0,
      sessionId: content.blobId,
    }),
  )
  return { content, snapshot: await drive.snapshot(root.gen), blobEntries }
}

const edges = [
  0,
  1,
  mebibyte - 1,
  mebibyte,
  mebibyte + 1,
  8 * mebibyte - 1,
  8 * mebibyte,
  8 * mebibyte + 1,
  20 * mebibyte,
  64 * mebibyte,
  64 * mebibyte + 1,
]

test.each(edges)('content of %i bytes comes back the same, with its digests', async (size) => {
  const bytes = noise(size, size)
  const { content, snapshot } = await stored(bytes)
  expect(content.size).toBe(size)
  expect(content.sha256).toBe(createHash('sha256').update(bytes).digest('hex'))
  expect(content.md5).toBe(createHash('md5').update(bytes).digest('hex'))
  expect((await collect(snapshot.readBlob(content))).equals(bytes)).toBe(true)
})

test('content of any size, in chunks of any size, of any compressibility, comes back the same', async () => {
  const cases = fc.record({
    size: fc.nat(3 * mebibyte),
    chunk: fc.integer({ min: 1000, max: 3 * mebibyte }),
    text: fc.boolean(),
    zip: fc.boolean(),
  })
  await fc.assert(
    fc.asyncProperty(cases, async ({ size, chunk, text, zip }) => {
      const bytes = text ? Buffer.alloc(size, 'to be or not to be, ') : noise(size, size)
      const { content, snapshot } = await stored(bytes, chunk, zip ? 'application/zip' : 'text/plain')
      expect((await collect(snapshot.readBlob(content))).equals(bytes)).toBe(true)
    }),
    { numRuns: 40 },
  )
})

test('any range of packed content and of an object is what lies there', async () => {
  for (const size of [3 * mebibyte + 17, 70 * mebibyte + 5]) {
    const bytes = noise(size, 'range')
    const { content, snapshot } = await stored(bytes)
    const bounds = [0, 1, mebibyte - 1, mebibyte, mebibyte + 1, 2 * mebibyte, size - 1, size]
    const pairs = [...bounds, 64 * mebibyte - 1, 64 * mebibyte + 1].flatMap((start) =>
      [start, start + 1, start + mebibyte, size].map((end) => [start, end] as const),
    )
    for (const [start, end] of pairs.filter(([start, end]) => start <= end && end <= size)) {
      expect((await collect(snapshot.readBlob(content, { start, end }))).equals(bytes.subarray(start, end))).toBe(true)
    }
  }
})

test('a range beyond the content is refused', async () => {
  const { content, snapshot } = await stored(Buffer.from('abc'))
  await expect(collect(snapshot.readBlob(content, { start: 2, end: 9 }))).rejects.toBeInstanceOf(InvalidInput)
})

test('equal content in one run is stored once', async () => {
  const writer = await drive.writer('s')
  const bytes = noise(9 * mebibyte, 1)
  const put = (part: Buffer) => writer.putBlob(chunked(part), { mimeType: 'text/plain' })
  const contents = [await put(bytes), await put(bytes), await put(bytes.subarray(0, 100)), await put(bytes.subarray(0, 100))]
  const containers = await writer.flush()
  expect(containers.flatMap(({ entries }) => entries)).toHaveLength(2)
  expect(new Set(contents.map(({ blobId }) => blobId)).size).toBe(2)
})

test('content that the vault holds already is not stored again', async () => {
  const { blobEntries } = await stored(Buffer.from('once'))
  const writer = await drive.writer('s2', { known: async (blobId) => blobEntries.find((entry) => entry.blobId === blobId) })
  await writer.putBlob(chunked(Buffer.from('once')), { mimeType: 'text/plain' })
  expect(await writer.flush()).toEqual([])
})

test('blob ids of one content differ between drives', async () => {
  const store = memoryStore()
  const [one, two] = [await openTestDrive(store, 'one'), await openTestDrive(store, 'two')]
  const put = async (of: DriveVault) => {
    const writer = await of.writer('s')
    return (await writer.putBlob(chunked(Buffer.from('x')), { mimeType: 'a/b' })).blobId
  }
  expect(await put(one)).not.toBe(await put(two))
})

describe('a writer', () => {
  test('takes many contents at once, and all come back', async () => {
    const files = Object.fromEntries(Array.from({ length: 60 }, (_, n) => [`f${n}`, noise((n * 977_777) % (11 * mebibyte), n)]))
    const writer = await drive.writer('s')
    const contents = await Promise.all(
      Object.entries(files).map(async ([id, bytes]) =>
        row(id, { content: await writer.putBlob(chunked(bytes), { mimeType: 'text/plain' }) }),
      ),
    )
    const blobEntries = (await writer.flush()).flatMap(({ entries }) => entries)
    await drive.commit(request({ rows: stream(contents.sort((a, b) => (a.id < b.id ? -1 : 1))), blobEntries }))
    const back = await contentsOf(drive, 1)
    for (const [id, bytes] of Object.entries(files)) expect(back[id]?.equals(bytes)).toBe(true)
  })

  test('goes on after a source that broke', async () => {
    const writer = await drive.writer('s')
    async function* broken() {
      yield noise(9 * mebibyte, 2)
      throw new RangeError('the download broke')
    }
    await expect(writer.putBlob(broken(), { mimeType: 'a/b' })).rejects.toThrow(new RangeError('the download broke'))
    await writer.putBlob(chunked(Buffer.from('fine')), { mimeType: 'a/b' })
    expect((await writer.flush()).flatMap(({ entries }) => entries)).toHaveLength(1)
  })

  test('lets go of a source that it does not read further', async () => {
    const store = memoryStore()
    store.createFrom = () => Promise.reject(new RangeError('no store'))
    const writer = await (await openTestDrive(store)).writer('s')
    let closed = false
    async function* endless() {
      try {
        for (;;) yield Buffer.alloc(mebibyte)
      } finally {
        closed = true
      }
    }
    await expect(writer.putBlob(endless(), { mimeType: 'a/b' })).rejects.toThrow(new RangeError('no store'))
    expect(closed).toBe(true)
  })

  test('gives its blobs back at each flush once', async () => {
    const writer = await drive.writer('s')
    await writer.putBlob(chunked(Buffer.from('one')), { mimeType: 'a/b' })
    expect(await writer.flush()).toHaveLength(1)
    expect(await writer.flush()).toHaveLength(0)
    await writer.putBlob(chunked(Buffer.from('two')), { mimeType: 'a/b' })
    expect((await writer.flush()).flatMap(({ entries }) => entries)).toHaveLength(1)
  })

  test('reports a failed upload of a pack at the flush', async () => {
    const store = memoryStore()
    const writer = await (await openTestDrive(store)).writer('s')
    store.create = () => Promise.reject(new RangeError('no store'))
    await writer.putBlob(chunked(Buffer.from('one')), { mimeType: 'a/b' })
    await expect(writer.flush()).rejects.toThrow(new RangeError('no store'))
  })
})

test('snapshots keep what they had when later ones change, add and remove', async () => {
  await backUp(drive, 0, { a: Buffer.from('a1'), b: Buffer.from('b1') })
  await backUp(drive, 1, { b: Buffer.from('b2'), c: Buffer.from('c2') })
  await drive.commit(request({ sessionId: 'run-3', parentGen: 2, rows: stream([{ id: 'a', removed: true as const }]) }))
  const words = async (gen: number) =>
    Object.fromEntries(Object.entries(await contentsOf(drive, gen)).map(([id, bytes]) => [id, bytes.toString()]))
  expect(await words(1)).toEqual({ a: 'a1', b: 'b1' })
  expect(await words(2)).toEqual({ a: 'a1', b: 'b2', c: 'c2' })
  expect(await words(3)).toEqual({ b: 'b2', c: 'c2' })
  expect((await all(drive.roots())).map(({ gen }) => gen)).toEqual([1, 2, 3])
})
