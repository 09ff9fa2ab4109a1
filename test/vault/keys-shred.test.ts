import { beforeEach, expect, test } from 'vitest'
import { type Kms, NotFound, type ObjectStore, openVault, Retained, Shredded } from '../../activities/vault/index.ts'
import { setRecoveryKey } from '../../activities/vault/keys/change-holders.ts'
import { renewKey } from '../../activities/vault/keys/drive-keys.ts'
import { purgeDrive } from '../../activities/vault/keys/purge.ts'
import { readReceipt } from '../../activities/vault/keys/receipt.ts'
import { shredDrive } from '../../activities/vault/keys/shred.ts'
import type { Clock } from '../../db/kit/clock.ts'
import { systemClock } from '../../db/kit/clock.ts'
import { systemRandom } from '../../db/kit/random.ts'
import { accountKey, keyDeps, openWith, recoveryKey, type TestRecovery } from './support/keyrings.ts'
import { backUp, contentsOf, type MemoryStore, memoryStore } from './support/vaults.ts'

let store: MemoryStore
let kms: Kms
let recovery: TestRecovery
const clock: Clock = { ...systemClock, now: () => new Date('2026-11-24T12:00:00Z') }
const scope = { accountId: 'acme', driveId: 'd1' }
const files = { a: Buffer.from('the plan'), b: Buffer.from('the figures') }
const shred = (at: ObjectStore = store, driveId = 'd1') => shredDrive({ ...keyDeps(at, kms), clock }, driveId)
const purge = (at: ObjectStore = store) => purgeDrive({ ...keyDeps(at, kms), clock }, 'd1')
const keysOf = (at: MemoryStore, tag: string) => [...at.objects.keys()].filter((key) => key.startsWith(`v1/t/acme/keys/${tag}`))
let tag: string

beforeEach(async () => {
  store = memoryStore()
  kms = accountKey()
  recovery = await recoveryKey()
  const vault = await openWith(store, kms)
  await backUp(vault.drive('d1'), 0, files)
  tag = [...store.objects.keys()].find((key) => key.includes('/keys/'))?.slice('v1/t/acme/keys/'.length, -'00000000.json'.length) ?? ''
  await backUp(vault.drive('d2'), 0, files)
  await setRecoveryKey(keyDeps(store, kms), recovery.public)
  await renewKey({ ...keyDeps(store, kms), clock, random: systemRandom }, 'd1')
  await backUp((await openWith(store, kms)).drive('d1'), 1, { c: Buffer.from('under the second key') })
})

test('after a shredding nothing of the drive opens, with the account key or the recovery key, and other drives are as before', async () => {
  expect(keysOf(store, tag)).toHaveLength(3)
  await shred()
  expect(keysOf(store, tag)).toEqual([])
  for (const holder of [kms, recovery.holder]) {
    const vault = await openWith(store, holder)
    for (const gen of [1, 2]) {
      await expect(contentsOf(vault.drive('d1'), gen)).rejects.toBeInstanceOf(Shredded)
      await expect(vault.drive('d1').root(gen)).rejects.toThrow('The backup of drive d1 was shredded on 2026-11-24')
    }
    await expect(vault.drive('d1').latestRoot()).rejects.toBeInstanceOf(Shredded)
    await expect(vault.drive('d1').reader.idKey()).rejects.toBeInstanceOf(Shredded)
    expect(await contentsOf(vault.drive('d2'), 1)).toEqual(files)
  }
})

test('no stored object holds a wrap of the destroyed keys afterwards: what is left of JSON is configurations, other drives and the receipt', async () => {
  await shred()
  const documents = [...store.objects].filter(([key]) => key.endsWith('.json'))
  for (const [key, body] of documents) {
    const text = Buffer.from(body).toString()
    if (key.includes('/keys/')) expect(text).toContain('"driveId":"d2"')
    else expect(key).toMatch(/\/(config\.|shred\/d1\.)/)
    // A receipt's wraps hold a digest, never a key.
    if (key.includes('/shred/')) for (const holder of [kms, recovery.holder]) expect(await secretLength(holder, text)).toBe(32)
  }
})

