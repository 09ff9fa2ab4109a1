import { existsSync } from 'node:fs'
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { beforeAll, expect, test } from 'vitest'
import { GenerationTaken, InvalidInput, type ObjectStore, StoreUnavailable } from '../../activities/vault/index.ts'
import { proveConditionalCreate } from '../../activities/vault/store/conditional-create.ts'
import { type OpenStoreOptions, openStore } from '../../activities/vault/store/open-store.ts'
import { freePort } from '../../bot/local/processes/ports.ts'
import { systemClock } from '../../db/kit/clock.ts'
import { newId, systemRandom } from '../../db/kit/random.ts'
import { type TestS3, testS3 } from '../support/servers/s3.ts'
import { all, backUp, contentsOf, memoryStore, noise, openTestDrive } from './support/vaults.ts'

let s3: TestS3
beforeAll(async () => {
  s3 = await testS3()
})

const clock = { ...systemClock, sleep: async () => undefined }
const at = (prefix: string, endpoint = s3.endpoint, bucket = s3.bucket) => `s3://${bucket}/${prefix}?endpoint=${endpoint}`
type Surroundings = OpenStoreOptions['surroundings']
const open = (
  location: string,
  s3Surroundings: Surroundings['s3'] = { credentials: s3.credentials },
  over: Partial<OpenStoreOptions> = {},
) => openStore(location, { clock, random: systemRandom, surroundings: { s3: s3Surroundings, azure: {}, gcs: {} }, ...over })
const vault = () => newId(systemRandom, 'vault')

test('PRE-01 a backup into a bucket is read back from there by a newcomer, small and large files alike', async () => {
  const prefix = vault()
  const files = { a: Buffer.from('one'), b: noise(300_000, 'b'), c: noise(20 << 20, 'c') }
  await backUp(await openTestDrive(await open(at(prefix))), 0, files)
  const newcomer = await openTestDrive(await open(at(prefix)))
  const contents = await contentsOf(newcomer, 1)
  expect(Object.keys(contents)).toEqual(['a', 'b', 'c'])
  for (const [id, bytes] of Object.entries(files)) expect(contents[id]?.equals(bytes)).toBe(true)
})

test('P12 of two commits of one generation into a bucket exactly one wins, and the other hears GenerationTaken', async () => {
  const location = at(vault())
  const [one, two] = [await openTestDrive(await open(location)), await openTestDrive(await open(location))]
  await backUp(one, 0, { a: Buffer.from('a') })
  const results = await Promise.allSettled([
    backUp(one, 1, { a: Buffer.from('one') }, 'one'),
    backUp(two, 1, { a: Buffer.from('two') }, 'two'),
  ])
  expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
  expect(results.flatMap((result) => (result.status === 'rejected' ? [result.reason] : []))[0]).toBeInstanceOf(GenerationTaken)
  expect((await one.latestRoot())?.gen).toBe(2)
})

test('two vaults in one bucket do not see each other', async () => {
  const [one, two] = [await open(at('x')), await open(at('x/y'))]
  await one.create('k', Buffer.from('k'))
  expect((await all(two.list(''))).map(({ key }) => key)).toEqual(['probe/conditional-create'])
})

test.each([(path: string) => path, (path: string) => pathToFileURL(path).href])('a folder is opened by its path (%#)', async (write) => {
  const path = join(await mkdtemp(join(tmpdir(), 'backstop-store-')), 'vault')
  const store = await open(write(path), {})
  expect(store.name).toBe(`folder ${path}`)
  await store.create('k', Buffer.from('k'))
})

test('what is opened only to be read is not made, and nothing is written there', async () => {
  const path = join(await mkdtemp(join(tmpdir(), 'backstop-store-')), 'slip-of-the-pen')
  await expect(open(path, {}, { create: false })).rejects.toBeInstanceOf(StoreUnavailable)
  expect(existsSync(path)).toBe(false)
  const store = await open(at(vault()), undefined, { create: false })
  expect(await all(store.list(''))).toEqual([])
})

test('what is written is read back when the surroundings ask for it', async () => {
  const surroundings = { s3: {}, azure: {}, gcs: {}, readBack: true, limits: { requestsPerSecond: 1_000 } }
  const path = join(await mkdtemp(join(tmpdir(), 'backstop-store-')), 'vault')
  const store = await open(path, {}, { surroundings })
  await store.create('k', Buffer.from('k'))
  expect(Buffer.from(await store.read({ key: 'k' })).toString()).toBe('k')
})

test('a bucket needs an access key and a region', async () => {
  await expect(open(at('x'), {})).rejects.toThrow(
    new InvalidInput(`The bucket s3://${s3.bucket} needs an access key. Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.`),
  )
  await expect(open('s3://acme-backup')).rejects.toThrow(
    new InvalidInput('The bucket s3://acme-backup needs a region. Add ?region=… to its location, or set AWS_REGION.'),
  )
})

test.each([
  ['a bucket that is not there', () => open(at('x', s3.endpoint, 'not-there')), 'There is no such bucket'],
  ['a wrong key', () => open(at('x'), { credentials: { ...s3.credentials, secretAccessKey: 'wrong' } }), 'The access key may not do this'],
  ['nobody there', async () => open(at('x', `http://127.0.0.1:${await freePort()}`)), 'cannot be reached (ECONNREFUSED)'],
] as const)('%s is said when the store is opened', async (_, attempt, words) => {
  const failure = await attempt().catch((error) => error)
  expect(failure).toBeInstanceOf(StoreUnavailable)
  expect(failure.message).toContain(words)
})

test('P12 a store that overwrites is refused', async () => {
  const honest = memoryStore()
  const careless: ObjectStore = {
    ...honest,
    create: async (key, body) => {
      await honest.remove({ key })
      return honest.create(key, body)
    },
  }
  await proveConditionalCreate(honest)
  await proveConditionalCreate(honest)
  const failure = await proveConditionalCreate(careless).catch((error) => error)
  expect(failure).toBeInstanceOf(StoreUnavailable)
  expect(failure.message).toContain('The memory overwrites an object that it was asked not to overwrite')
})
