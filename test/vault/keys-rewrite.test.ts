import { beforeEach, expect, test, vi } from 'vitest'
import { decodeHeader } from '../../activities/vault/format/header.ts'
import type { DriveVault, Kms, ObjectStore } from '../../activities/vault/index.ts'
import { newestKeyId, renewKey } from '../../activities/vault/keys/drive-keys.ts'
import { rewriteDrive } from '../../activities/vault/keys/rewrite.ts'
import { systemClock } from '../../db/kit/clock.ts'
import { systemRandom } from '../../db/kit/random.ts'
import { accountKey, keyDeps, openWith } from './support/keyrings.ts'
import { all, backUp, contentsOf, type MemoryStore, memoryStore, noise } from './support/vaults.ts'

vi.setConfig({ testTimeout: 60_000 })

let store: MemoryStore
let kms: Kms
const files = { a: Buffer.from('one'), b: noise(300_000, 'b'), c: Buffer.alloc(0), d: noise(200_000, 'd'), e: noise(200_000, 'd') }
const open = async (at: ObjectStore = store): Promise<DriveVault> => (await openWith(at, kms)).drive('d1')
const renew = () => renewKey({ ...keyDeps(store, kms), clock: systemClock, random: systemRandom }, 'd1')
const rewrite = async (drive: DriveVault, stepBytes = 1) =>
  rewriteDrive(drive, { keyId: (await newestKeyId(keyDeps(store, kms), 'd1')) ?? '', random: systemRandom, stepBytes })

beforeEach(async () => {
  store = memoryStore()
  kms = accountKey()
  await backUp(await open(), 0, files)
})

/** The keys of the objects that opening generation `gen` whole reads, by which data key each is under. */
async function keysRead(gen: number): Promise<Set<string>> {
  const read = new Set<string>()
  const watched: ObjectStore = {
    ...store,
    read: async (address, range) => {
      if (address.key.includes('/d/d1/')) read.add(address.key)
      return store.read(address, range)
    },
  }
  await contentsOf((await openWith(watched, kms)).drive('d1'), gen)
  const headers = [...read].filter((key) => !key.includes('/idx/')).map((key) => store.objects.get(key) ?? Buffer.alloc(0))
  return new Set(headers.map((bytes) => Buffer.from(bytes).subarray(8, 24).toString('hex')))
}

test('a renewed key is used for what is stored from then on, and what was stored before still opens', async () => {
  const second = await renew()
  expect(second.slice(24)).toBe('00000001')
  const drive = await open()
  const root = await backUp(drive, 1, { f: Buffer.from('new') })
  expect(
    decodeHeader('root', 'root', store.objects.get(`v1/t/acme/d/d1/snap/${'2'.padStart(16, '0')}.root`) ?? Buffer.alloc(0)).keyId,
  ).toBe(second)
  expect(await contentsOf(drive, root.gen)).toEqual({ ...files, f: Buffer.from('new') })
  expect(await contentsOf(drive, 1)).toEqual(files)
})

test('equal content has the same blob id under a renewed key, so it is not fetched or stored again', async () => {
  const before = await (await open()).snapshot(1)
  await renew()
  const drive = await open()
  await backUp(drive, 1, { g: files.a })
  const rows = await all((await drive.snapshot(2)).rows())
  expect(rows.find(({ id }) => id === 'g')?.content?.blobId).toBe((await before.row('a'))?.content?.blobId)
})

test('a running process takes up a renewed key within ten minutes', async () => {
  let now = Date.parse('2026-03-01T00:00:00Z')
  const clock = { ...systemClock, now: () => new Date(now) }
  const { openVault } = await import('../../activities/vault/index.ts')
  const drive = (await openVault({ store, kms, accountId: 'acme', clock, random: systemRandom })).drive('d1')
  await backUp(drive, 1, { b: Buffer.from('x') })
  const second = await renew()
  now += 11 * 60_000
  await backUp(drive, 2, { b: Buffer.from('y') })
  expect(await keyOfRoot(3)).toBe(second)
})

const keyOfRoot = async (gen: number) =>
  Buffer.from(store.objects.get(`v1/t/acme/d/d1/snap/${String(gen).padStart(16, '0')}.root`) ?? [])
    .subarray(8, 24)
    .toString('hex')

test('after a rewrite nothing of the newest state needs the old key, and its state is the same', async () => {
  const hash = await (await (await open()).snapshot(1)).stateHash()
  const second = await renew()
  const drive = await open()
  const done = await rewrite(drive)
  expect(done).toMatchObject({ items: 3, bytes: 3 + 300_000 + 200_000 })
  const gen = done?.gen ?? 0
  expect(await keysRead(gen)).toEqual(new Set([second]))
  expect(await contentsOf(drive, gen)).toEqual(files)
  expect(await (await drive.snapshot(gen)).stateHash()).toBe(hash)
  expect(await contentsOf(drive, 1)).toEqual(files)
})

test('a drive that was opened before the renewal is not rewritten under the old key by mistake', async () => {
  const drive = await open()
  await drive.writer('opens the key')
  await renew()
  await expect(rewrite(drive)).rejects.toThrow('was opened before its key was renewed')
  expect((await drive.latestRoot())?.gen).toBe(1)
})

test('content that is an object of its own is stored anew too', async () => {
  await backUp(await open(), 1, { large: noise(9 << 20, 'large') })
  const second = await renew()
  const done = await rewrite(await open())
  expect(done).toMatchObject({ items: 4 })
  expect(await keysRead(done?.gen ?? 0)).toEqual(new Set([second]))
})

test('a rewrite makes no snapshot that people would see, and repeated it does nothing', async () => {
  await renew()
  const drive = await open()
  await rewrite(drive)
  expect((await all(drive.roots())).map(({ gen }) => gen)).toEqual([1])
  expect((await drive.latestSnapshot())?.gen).toBe(1)
  const before = [...store.objects.keys()]
  expect(await rewrite(drive)).toMatchObject({ items: 0, bytes: 0 })
  expect([...store.objects.keys()]).toEqual(before)
})

test('a rewrite that was killed goes on where it was', async () => {
  await renew()
  let roots = 0
  const create: ObjectStore['create'] = async (key, body) => {
    if (key.endsWith('.root') && ++roots > 2) throw new Error('killed')
    return store.create(key, body)
  }
  await expect(rewrite(await open({ ...store, create }))).rejects.toThrow('killed')
  const drive = await open()
  const done = await rewrite(drive)
  expect(done?.items).toBeLessThan(3)
  expect(await contentsOf(drive, done?.gen ?? 0)).toEqual(files)
  expect((await keysRead(done?.gen ?? 0)).size).toBe(1)
})

test('a backup that commits in the middle of a rewrite loses nothing', async () => {
  await renew()
  let raced = false
  const create: ObjectStore['create'] = async (key, body) => {
    if (key.endsWith('.root') && !raced) {
      raced = true
      await backUp(await open(), 1, { z: Buffer.from('from the backup') })
    }
    return store.create(key, body)
  }
  const drive = await open({ ...store, create })
  const done = await rewrite(drive)
  expect(await contentsOf(drive, done?.gen ?? 0)).toEqual({ ...files, z: Buffer.from('from the backup') })
  expect((await keysRead(done?.gen ?? 0)).size).toBe(1)
})
