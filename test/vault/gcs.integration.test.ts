import { generateKeyPairSync } from 'node:crypto'
import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inspect } from 'node:util'
import { beforeAll, expect, test, vi } from 'vitest'
import { AlreadyExists, InvalidInput, NotFound, type ObjectStore, Retained, StoreUnavailable } from '../../activities/vault/index.ts'
import { asWritten } from '../../activities/vault/store/as-written.ts'
import { gcsBucket } from '../../activities/vault/store/gcs/client.ts'
import { gcsStore } from '../../activities/vault/store/gcs/gcs-store.ts'
import { md5 } from '../../activities/vault/store/gcs/upload.ts'
import { openStore } from '../../activities/vault/store/open-store.ts'
import { partBytes } from '../../activities/vault/store/parts.ts'
import { mayPass, once, type Retry, retries } from '../../activities/vault/store/retry.ts'
import { retrying } from '../../activities/vault/store/retrying.ts'
import { systemClock } from '../../db/kit/clock.ts'
import { newId, systemRandom } from '../../db/kit/random.ts'
import { faultProxy, type WireFault } from '../support/servers/fault-proxy.ts'
import { type TestGcs, testGcs } from '../support/servers/gcs.ts'
import { all, backUp, chunked, contentsOf, noise, openTestDrive } from './support/vaults.ts'

let gcs: TestGcs
const large = noise(partBytes * 2 + 12_345, 'large')
const small = Buffer.from('small')

beforeAll(async () => {
  gcs = await testGcs()
})

const clock = { ...systemClock, sleep: async () => undefined }
const patient = retries({ clock, random: systemRandom })
const refusal = (status: number, reason: string) => ({
  status,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify({ error: { code: status, message: reason, errors: [{ domain: 'global', reason, message: reason }] } }),
})
const busy = refusal(503, 'backendError')

/** A store whose requests go by way of a proxy that spoils what `plan` says. */
async function rig(plan: readonly WireFault[], retry: Retry = once, timeoutMs = 20_000) {
  const proxy = await faultProxy(gcs.endpoint, plan)
  const bucket = gcsBucket({ bucket: gcs.bucketName, endpoint: proxy.endpoint })
  const prefix = `${newId(systemRandom, 'vault')}/`
  const bare = gcsStore({ bucket, prefix, name: 'bucket gs://test', timeoutMs, versions: true, random: systemRandom, retry })
  return { store: retry === once ? bare : retrying(bare, retry), proxy, prefix }
}
const pour = (store: ObjectStore, key: string, bytes = large) => store.createFrom(key, chunked(bytes, 1 << 20))
const put = /^POST .*uploadType=multipart/
const begin = /^POST .*uploadType=resumable/
const chunk = /^(PUT|POST) .*upload_id=/

const open = (location: string, keyFile?: string) =>
  openStore(location, { clock, random: systemRandom, surroundings: { s3: {}, azure: {}, gcs: keyFile === undefined ? {} : { keyFile } } })
const at = (prefix: string, bucket = gcs.bucketName) => `gs://${bucket}/${prefix}?endpoint=${gcs.endpoint}`

test('PRE-01 a backup into a bucket of Google is read back from there by a newcomer, small and large files alike', async () => {
  const location = at(newId(systemRandom, 'vault'))
  const files = { a: Buffer.from('one'), b: noise(300_000, 'b'), c: noise(20 << 20, 'c') }
  await backUp(await openTestDrive(await open(location)), 0, files)
  const contents = await contentsOf(await openTestDrive(await open(location)), 1)
  for (const [id, bytes] of Object.entries(files)) expect(contents[id]?.equals(bytes)).toBe(true)
})

