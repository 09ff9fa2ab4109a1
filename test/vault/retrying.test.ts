import { expect, test } from 'vitest'
import { AlreadyExists, InvalidKey, type ObjectStore, StoreUnavailable } from '../../activities/vault/index.ts'
import { retries } from '../../activities/vault/store/retry.ts'
import { heldBytes, retrying } from '../../activities/vault/store/retrying.ts'
import { type Clock, systemClock } from '../../db/kit/clock.ts'
import { systemRandom } from '../../db/kit/random.ts'
import { type Fault, faultyStore } from './support/faulty-store.ts'
import { all, chunked, memoryStore, noise } from './support/vaults.ts'

const away = new StoreUnavailable('The store is away.')
const full = new StoreUnavailable('The disk is full.', { cause: Object.assign(new Error('full'), { code: 'ENOSPC' }) })
const body = Buffer.from('the body')

function rig(plan: readonly Fault[], over: { signal?: AbortSignal; fraction?: number; disk?: ObjectStore; sleep?: Clock['sleep'] } = {}) {
  const pauses: number[] = []
  const sleep = async (ms: number) => {
    pauses.push(ms)
  }
  const disk = over.disk ?? memoryStore()
  const clock = { ...systemClock, sleep: over.sleep ?? sleep }
  const random = { ...systemRandom, fraction: () => over.fraction ?? 1 }
  const retry = retries({ clock, random, ...(over.signal && { signal: over.signal }) })
  return { store: retrying(faultyStore(disk, plan), retry), disk, pauses }
}
const times = (count: number, fault: Omit<Fault, 'nth'>): Fault[] => Array.from({ length: count }, (_, n) => ({ ...fault, nth: n + 1 }))
const bytesAt = async (store: ObjectStore, key: string) => Buffer.from(await store.read({ key }))

test('a create that fails in passing is repeated', async () => {
  const { store, disk } = rig(times(3, { on: 'create', error: away }))
  expect(await store.create('k', body)).toMatchObject({ key: 'k', sizeBytes: 8 })
  expect(await bytesAt(disk, 'k')).toEqual(body)
})

test('P12 a create whose answer was lost finds its own object and succeeds', async () => {
  const { store } = rig([{ on: 'create', nth: 1, lands: true, error: away }])
  expect(await store.create('k', body)).toMatchObject({ key: 'k', sizeBytes: 8 })
})

test.each([
  ['of another size', 'not the body'],
  ['of the same size', 'THE BODY'],
])('P12 a repeated create that meets another object %s hears AlreadyExists', async (_, other) => {
  const disk = memoryStore()
  await disk.create('k', Buffer.from(other))
  const { store } = rig([{ on: 'create', nth: 1, error: away }], { disk })
  await expect(store.create('k', body)).rejects.toBeInstanceOf(AlreadyExists)
  expect((await bytesAt(disk, 'k')).toString()).toBe(other)
})

test('a first create that meets the same bytes hears AlreadyExists: they are somebody else’s', async () => {
  const disk = memoryStore()
  await disk.create('k', body)
  await expect(rig([], { disk }).store.create('k', body)).rejects.toBeInstanceOf(AlreadyExists)
})

test('a look at its own object that fails is repeated too', async () => {
  const { store } = rig([
    { on: 'create', nth: 1, lands: true, error: away },
    { on: 'stat', nth: 1, error: away },
    { on: 'read', nth: 1, error: away },
  ])
  expect(await store.create('k', body)).toMatchObject({ sizeBytes: 8 })
})

test('a short stream is pulled once and sent again', async () => {
  const { store, disk } = rig([
    { on: 'create', nth: 1, error: away },
    { on: 'create', nth: 2, lands: true, error: away },
  ])
  const bytes = noise(200_000, 'short')
  expect((await store.createFrom('s', chunked(bytes))).sizeBytes).toBe(bytes.length)
  expect((await bytesAt(disk, 's')).equals(bytes)).toBe(true)
})

