import { expect, test } from 'vitest'
import { GenerationTaken, IntegrityError, StoreUnavailable } from '../../activities/vault/index.ts'
import { Crashed, crashingStore } from './support/crashing-store.ts'
import { eventualStore } from './support/eventual-store.ts'
import { diskFull, planFaults, timedOut } from './support/fault-plan.ts'
import { all, backUp, contentsOf, memoryStore, openTestDrive } from './support/vaults.ts'

const body = Buffer.from('0123456789')
const keysOf = async (store: { list: ReturnType<typeof memoryStore>['list'] }) => (await all(store.list(''))).map(({ key }) => key)

test('a plan says which of its faults never came', async () => {
  const [met, unmet] = [{ on: 'create', nth: 1, error: diskFull } as const, { on: 'read', key: /none/, nth: 1, error: timedOut } as const]
  const { store, neverFired } = planFaults(memoryStore(), [met, unmet])
  await expect(store.create('k', body)).rejects.toBe(diskFull)
  await store.create('k', body)
  await store.read({ key: 'k' })
  expect(neverFired()).toEqual([unmet])
})

test('a fault counts only the calls of its keys, and may let the call have its effect', async () => {
  const disk = memoryStore()
  const { store } = planFaults(disk, [{ on: 'create', key: /^b/, nth: 2, lands: true, error: timedOut }])
  await store.create('b1', body)
  await store.create('a1', body)
  await expect(store.create('b2', body)).rejects.toBeInstanceOf(StoreUnavailable)
  expect(await keysOf(disk)).toEqual(['a1', 'b1', 'b2'])
})

test('P1 a read that brings less than was asked for, and does not say so, is never taken for the whole', async () => {
  const disk = memoryStore()
  await backUp(await openTestDrive(disk), 0, { a: Buffer.from('the bytes of a file') })
  for (const keep of [0, 1, 24, 40]) {
    const { store, neverFired } = planFaults(disk, [{ on: 'read', key: /packs/, nth: 2, cutTo: keep }])
    await expect(contentsOf(await openTestDrive(store), 1)).rejects.toBeInstanceOf(IntegrityError)
    expect(neverFired()).toEqual([])
  }
})

test('a slow call holds up its own caller and nobody else', async () => {
  const { promise, resolve } = Promise.withResolvers<void>()
  const { store } = planFaults(memoryStore(), [{ on: 'create', nth: 1, after: promise }])
  const slow = store.create('slow', body)
  await store.create('quick', body)
  expect(await keysOf(store)).toEqual(['quick'])
  resolve()
  await slow
  expect(await keysOf(store)).toEqual(['quick', 'slow'])
})

test('a crashed machine does nothing before its restart, and what it had begun never answers', async () => {
  const disk = memoryStore()
  const store = crashingStore(disk, 1, true)
  await store.create('a', body)
  await expect(store.create('b', body)).rejects.toBeInstanceOf(Crashed)
  await expect(store.read({ key: 'a' })).rejects.toBeInstanceOf(Crashed)
  expect(await keysOf(disk)).toEqual(['a', 'b'])
  store.restart({ at: 0, lands: false })
  await expect(store.remove({ key: 'a' })).rejects.toBeInstanceOf(Crashed)
  store.restart()
  await store.create('c', body)
  expect(await keysOf(store)).toEqual(['a', 'b', 'c'])
})

test('a listing that lags shows what was written, and hides what was removed, some calls later', async () => {
  const store = eventualStore(memoryStore(), 2)
  await store.create('a', body)
  expect(await keysOf(store)).toEqual([])
  await store.stat({ key: 'a' })
  await store.stat({ key: 'a' })
  expect(await keysOf(store)).toEqual(['a'])
  await store.remove({ key: 'a' })
  expect(await keysOf(store)).toEqual(['a'])
  store.lag(0)
  expect(await keysOf(store)).toEqual([])
})

test('P12 a listing that lags can only make a run lose its race: nothing is overwritten and nothing is lost', async () => {
  const disk = memoryStore()
  await backUp(await openTestDrive(disk), 0, { a: Buffer.from('one') })
  const store = eventualStore(disk)
  const drive = await openTestDrive(store)
  await backUp(drive, 1, { a: Buffer.from('two') })
  store.lag(1_000)
  const seen = (await drive.latestRoot())?.gen ?? 0
  expect(seen).toBe(1)
  await expect(backUp(drive, seen, { a: Buffer.from('three') }, 'late')).rejects.toBeInstanceOf(GenerationTaken)
  expect((await contentsOf(drive, 2)).a?.toString()).toBe('two')
})
