import { spawn } from 'node:child_process'
import { once as event } from 'node:events'
import { join } from 'node:path'
import { ListMultipartUploadsCommand, PutObjectCommand } from '@aws-sdk/client-s3'
import { beforeAll, expect, test } from 'vitest'
import { AlreadyExists, NotFound, type ObjectStore, StoreUnavailable } from '../../activities/vault/index.ts'
import { asWritten } from '../../activities/vault/store/as-written.ts'
import { partBytes } from '../../activities/vault/store/parts.ts'
import { mayPass, once, type Retry, retries } from '../../activities/vault/store/retry.ts'
import { retrying } from '../../activities/vault/store/retrying.ts'
import { s3Client } from '../../activities/vault/store/s3/client.ts'
import { s3Store } from '../../activities/vault/store/s3/s3-store.ts'
import { systemClock } from '../../db/kit/clock.ts'
import { newId, systemRandom } from '../../db/kit/random.ts'
import { faultProxy } from '../support/servers/fault-proxy.ts'
import { type TestS3, testS3 } from '../support/servers/s3.ts'
import { answer, conflict, disturb, hangUp, slowDown } from './support/disturbed-client.ts'
import { all, chunked, noise } from './support/vaults.ts'

let versioned: TestS3
let plain: TestS3
const large = noise(partBytes * 2 + 12_345, 'large')
const small = Buffer.from('small')

beforeAll(async () => {
  versioned = await testS3()
  plain = await testS3({ versioned: false })
})

const patient = retries({ clock: { ...systemClock, sleep: async () => undefined }, random: systemRandom })
type Over = { readonly retry?: Retry; readonly prefix?: string; readonly listsInByteOrder?: boolean }
const open = (at: TestS3, { retry = once, prefix = newId(systemRandom, 'vault'), listsInByteOrder = false }: Over = {}): ObjectStore =>
  s3Store({ ...at, prefix: `${prefix}/`, name: 'bucket s3://test', clock: systemClock, random: systemRandom, listsInByteOrder, retry })
const pour = (store: ObjectStore, key: string, bytes = large) => store.createFrom(key, chunked(bytes, 1 << 20))
const whole = async (store: ObjectStore, key: string) => Buffer.from(await store.read({ key }))
const unfinished = async (at: TestS3, prefix: string) =>
  (await at.client.send(new ListMultipartUploadsCommand({ Bucket: at.bucket, Prefix: prefix }))).Uploads ?? []

test('PRE-01 a large object goes up in parts and comes back whole and by range', async () => {
  const store = open(versioned)
  const sent = disturb(versioned.client, [])
  const ref = await pour(store, 'objs/x')
  expect(ref.sizeBytes).toBe(large.length)
  expect(sent.get('UploadPartCommand')).toBe(3)
  expect((await whole(store, 'objs/x')).equals(large)).toBe(true)
  const range = { start: partBytes - 5, end: partBytes + 5 }
  expect(Buffer.from(await store.read(ref, range))).toEqual(large.subarray(range.start, range.end))
})

// In a plain bucket: SeaweedFS 4.48 lets all of them through in a versioned one, where S3 lets one.
test('P12 of racing large creates exactly one succeeds', async () => {
  const store = open(plain)
  const bodies = [1, 2, 3].map((seed) => noise(partBytes + seed, seed))
  const results = await Promise.allSettled(bodies.map((bytes) => pour(store, 'objs/race', bytes)))
  expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
  const winner = results.findIndex(({ status }) => status === 'fulfilled')
  for (const result of results) if (result.status === 'rejected') expect(result.reason).toBeInstanceOf(AlreadyExists)
  expect((await whole(store, 'objs/race')).equals(bodies[winner] ?? small)).toBe(true)
})

test.each(['plain', 'versioned'] as const)(
  'a large create of a taken key in a %s bucket is refused, and its parts are given back',
  async (kind) => {
    const at = kind === 'plain' ? plain : versioned
    const prefix = newId(systemRandom, 'vault')
    const store = open(at, { prefix })
    await store.create('k', small)
    await expect(pour(store, 'k')).rejects.toBeInstanceOf(AlreadyExists)
    expect(await whole(store, 'k')).toEqual(small)
    expect(await unfinished(at, prefix)).toEqual([])
  },
)

test('a large stream that breaks leaves neither an object nor parts, and reports its own error', async () => {
  const prefix = newId(systemRandom, 'vault')
  const store = open(versioned, { prefix })
  async function* broken() {
    yield* chunked(large, 1 << 20)
    throw new RangeError('the download broke')
  }
  await expect(store.createFrom('k', broken())).rejects.toThrow(new RangeError('the download broke'))
  expect(await all(store.list(''))).toEqual([])
  expect(await unfinished(versioned, prefix)).toEqual([])
})