test('what belongs to a bucket is asked for, and a wrong name or key is said when the store is opened', async () => {
  await expect(open('gs://acme-backup')).rejects.toThrow(
    new InvalidInput(
      'The bucket gs://acme-backup needs a service account. Set GOOGLE_APPLICATION_CREDENTIALS to the path of its key file.',
    ),
  )
  await expect(open(at('x', 'not-there'))).rejects.toThrow('There is no such bucket')
  const file = join(await mkdtemp(join(tmpdir(), 'backstop-key-')), 'key.json')
  await expect(open(at('x'), file)).rejects.toThrow('is no key of a service account, or cannot be read')
  await writeFile(file, '{"private_key":"a secret"}')
  const failure = await open(at('x'), file).catch((error) => error)
  expect(failure).toBeInstanceOf(InvalidInput)
  expect(inspect(failure)).not.toContain('a secret')
})

test('a service account that Google does not accept is a refusal, and what it signed is not shown', async () => {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const credentials = { client_email: 'vault@acme.example', private_key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString() }
  const bucket = gcsBucket({ bucket: gcs.bucketName, endpoint: gcs.endpoint, credentials })
  // As Google's sign-in refuses: an error that holds the request, and in it what was signed.
  const refused = Object.assign(new Error('invalid_grant'), { status: 400, config: { data: 'assertion=secret' } })
  vi.spyOn(bucket, 'getFiles').mockRejectedValue(refused as never)
  const store = gcsStore({ bucket, prefix: '', name: 'bucket', versions: false, random: systemRandom })
  const failure = await all(store.list('')).catch((error) => error)
  expect(failure).toBeInstanceOf(StoreUnavailable)
  expect(failure.message).toContain('Google does not accept the service account')
  expect(mayPass(failure)).toBe(false)
  expect(inspect(failure, { depth: 9 })).not.toContain('secret')
})

test('P12 a version is read by its generation, also when something else lies under its key by now', async () => {
  const { store, prefix } = await rig([])
  const ref = await store.create('k', small)
  expect(ref.versionId).toMatch(/^[0-9]+$/)
  await gcs.bucket.file(`${prefix}k`).save('poison', { resumable: false })
  expect(Buffer.from(await store.read({ key: 'k' })).toString()).toBe('poison')
  expect(Buffer.from(await store.read(ref))).toEqual(small)
  expect(Buffer.from(await asWritten(store).read({ key: 'k' }))).toEqual(small)
  expect(await store.stat(ref)).toMatchObject(ref)
})

test('a large object goes up in parts and comes back whole and by range', async () => {
  const { store, proxy } = await rig([])
  const ref = await pour(store, 'objs/x')
  expect(ref.sizeBytes).toBe(large.length)
  expect(proxy.count(chunk)).toBe(3)
  expect(Buffer.from(await store.read(ref)).equals(large)).toBe(true)
  const range = { start: partBytes - 5, end: partBytes + 5 }
  expect(Buffer.from(await store.read(ref, range))).toEqual(large.subarray(range.start, range.end))
})

test('a large create of a taken key is refused, and what is there stays', async () => {
  const { store } = await rig([])
  await store.create('k', small)
  await expect(pour(store, 'k')).rejects.toBeInstanceOf(AlreadyExists)
  expect(Buffer.from(await store.read({ key: 'k' }))).toEqual(small)
})

test('a large stream that breaks leaves nothing and reports its own error', async () => {
  const { store } = await rig([])
  async function* broken() {
    yield* chunked(large, 1 << 20)
    throw new RangeError('the download broke')
  }
  await expect(store.createFrom('k', broken())).rejects.toThrow(new RangeError('the download broke'))
  expect(await all(store.list(''))).toEqual([])
})

test('P12 a create that fails in passing is repeated, and one whose answer was lost finds its own object', async () => {
  const { store } = await rig(
    [
      { on: put, nth: 1, answer: busy },
      { on: put, nth: 2, answer: 'hang up', lands: true },
    ],
    patient,
  )
  expect(await store.create('k', small)).toMatchObject({ key: 'k', sizeBytes: 5 })
})