async function secretLength(holder: Kms, text: string): Promise<number> {
  const wraps = JSON.parse(text).wraps.map((wrap: { recipient: string; wrapped: string }) => ({
    ...wrap,
    wrapped: Buffer.from(wrap.wrapped, 'base64'),
  }))
  return (await holder.unwrap(wraps, { purpose: 'backstop shred receipt', ...scope })).byteLength
}

test('a process that runs on forgets the destroyed keys within ten minutes', async () => {
  let now = Date.parse('2026-11-24T12:00:00Z')
  const ticking: Clock = { ...systemClock, now: () => new Date(now) }
  const drive = (await openVault({ store, kms, accountId: 'acme', clock: ticking, random: systemRandom })).drive('d1')
  expect(await contentsOf(drive, 1)).toEqual(files)
  await shred()
  now += 10 * 60_000
  await expect(contentsOf(drive, 1)).rejects.toBeInstanceOf(Shredded)
  await expect(drive.writer('s')).rejects.toBeInstanceOf(Shredded)
})

test('the receipt says what was destroyed, when, and can be shown with either key', async () => {
  const receipt = await shred()
  expect(receipt).toEqual({
    ...scope,
    begun: '2026-11-24T12:00:00.000Z',
    finished: '2026-11-24T12:00:00.000Z',
    keyIds: [`${tag}00000000`, `${tag}00000001`],
    documents: 3,
    snapshots: 2,
    objects: [...store.objects.keys()].filter((key) => key.startsWith('v1/t/acme/d/d1/')).length,
    bytes: expect.any(Number),
  })
  for (const holder of [kms, recovery.holder]) {
    const { receipt: shown } = (await readReceipt(keyDeps(store, holder), scope)) ?? {}
    expect(shown).toMatchObject(receipt)
  }
})

test('a receipt that was changed, or that belongs to another drive, is not believed', async () => {
  await shred()
  const key = 'v1/t/acme/shred/d1.00000001.json'
  const text = Buffer.from(store.objects.get(key) ?? []).toString()
  for (const forged of [
    text.replace('"documents":3', '"documents":4'),
    text.replace('2026-11', '2025-11'),
    text.replace('"driveId":"d1"', '"driveId":"d2"'),
  ]) {
    expect(forged).not.toBe(text)
    store.objects.delete('v1/t/acme/shred/d1.json')
    store.objects.set(key, Buffer.from(forged))
    await expect(readReceipt(keyDeps(store, kms), scope)).rejects.toThrow(key)
  }
})

test('a shredded drive gets no new key', async () => {
  await shred()
  const drive = (await openWith(store, kms)).drive('d1')
  await expect(drive.writer('s')).rejects.toBeInstanceOf(Shredded)
  await expect(renewKey({ ...keyDeps(store, kms), clock, random: systemRandom }, 'd1')).rejects.toBeInstanceOf(Shredded)
  expect(keysOf(store, tag)).toEqual([])
})

test('a writer that makes the first key at the very moment of the shredding leaves none behind', async () => {
  const fresh = memoryStore()
  const vault = await openWith(fresh, kms)
  let raced = false
  const create: ObjectStore['create'] = async (key, body) => {
    // The other process sees this key made, destroys it, and its receipt is there before this one looks again.
    const made = await fresh.create(key, body)
    if (key.includes('/keys/') && !raced) {
      raced = true
      await shred(fresh)
      await fresh.create(key, body)
    }
    return made
  }
  expect(vault.accountId).toBe('acme')
  const racing = await openWith({ ...fresh, create }, kms)
  await expect(racing.drive('d1').writer('s')).rejects.toBeInstanceOf(Shredded)
  expect([...fresh.objects.keys()].filter((key) => key.includes('/keys/'))).toEqual([])
})