test('P12 a worker that is killed in the middle of a large upload leaves nothing visible, and the key is free', async () => {
  const prefix = newId(systemRandom, 'vault')
  const { endpoint, region, credentials, bucket } = versioned
  const module = (path: string) => JSON.stringify(new URL(`../../${path}`, import.meta.url).href)
  const code = `
    import { s3Client } from ${module('activities/vault/store/s3/client.ts')}
    import { s3Store } from ${module('activities/vault/store/s3/s3-store.ts')}
    import { systemClock as clock } from ${module('db/kit/clock.ts')}
    import { systemRandom as random } from ${module('db/kit/random.ts')}
    const client = s3Client(${JSON.stringify({ endpoint, region, credentials })})
    const place = { client, bucket: '${bucket}', prefix: '${prefix}/', name: 'bucket' }
    const store = s3Store({ ...place, abilities: { versions: true, retention: false }, clock, random, listsInByteOrder: false })
    async function* body() {
      yield Buffer.alloc(${partBytes})
      yield Buffer.alloc(1)
      yield Buffer.alloc(${partBytes})
      process.stdout.write('a part is there')
      await new Promise((resolve) => process.stdin.once('end', resolve).resume())
    }
    await store.createFrom('objs/k', body())`
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', '--input-type=module', '--eval', code], {
    cwd: join(import.meta.dirname, '..', '..'),
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  await event(child.stdout, 'data')
  child.kill('SIGKILL')
  await event(child, 'exit')
  const store = open(versioned, { prefix })
  expect(await unfinished(versioned, prefix)).toHaveLength(1)
  expect(await all(store.list(''))).toEqual([])
  await expect(store.read({ key: 'objs/k' })).rejects.toBeInstanceOf(NotFound)
  await store.create('objs/k', small)

  const minutesFromNow = (minutes: number) => new Date(systemClock.now().getTime() + minutes * 60_000)
  expect(await store.abortUnfinished(minutesFromNow(-5))).toBe(0)
  expect(await unfinished(versioned, prefix)).toHaveLength(1)
  expect(await store.abortUnfinished(minutesFromNow(5))).toBe(1)
  expect(await unfinished(versioned, prefix)).toEqual([])
  expect(await whole(store, 'objs/k')).toEqual(small)
})

test('a listing of more than one page is whole and in order, flat and folder by folder', async () => {
  const prefix = newId(systemRandom, 'vault')
  const keys = Array.from({ length: 1_005 }, (_, n) => `snap/${String(n).padStart(6, '0')}.root`)
  const store = open(plain, { prefix })
  for (let at = 0; at < keys.length; at += 67) await Promise.all(keys.slice(at, at + 67).map((key) => store.create(key, small)))
  for (const listsInByteOrder of [true, false]) {
    const listing = open(plain, { prefix, listsInByteOrder })
    const listed = async (within: string, startAfter = '') => (await all(listing.list(within, { startAfter }))).map(({ key }) => key)
    expect(await listed('')).toEqual(keys)
    expect(await listed('snap/', keys[2])).toEqual(keys.slice(3))
    expect(await listed('snap/0010', keys[1_000])).toEqual(keys.slice(1_001))
  }
})

test('P4 a listing of versions of more than one page is whole, also where a page ends within a key', async () => {
  const prefix = newId(systemRandom, 'vault')
  const keys = Array.from({ length: 15 }, (_, n) => `d/${String(n).padStart(2, '0')}/x`)
  const perKey = 70
  const ids = new Map<string, (string | undefined)[]>()
  for (let n = 0; n < perKey; n++)
    await Promise.all(
      keys.map(async (key) => {
        const put = new PutObjectCommand({ Bucket: versioned.bucket, Key: `${prefix}/${key}`, Body: `${n}` })
        ids.set(key, [(await versioned.client.send(put)).VersionId, ...(ids.get(key) ?? [])])
      }),
    )
  for (const listsInByteOrder of [true, false]) {
    const versions = await all(open(versioned, { prefix, listsInByteOrder }).listVersions('d/'))
    expect(versions).toHaveLength(keys.length * perKey)
    expect(versions.map(({ versionId }) => versionId)).toEqual(keys.flatMap((key) => ids.get(key)))
    expect(versions.filter(({ latest }) => latest).map(({ key }) => key)).toEqual(keys)
  }
  expect(Buffer.from(await asWritten(open(versioned, { prefix })).read({ key: keys[7] ?? '' })).toString()).toBe('0')
})

test('P12 a version is read by its id, also when something else lies under its key by now', async () => {
  const prefix = newId(systemRandom, 'vault')
  const store = open(versioned, { prefix })
  const ref = await store.create('k', small)
  expect(ref.versionId).toMatch(/./)
  await versioned.client.send(new PutObjectCommand({ Bucket: versioned.bucket, Key: `${prefix}/k`, Body: 'poison' }))
  expect(Buffer.from(await store.read(ref))).toEqual(small)
  expect(Buffer.from(await store.read(ref, { start: 1, end: 3 })).toString()).toBe('ma')
  expect(await store.stat(ref)).toMatchObject(ref)
  await store.remove({ key: 'k' })
  expect(Buffer.from(await store.read(ref))).toEqual(small)
  await store.remove(ref)
  await expect(store.read(ref)).rejects.toBeInstanceOf(NotFound)
  await expect(store.stat(ref)).rejects.toBeInstanceOf(NotFound)
})