test('P12 a large object is made once when single requests fail in passing', async () => {
  const { store, proxy } = await rig(
    [
      { on: begin, nth: 1, answer: busy },
      { on: chunk, nth: 2, answer: busy },
      { on: chunk, nth: 4, answer: 'hang up' },
    ],
    patient,
  )
  expect((await pour(store, 'k')).sizeBytes).toBe(large.length)
  expect([proxy.count(begin), proxy.count(chunk)]).toEqual([2, 5])
  expect(Buffer.from(await store.read({ key: 'k' })).equals(large)).toBe(true)
})

test('P12 a large object is made once when the answer to its last request is lost', async () => {
  const { store } = await rig([{ on: chunk, nth: 3, answer: 'hang up', lands: true }], patient)
  expect(await pour(store, 'k')).toMatchObject({ key: 'k', sizeBytes: large.length })
  expect(Buffer.from(await store.read({ key: 'k' })).equals(large)).toBe(true)
  expect(await all(store.listVersions('k'))).toHaveLength(1)
})

test('P12 what is not answered in time is asked again, also when it had been done', async () => {
  const media = /^GET .*alt=media/
  const plan: WireFault[] = [
    { on: put, nth: 1, answer: 'stall', lands: true },
    { on: media, nth: 2, answer: 'stall' },
  ]
  const { store } = await rig(plan, patient, 1_000)
  expect(await store.create('k', small)).toMatchObject({ key: 'k', sizeBytes: 5 })
  expect(Buffer.from(await store.read({ key: 'k' }))).toEqual(small)
})

test('an answer that is cut short or damaged is no object', async () => {
  const media = /^GET .*alt=media/
  const { store } = await rig(
    [
      { on: media, nth: 1, answer: { status: 200, headers: { 'content-length': '5' }, body: 'sm' } },
      { on: media, nth: 2, answer: { status: 200, headers: { 'x-goog-hash': `crc32c=AAAAAA==,md5=${md5(small)}` }, body: 'SMALL' } },
    ],
    patient,
  )
  await store.create('k', small)
  expect(Buffer.from(await store.read({ key: 'k' }))).toEqual(small)
})

test.each([
  [503, 'backendError', StoreUnavailable, 'answered 503 backendError', true],
  [429, 'rateLimitExceeded', StoreUnavailable, 'answered 429 rateLimitExceeded', true],
  [409, 'conflict', StoreUnavailable, 'answered 409 conflict', true],
  [401, 'authError', StoreUnavailable, 'Google does not accept the service account', false],
  [403, 'forbidden', StoreUnavailable, 'needs storage.objects.list, get, create and delete', false],
  [403, 'accountDisabled', StoreUnavailable, 'account is disabled', false],
  [412, 'conditionNotMet', AlreadyExists, 'already has an object k', false],
] as const)('the answer %i %s becomes a sentence, and passing or not', async (status, reason, type, words, passing) => {
  const { store } = await rig([{ on: put, nth: 1, answer: refusal(status, reason) }])
  const failure = await store.create('k', small).catch((error) => error)
  expect(failure).toBeInstanceOf(type)
  expect(failure.message).toContain(words)
  expect(mayPass(failure)).toBe(passing)
})

test('P4 what the policy of a bucket protects is Retained, and a bucket that is gone is not an empty one', async () => {
  const { store } = await rig([{ on: /^DELETE/, nth: 1, answer: refusal(403, 'retentionPolicyNotMet') }])
  await store.create('k', small)
  await expect(store.remove({ key: 'k' })).rejects.toBeInstanceOf(Retained)
  await expect(store.stat({ key: 'none' })).rejects.toBeInstanceOf(NotFound)
  const bucket = gcsBucket({ bucket: 'not-there', endpoint: gcs.endpoint })
  const gone = gcsStore({ bucket, prefix: '', name: 'bucket', versions: true, random: systemRandom })
  for (const work of [() => gone.read({ key: 'k' }), () => gone.stat({ key: 'k' }), () => gone.create('k', small)]) {
    await expect(work()).rejects.toThrow('There is no such bucket')
  }
})
