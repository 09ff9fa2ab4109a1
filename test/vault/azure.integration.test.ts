import { inspect } from 'node:util'
import { generateBlobSASQueryParameters, StorageSharedKeyCredential } from '@azure/storage-blob'
import { beforeAll, expect, test } from 'vitest'
import { AlreadyExists, InvalidInput, NotFound, Retained, StoreUnavailable } from '../../activities/vault/index.ts'
import { azureStore } from '../../activities/vault/store/azure/azure-store.ts'
import { azureContainer } from '../../activities/vault/store/azure/client.ts'
import { openStore } from '../../activities/vault/store/open-store.ts'
import { partBytes } from '../../activities/vault/store/parts.ts'
import { mayPass, once, type Retry, retries } from '../../activities/vault/store/retry.ts'
import { retrying } from '../../activities/vault/store/retrying.ts'
import type { StoreSurroundings } from '../../activities/vault/store/surroundings.ts'
import { systemClock } from '../../db/kit/clock.ts'
import { newId, systemRandom } from '../../db/kit/random.ts'
import { type TestAzure, testAzure } from '../support/servers/azure.ts'
import { faultProxy, type WireFault } from '../support/servers/fault-proxy.ts'
import { backUp, chunked, contentsOf, noise, openTestDrive } from './support/vaults.ts'

let azure: TestAzure
const large = noise(partBytes * 2 + 12_345, 'large')
const small = Buffer.from('small')
const refusal = (status: number, code: string) => ({ status, headers: { 'x-ms-error-code': code }, body: '' })
const busy = refusal(503, 'ServerBusy')

beforeAll(async () => {
  azure = await testAzure()
})

const clock = { ...systemClock, sleep: async () => undefined }
const patient = retries({ clock, random: systemRandom })

/** A store whose requests go by way of a proxy that spoils what `plan` says. */
async function rig(plan: readonly WireFault[], retry: Retry = once, timeoutMs = 20_000) {
  const prefix = `${newId(systemRandom, 'vault')}/`
  const proxy = await faultProxy(azure.endpoint, plan)
  const container = azureContainer({ ...azure, container: azure.containerName, endpoint: proxy.endpoint })
  const bare = azureStore({ container, prefix, name: 'container azure://test', timeoutMs, random: systemRandom, retry })
  return { store: retry === once ? bare : retrying(bare, retry), proxy, prefix }
}
const pour = (store: Awaited<ReturnType<typeof rig>>['store'], key: string, bytes = large) => store.createFrom(key, chunked(bytes, 1 << 20))
const put = /^PUT .*\/k(\?|$)/
const stage = /^PUT .*comp=block&/
const commit = /^PUT .*comp=blocklist/

const open = (location: string, surroundings: StoreSurroundings['azure'] = { credentials: azure.credentials }) =>
  openStore(location, { clock, random: systemRandom, surroundings: { s3: {}, azure: surroundings, gcs: {} } })
const at = (prefix: string, container = azure.containerName) => `azure://${azure.account}/${container}/${prefix}?endpoint=${azure.endpoint}`

test('PRE-01 a backup into an Azure container is read back from there by a newcomer, small and large files alike', async () => {
  const location = at(newId(systemRandom, 'vault'))
  const files = { a: Buffer.from('one'), b: noise(300_000, 'b'), c: noise(20 << 20, 'c') }
  await backUp(await openTestDrive(await open(location)), 0, files)
  const contents = await contentsOf(await openTestDrive(await open(location)), 1)
  for (const [id, bytes] of Object.entries(files)) expect(contents[id]?.equals(bytes)).toBe(true)
})

test('PRE-01 a token with rights on the container is enough, and one without the right to write is named', async () => {
  const token = (permissions: string) =>
    generateBlobSASQueryParameters(
      {
        containerName: azure.containerName,
        permissions: containerRights(permissions),
        expiresOn: new Date(systemClock.now().getTime() + 3_600_000),
      },
      new StorageSharedKeyCredential(azure.account, azure.credentials.accountKey),
    ).toString()
  const store = await open(at('token'), { credentials: { sasToken: token('rcwdl') } })
  await store.create('k', small)
  expect(Buffer.from(await store.read({ key: 'k' }))).toEqual(small)
  const failure = await open(at('token2'), { credentials: { sasToken: token('rl') } }).catch((error) => error)
  expect(inspect(failure, { depth: 9 })).not.toContain('sig=')
  expect(failure.message).toContain('A SAS token needs the rights read, create, write, delete and list')
  expect(mayPass(failure)).toBe(false)
})
const containerRights = (permissions: string) => ({ toString: () => permissions }) as never

test('what belongs to a container is asked for, and a wrong name or key is said when the store is opened', async () => {
  await expect(open(at('x'), {})).rejects.toThrow(
    new InvalidInput(
      `The container azure://${azure.account}/${azure.containerName} needs credentials. Set AZURE_STORAGE_KEY or AZURE_STORAGE_SAS_TOKEN.`,
    ),
  )
  await expect(open(at('x', 'not-there'))).rejects.toThrow('There is no such container')
  const wrong = { credentials: { accountKey: Buffer.from('wrong').toString('base64') } }
  await expect(open(at('x'), wrong)).rejects.toThrow('Check AZURE_STORAGE_KEY')
})

