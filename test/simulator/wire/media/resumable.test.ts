import fc from 'fast-check'
import { expect, test } from 'vitest'
import { wireError } from '../../../../activities/drive/simulator/wire/http/errors.ts'
import { json } from '../../../../activities/drive/simulator/wire/http/exchange.ts'
import { createUploads } from '../../../../activities/drive/simulator/wire/media/resumable.ts'
import { chunked, countingRandom, memoryContent, standingClock } from '../../../support/wire.ts'

const unit = 256 * 1024
const bytes = Buffer.from(Array.from({ length: 3 * unit + 1_000 }, (_, at) => (at * 7 + (at >> 8)) % 256))

function setUp() {
  const clock = standingClock()
  const content = memoryContent()
  const uploads = createUploads(content, clock, countingRandom())
  let finished = 0
  const open = (total?: number) =>
    uploads.open((stored) => {
      finished += 1
      return json(stored)
    }, total)
  const put = (id: string, start: number, end: number, total: number | '*' = bytes.length) =>
    uploads.put(id, `bytes ${start}-${end - 1}/${total}`, chunked(bytes.subarray(start, end), 10_000))
  const ask = (id: string, total: number | '*' = bytes.length) => uploads.put(id, `bytes */${total}`, chunked(Buffer.alloc(0)))
  const kept = () => Promise.all(content.stored.map(({ sha256 }) => content.whole(sha256)))
  return { clock, kept, uploads, open, put, ask, finished: () => finished }
}

async function* breaking(body: Uint8Array): AsyncGenerator<Uint8Array> {
  yield* chunked(body, 10_000)
  throw Object.assign(new Error('aborted'), { code: 'ECONNRESET' })
}

test('chunks arrive one by one, and the last one makes the file', async () => {
  const { open, put, kept, finished } = setUp()
  const id = open()
  expect(await put(id, 0, unit)).toMatchObject({ status: 308, headers: { range: `bytes=0-${unit - 1}` } })
  expect(await put(id, unit, 3 * unit, '*')).toMatchObject({ status: 308, headers: { range: `bytes=0-${3 * unit - 1}` } })
  expect(await put(id, 3 * unit, bytes.length)).toMatchObject({ status: 200 })
  expect(await kept()).toEqual([bytes])
  expect(finished()).toBe(1)
})

test('a finished upload answers a repeated PUT and a question with the same answer', async () => {
  const { uploads, open, put, ask, finished } = setUp()
  const id = open(bytes.length)
  const first = await uploads.put(id, undefined, chunked(bytes))
  expect(first.status).toBe(200)
  expect(await put(id, 0, bytes.length)).toEqual(first)
  expect(await ask(id)).toEqual(first)
  expect(finished()).toBe(1)
})

test('after an interruption the session says what has arrived, in multiples of 256 KiB, and goes on from there', async () => {
  const { uploads, open, put, ask, kept } = setUp()
  const id = open(bytes.length)
  const broken = uploads.put(id, undefined, breaking(bytes.subarray(0, unit + 5_000)))
  await expect(broken).rejects.toMatchObject({ code: 'ECONNRESET' })
  expect(await ask(id)).toMatchObject({ status: 308, headers: { range: `bytes=0-${unit - 1}` } })
  await put(id, unit, bytes.length)
  expect(await kept()).toEqual([bytes])
})

test('before the first byte a question is answered without a range', async () => {
  const { open, ask } = setUp()
  expect(await ask(open(), '*')).toEqual({ status: 308, headers: { 'content-length': '0' } })
})

test('an empty file is made by a question with the size 0, or by an empty PUT', async () => {
  const { uploads, open, ask, kept } = setUp()
  expect(await ask(open(), 0)).toMatchObject({ status: 200 })
  expect(await uploads.put(open(), undefined, chunked(Buffer.alloc(0)))).toMatchObject({ status: 200 })
  expect(await kept()).toEqual([Buffer.alloc(0), Buffer.alloc(0)])
})

test.each([
  ['a chunk in the middle that is no multiple of 256 KiB', `bytes 0-999/${bytes.length}`, 1_000],
  ['a chunk that does not begin where the last ended', `bytes ${unit}-${2 * unit - 1}/${bytes.length}`, unit],
  ['fewer bytes than announced', `bytes 0-${unit - 1}/${bytes.length}`, 10],
  ['more bytes than announced', `bytes 0-${unit - 1}/${bytes.length}`, unit + 1],
  ['another size than was announced', `bytes 0-${unit - 1}/${unit + 5}`, unit],
  ['numbers that do not fit together', 'bytes 9-3/5', 5],
  ['a range that cannot be read', 'bytes=0-5', 5],
])('%s ends the session with 400', async (_, range, length) => {
  const { uploads, open } = setUp()
  const id = open(bytes.length)
  await expect(uploads.put(id, range, chunked(Buffer.alloc(length)))).rejects.toMatchObject({ status: 400, reason: 'badRequest' })
  await expect(uploads.put(id, undefined, chunked(bytes))).rejects.toMatchObject({ status: 404 })
})

test('a session lives for a week', async () => {
  const { clock, open, put, ask } = setUp()
  const id = open()
  await put(id, 0, unit)
  clock.advance(7 * 24 * 60 * 60_000 - 1)
  expect(await ask(id)).toMatchObject({ status: 308 })
  clock.advance(1)
  await expect(ask(id)).rejects.toMatchObject({ status: 410 })
})

test('a refusal by the model ends the session', async () => {
  const { uploads } = setUp()
  const id = uploads.open(() => {
    throw wireError(403, 'insufficientParentPermissions', 'no')
  }, 3)
  await expect(uploads.put(id, undefined, chunked(Buffer.from('abc')))).rejects.toMatchObject({ status: 403 })
  await expect(uploads.put(id, undefined, chunked(Buffer.from('abc')))).rejects.toMatchObject({ status: 404 })
})

test('a client that comes back while its old request still hangs goes on with the new one', async () => {
  const { uploads, open, put, ask, kept } = setUp()
  const id = open(bytes.length)
  const taken = Promise.withResolvers<void>()
  async function* hanging(): AsyncGenerator<Uint8Array> {
    yield bytes.subarray(0, unit)
    taken.resolve()
    await new Promise(() => undefined)
  }
  const old = uploads.put(id, undefined, hanging()).catch((error: unknown) => error)
  await taken.promise
  expect((await ask(id)).headers.range).toBe(`bytes=0-${unit - 1}`)
  expect(await old).toMatchObject({ message: 'The client began a new request for this upload.' })
  await put(id, unit, bytes.length)
  expect(await kept()).toEqual([bytes])
})

test('an upload cut anywhere, any number of times, stores exactly its bytes', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.integer({ min: 0, max: bytes.length - 1 }), { maxLength: 6 }), async (cuts) => {
      const { uploads, open, ask, kept } = setUp()
      const id = open(bytes.length)
      let at = 0
      for (const cut of cuts) {
        await uploads
          .put(id, `bytes ${at}-${bytes.length - 1}/${bytes.length}`, breaking(bytes.subarray(at, Math.max(at, cut))))
          .catch((e) => e)
        const range = (await ask(id)).headers.range
        at = range === undefined ? 0 : Number(range.split('-')[1]) + 1
      }
      await uploads.put(id, `bytes ${at}-${bytes.length - 1}/${bytes.length}`, chunked(bytes.subarray(at), 50_000))
      expect(await kept()).toEqual([bytes])
    }),
    { numRuns: 25 },
  )
})