test('a stream too long to hold goes through whole, and is not sent twice', async () => {
  const bytes = noise(heldBytes + 300_000, 'long')
  const { store, disk } = rig([])
  expect((await store.createFrom('s', chunked(bytes, 1 << 20))).sizeBytes).toBe(bytes.length)
  expect((await bytesAt(disk, 's')).equals(bytes)).toBe(true)
  const failing = rig([{ on: 'createFrom', nth: 1, error: away }])
  await expect(failing.store.createFrom('s', chunked(bytes, 1 << 20))).rejects.toBe(away)
})

test('a long stream is closed when the store gives up early', async () => {
  let closed = false
  async function* source() {
    try {
      for (;;) yield Buffer.alloc(1 << 20)
    } finally {
      closed = true
    }
  }
  const { store } = rig([{ on: 'createFrom', nth: 1, error: full }])
  await expect(store.createFrom('s', source())).rejects.toBe(full)
  expect(closed).toBe(true)
})

test('a key that cannot be one is refused before the stream is touched', async () => {
  async function* source() {
    yield Buffer.alloc(1)
    expect.unreachable('pulled')
  }
  await expect(rig([]).store.createFrom('../x', source())).rejects.toBeInstanceOf(InvalidKey)
})

test('read, stat and remove are repeated', async () => {
  const disk = memoryStore()
  await disk.create('k', body)
  const { store } = rig(
    (['read', 'stat', 'remove'] as const).flatMap((on) => times(2, { on, error: away })),
    { disk },
  )
  expect(await bytesAt(store, 'k')).toEqual(body)
  expect((await store.stat({ key: 'k' })).sizeBytes).toBe(8)
  await store.remove({ key: 'k' })
  expect(disk.objects.size).toBe(0)
})

test('a listing goes on where it broke, with nothing twice and nothing missing', async () => {
  const disk = memoryStore()
  const keys = Array.from({ length: 20 }, (_, n) => `k/${String(n).padStart(2, '0')}`)
  for (const key of keys) await disk.create(key, body)
  const { store } = rig(
    [1, 2, 9, 10, 20].map((nth) => ({ on: 'list' as const, nth, error: away })),
    { disk },
  )
  expect((await all(store.list('k/', { startAfter: 'k/03' }))).map(({ key }) => key)).toEqual(keys.slice(4))
})

test('the pauses double up to a limit, and the error of the last try is thrown', async () => {
  const { store, pauses } = rig(times(6, { on: 'read', error: away }))
  await expect(store.read({ key: 'k' })).rejects.toBe(away)
  expect(pauses).toEqual([400, 800, 1600, 3200, 6400])
})

test('the pauses are spread over their whole length', async () => {
  const { store, pauses } = rig(times(2, { on: 'read', error: away }), { fraction: 0.25 })
  await expect(store.read({ key: 'k' })).rejects.toThrow('There is no object k.')
  expect(pauses).toEqual([100, 200])
})

test('what a person must mend first is not repeated', async () => {
  const { store, pauses } = rig([{ on: 'create', nth: 1, error: full }])
  await expect(store.create('k', body)).rejects.toBe(full)
  expect(pauses).toEqual([])
})

test('a stop ends the waiting with what the store said', async () => {
  const stopping = new AbortController()
  const sleep: Clock['sleep'] = (ms, signal) => {
    const waiting = systemClock.sleep(ms, signal)
    stopping.abort()
    return waiting
  }
  const { store } = rig([{ on: 'read', nth: 1, error: away }], { signal: stopping.signal, sleep })
  await expect(store.read({ key: 'k' })).rejects.toBe(away)
})

test('after a stop nothing is tried again', async () => {
  const { store, pauses } = rig([{ on: 'read', nth: 1, error: away }], { signal: AbortSignal.abort() })
  await expect(store.read({ key: 'k' })).rejects.toBe(away)
  expect(pauses).toEqual([])
})

test.fails('a planned fault that never comes fails its test', async () => {
  await rig([{ on: 'remove', nth: 3, error: away }]).store.create('k', body)
})