test('a large object goes up in blocks and comes back whole and by range', async () => {
  const { store, proxy } = await rig([])
  expect((await pour(store, 'objs/x')).sizeBytes).toBe(large.length)
  expect(proxy.count(stage)).toBe(3)
  expect(Buffer.from(await store.read({ key: 'objs/x' })).equals(large)).toBe(true)
  const range = { start: partBytes - 5, end: partBytes + 5 }
  expect(Buffer.from(await store.read({ key: 'objs/x' }, range))).toEqual(large.subarray(range.start, range.end))
})

test('P12 of racing large creates exactly one succeeds', async () => {
  const { store } = await rig([])
  const bodies = [1, 2, 3].map((seed) => noise(partBytes + seed, seed))
  const results = await Promise.allSettled(bodies.map((bytes) => pour(store, 'objs/race', bytes)))
  const winner = results.findIndex(({ status }) => status === 'fulfilled')
  expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
  for (const result of results) if (result.status === 'rejected') expect(result.reason).toBeInstanceOf(AlreadyExists)
  expect(Buffer.from(await store.read({ key: 'objs/race' })).equals(bodies[winner] ?? small)).toBe(true)
})

test('a large create of a taken key is refused, and what is there stays', async () => {
  const { store } = await rig([])
  await store.create('k', small)
  await expect(pour(store, 'k')).rejects.toBeInstanceOf(AlreadyExists)
  expect(Buffer.from(await store.read({ key: 'k' }))).toEqual(small)
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

test('P12 a large object is made once when single requests fail and the answer to the last one is lost', async () => {
  const { store, proxy } = await rig(
    [
      { on: stage, nth: 2, answer: busy },
      { on: stage, nth: 3, answer: 'hang up', lands: true },
      { on: commit, nth: 1, answer: 'hang up', lands: true },
    ],
    patient,
  )
  expect((await pour(store, 'k')).sizeBytes).toBe(large.length)
  expect(proxy.count(stage)).toBe(5)
  expect(Buffer.from(await store.read({ key: 'k' })).equals(large)).toBe(true)
})

test('a large object whose last answer is lost and whose key another writer holds is refused', async () => {
  const { store } = await rig([{ on: commit, nth: 1, answer: 'hang up' }], patient)
  await store.create('k', small)
  await expect(pour(store, 'k')).rejects.toBeInstanceOf(AlreadyExists)
})

test('P12 what is not answered in time is asked again, also when it had been done', async () => {
  const plan: WireFault[] = [
    { on: put, nth: 1, answer: 'stall', lands: true },
    { on: /^GET .*\/k/, nth: 2, answer: 'stall' },
  ]
  const { store } = await rig(plan, patient, 1_000)
  expect(await store.create('k', small)).toMatchObject({ key: 'k', sizeBytes: 5 })
  expect(Buffer.from(await store.read({ key: 'k' }))).toEqual(small)
})

test('an answer that is cut short is no object', async () => {
  const { store } = await rig(
    [{ on: /^GET .*\/k/, nth: 1, answer: { status: 200, headers: { 'content-length': '5' }, body: 'sm' } }],
    patient,
  )
  await store.create('k', small)
  expect(Buffer.from(await store.read({ key: 'k' }))).toEqual(small)
})

test.each([
  [503, 'ServerBusy', StoreUnavailable, 'answered 503 ServerBusy', true],
  [500, 'InternalError', StoreUnavailable, 'answered 500 InternalError', true],
  [409, 'ContainerBeingDeleted', StoreUnavailable, 'answered 409 ContainerBeingDeleted', true],
  [403, 'AuthenticationFailed', StoreUnavailable, 'Check AZURE_STORAGE_KEY', false],
  [403, 'AuthorizationFailure', StoreUnavailable, 'the network rules', false],
  [403, 'AuthorizationPermissionMismatch', StoreUnavailable, 'A SAS token needs the rights', false],
  [404, 'ContainerNotFound', StoreUnavailable, 'There is no such container', false],
  [409, 'BlobAlreadyExists', AlreadyExists, 'already has an object k', false],
  [412, 'ConditionNotMet', AlreadyExists, 'already has an object k', false],
] as const)('the answer %i %s becomes a sentence, and passing or not', async (status, code, type, words, passing) => {
  const { store } = await rig([{ on: put, nth: 1, answer: refusal(status, code) }])
  const failure = await store.create('k', small).catch((error) => error)
  expect(failure).toBeInstanceOf(type)
  expect(failure.message).toContain(words)
  expect(mayPass(failure)).toBe(passing)
})

test('P4 what the policy of a container protects is Retained, and a missing object is no missing container', async () => {
  const { store } = await rig([
    { on: /^DELETE/, nth: 1, answer: refusal(409, 'BlobImmutableDueToPolicy') },
    { on: /^HEAD/, nth: 1, answer: refusal(404, 'ContainerNotFound') },
  ])
  await store.create('k', small)
  await expect(store.remove({ key: 'k' })).rejects.toBeInstanceOf(Retained)
  await expect(store.stat({ key: 'k' })).rejects.toThrow('There is no such container')
  await expect(store.stat({ key: 'none' })).rejects.toBeInstanceOf(NotFound)
})