test('P12 what is not answered in time is asked again, also when it had been done', async () => {
  const { endpoint } = await faultProxy(versioned.endpoint, [
    { on: /^PUT .*\/k/, nth: 1, answer: 'stall', lands: true },
    { on: /^GET .*\/k/, nth: 2, answer: 'stall' },
  ])
  const client = s3Client({ ...versioned, endpoint, idleMs: 1_000 })
  const store = retrying(open({ ...versioned, client }, { retry: patient }), patient)
  expect(await store.create('k', small)).toMatchObject({ key: 'k', sizeBytes: 5 })
  expect(await whole(store, 'k')).toEqual(small)
})

test('a large object is made once when the answer to its last request is lost', async () => {
  const store = open(versioned, { retry: patient })
  disturb(versioned.client, [{ command: 'CompleteMultipartUploadCommand', nth: 1, lands: true, error: hangUp }])
  const ref = await pour(store, 'k')
  expect(ref).toMatchObject({ sizeBytes: large.length, versionId: (await store.stat({ key: 'k' })).versionId })
})

test('a large object whose last answer is lost and whose key another writer holds is refused', async () => {
  const store = open(versioned, { retry: patient })
  await store.create('k', small)
  disturb(versioned.client, [{ command: 'CompleteMultipartUploadCommand', nth: 1, error: hangUp }])
  await expect(pour(store, 'k')).rejects.toBeInstanceOf(AlreadyExists)
})

test('single requests of a large upload are repeated, the stream is not', async () => {
  const store = open(versioned, { retry: patient })
  const sent = disturb(versioned.client, [
    { command: 'CreateMultipartUploadCommand', nth: 1, error: slowDown },
    { command: 'UploadPartCommand', nth: 2, error: slowDown },
    { command: 'UploadPartCommand', nth: 3, lands: true, error: hangUp },
    { command: 'CompleteMultipartUploadCommand', nth: 1, error: conflict },
  ])
  await pour(store, 'k')
  expect(sent.get('UploadPartCommand')).toBe(5)
  expect((await whole(store, 'k')).equals(large)).toBe(true)
})

test('a conflict is AlreadyExists when the other writer has won, and passing when nobody has yet', async () => {
  const store = open(versioned)
  await store.create('taken', small)
  disturb(
    versioned.client,
    [1, 2].map((nth) => ({ command: 'PutObjectCommand', nth, error: conflict })),
  )
  await expect(store.create('taken', small)).rejects.toBeInstanceOf(AlreadyExists)
  const failure = await store.create('free', small).catch((error) => error)
  expect(failure).toBeInstanceOf(StoreUnavailable)
  expect(mayPass(failure)).toBe(true)
})

test('bytes that were damaged on their way are not kept', async () => {
  const store = open(versioned)
  versioned.client.middlewareStack.add(
    (next) => async (args) => {
      Object.assign(args.input, { Body: Buffer.from('SMALL') })
      return next(args)
    },
    { step: 'initialize', name: 'damage' },
  )
  const failure = await store.create('k', small).catch((error) => error)
  versioned.client.middlewareStack.remove('damage')
  expect(failure).toBeInstanceOf(StoreUnavailable)
  expect(mayPass(failure)).toBe(true)
  await expect(store.read({ key: 'k' })).rejects.toBeInstanceOf(NotFound)
})

test.each([
  [503, 'SlowDown', 'answered 503 SlowDown', true],
  [500, 'InternalError', 'answered 500 InternalError', true],
  [403, 'AccessDenied', 'It needs s3:ListBucket', false],
  [403, 'ExpiredToken', 'AWS_SESSION_TOKEN', false],
  [403, 'RequestTimeTooSkewed', 'Set the clock', false],
  [301, 'PermanentRedirect', 'another region', false],
  [501, 'NotImplemented', 'If-None-Match', false],
  [507, 'Unknown', 'no room left', false],
])('the answer %i %s becomes a sentence, and passing or not', async (status, name, words, passing) => {
  disturb(versioned.client, [{ command: 'PutObjectCommand', nth: 1, error: answer(status, name) }])
  const failure = await open(versioned)
    .create('k', small)
    .catch((error) => error)
  expect(failure).toBeInstanceOf(StoreUnavailable)
  expect(failure.message).toContain(words)
  expect(mayPass(failure)).toBe(passing)
})

test('a bucket that is gone is not an empty one', async () => {
  const store = open({ ...versioned, bucket: 'not-there' })
  for (const work of [
    () => store.read({ key: 'k' }),
    () => store.stat({ key: 'k' }),
    () => all(store.list('')),
    () => store.create('k', small),
  ]) {
    const failure = await work().catch((error) => error)
    expect(failure).toBeInstanceOf(StoreUnavailable)
    expect(failure.message).toContain('There is no such bucket')
    expect(mayPass(failure)).toBe(false)
  }
})