test('a shredding that was killed at any write or removal is finished by repeating it', async () => {
  let left = 0
  for (let died = true; died; left++) {
    const at = memoryStore(new Map(store.objects))
    let spent = 0
    died = false
    const spend = () => {
      died ||= spent++ >= left
      if (died) throw new Error('killed')
    }
    const dying: ObjectStore = {
      ...at,
      create: async (key, body) => {
        spend()
        return at.create(key, body)
      },
      remove: async (address) => {
        spend()
        return at.remove(address)
      },
    }
    await shred(dying).catch((error) => expect(error.message).toBe('killed'))
    expect(await shred(at)).toMatchObject({ keyIds: [`${tag}00000000`, `${tag}00000001`], documents: 3, finished: expect.any(String) })
    expect(keysOf(at, tag)).toEqual([])
    await expect(contentsOf((await openWith(at, recovery.holder)).drive('d1'), 1)).rejects.toBeInstanceOf(Shredded)
  }
  expect(left).toBe(6)
})

test('a key document that the store has locked is named, the others are gone, and the receipt stays unfinished', async () => {
  const locked = keysOf(store, tag)[0] ?? ''
  const remove: ObjectStore['remove'] = async (address) => {
    if (address.key === locked) throw new Retained(locked, new Date('2027-01-01T00:00:00Z'))
    return store.remove(address)
  }
  await expect(shred({ ...store, remove })).rejects.toThrow('is locked until 2027-01-01')
  expect(keysOf(store, tag)).toEqual([locked])
  expect((await readReceipt(keyDeps(store, kms), scope))?.receipt.finished).toBeUndefined()
  expect((await shred()).finished).toBe('2026-11-24T12:00:00.000Z')
})

test('a purge removes all objects of a shredded drive, says so in the receipt, and leaves the other drives alone', async () => {
  const objectsOf = (drive: string) => [...store.objects.keys()].filter((key) => key.startsWith(`v1/t/acme/d/${drive}/`))
  const [mine, others] = [objectsOf('d1').length, objectsOf('d2')]
  await expect(purge()).rejects.toThrow('The keys of drive d1 were not destroyed, so its backups are not removed.')
  expect(objectsOf('d1')).toHaveLength(mine)
  const shredded = await shred()
  expect(await purge()).toEqual({ receipt: { ...shredded, format: 1, purged: '2026-11-24T12:00:00.000Z' }, removed: mine, locked: 0 })
  expect(objectsOf('d1')).toEqual([])
  expect(objectsOf('d2')).toEqual(others)
  expect(await purge()).toMatchObject({ removed: 0, locked: 0 })
  expect((await readReceipt(keyDeps(store, recovery.holder), scope))?.receipt.purged).toBe('2026-11-24T12:00:00.000Z')
  expect(await contentsOf((await openWith(store, kms)).drive('d2'), 1)).toEqual(files)
})

test('a purged drive is not taken for one that was never backed up, nor for one whose history somebody took away', async () => {
  const vault = await openWith(store, kms)
  const head = await vault.drive('d1').audit()
  await shred()
  await purge()
  const drive = (await openWith(store, kms)).drive('d1')
  await expect(drive.latestRoot()).rejects.toBeInstanceOf(Shredded)
  await expect(drive.audit(head)).rejects.toBeInstanceOf(Shredded)
  await expect(backUp(drive, 0, files)).rejects.toBeInstanceOf(Shredded)
})

test('what is locked stays after a purge, is counted, and goes with the next one', async () => {
  await shred()
  const locked = [...store.objects.keys()].find((key) => key.includes('/d/d1/packs/')) ?? ''
  const remove: ObjectStore['remove'] = async (address) => {
    if (address.key === locked) throw new Retained(locked, undefined)
    return store.remove(address)
  }
  const first = await purge({ ...store, remove })
  expect([first.locked, first.receipt.purged]).toEqual([1, undefined])
  const second = await purge()
  expect([second.removed, second.receipt.purged]).toEqual([1, '2026-11-24T12:00:00.000Z'])
})

test('a drive of which there is nothing is not shredded', async () => {
  await expect(shred(store, 'd9')).rejects.toBeInstanceOf(NotFound)
  expect([...store.objects.keys()].filter((key) => key.includes('/shred/'))).toEqual([])
})
