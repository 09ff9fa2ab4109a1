import { expect, test } from 'vitest'
import { IntegrityError, InvalidInput, NotFound, type ObjectStore } from '../../activities/vault/index.ts'
import { limited, type StoreLimits } from '../../activities/vault/store/limited.ts'
import { measured } from '../../activities/vault/store/measured.ts'
import { readBack } from '../../activities/vault/store/read-back.ts'
import { storeSurroundings } from '../../activities/vault/store/surroundings.ts'
import type { Clock } from '../../db/kit/clock.ts'
import { all, chunked, memoryStore, noise } from './support/vaults.ts'

/** A clock that moves only while somebody sleeps, or when it is told to. */
function handClock() {
  let nowMs = 1_000_000
  const clock: Clock = {
    now: () => new Date(nowMs),
    sleep: async (ms) => {
      nowMs += ms
    },
    every: () => () => undefined,
  }
  return { clock, move: (ms: number) => (nowMs += ms), elapsedMs: () => nowMs - 1_000_000 }
}

function limitedRig(limits: StoreLimits) {
  const { clock, move, elapsedMs } = handClock()
  return { store: limited(memoryStore(), limits, clock), move, elapsedMs }
}

test('a limited store makes so many requests a second and no more', async () => {
  const { store, elapsedMs } = limitedRig({ requestsPerSecond: 10 })
  await store.create('k', Buffer.from('k'))
  for (let n = 1; n < 100; n++) await store.stat({ key: 'k' })
  // The first second's worth was saved up; the rest takes its time.
  expect(elapsedMs()).toBeGreaterThanOrEqual(8_900)
  expect(elapsedMs()).toBeLessThanOrEqual(9_100)
})

test('a limited store sends and receives so many bytes a second and no more', async () => {
  const { store, elapsedMs } = limitedRig({ bytesPerSecond: 1_000_000 })
  const bytes = noise(4_000_000, 'x')
  await store.createFrom('k', chunked(bytes))
  expect(elapsedMs()).toBeGreaterThanOrEqual(2_900)
  const afterWriting = elapsedMs()
  await store.read({ key: 'k' })
  await store.read({ key: 'k' }, { start: 0, end: 1 })
  expect(elapsedMs() - afterWriting).toBeGreaterThanOrEqual(4_000)
})

test('a limited store that was idle may catch up for one second, and a clock that was set back stops nobody for long', async () => {
  const { store, move, elapsedMs } = limitedRig({ requestsPerSecond: 10 })
  await store.create('k', Buffer.from('k'))
  move(3_600_000)
  for (let n = 0; n < 10; n++) await store.stat({ key: 'k' })
  expect(elapsedMs()).toBe(3_600_000)
  move(-48 * 3_600_000)
  const before = elapsedMs()
  for (let n = 0; n < 2; n++) await store.stat({ key: 'k' })
  expect(elapsedMs() - before).toBeLessThanOrEqual(2 * 600_000)
})

test('a measured store tells calls, failures, bytes and latency by method', async () => {
  const { clock, move } = handClock()
  const slow: ObjectStore = {
    ...memoryStore(),
    read: async () => {
      move(200)
      return Buffer.alloc(7)
    },
    stat: async () => {
      throw new NotFound('gone')
    },
  }
  const { store, stats } = measured(slow, clock)
  await store.create('a', Buffer.from('12345'))
  for (let n = 0; n < 20; n++) await store.read({ key: 'a' })
  await expect(store.stat({ key: 'a' })).rejects.toBeInstanceOf(NotFound)
  await all(store.list(''))
  const { create, read, stat, list, remove } = stats()
  expect(create).toMatchObject({ calls: 1, failures: 0, bytes: 5 })
  expect(read).toMatchObject({ calls: 20, bytes: 140 })
  expect(read?.p50Ms).toBeGreaterThanOrEqual(200)
  expect(read?.p95Ms).toBeLessThanOrEqual(220)
  expect(stat).toMatchObject({ calls: 1, failures: 1 })
  expect(list?.calls).toBe(2)
  expect(remove).toBeUndefined()
})

test('what cannot be read back as it was written is refused, and does not stay', async () => {
  const memory = memoryStore()
  const lying: ObjectStore = { ...memory, read: async (address, range) => Buffer.from(await memory.read(address, range)).fill(0) }
  const store = readBack(lying)
  await expect(store.create('k', Buffer.from('k'))).rejects.toBeInstanceOf(IntegrityError)
  await expect(store.createFrom('l', chunked(noise(100_000, 'l')))).rejects.toThrow('what was read back is not what was written')
  expect([...memory.objects.keys()]).toEqual([])
})

test('limits and reading back are taken from the environment, and a limit that is no number is named', () => {
  const env = { BACKSTOP_STORE_REQUESTS_PER_SECOND: '50', BACKSTOP_STORE_BYTES_PER_SECOND: '1e6', BACKSTOP_STORE_READ_BACK: '1' }
  expect(storeSurroundings(env)).toMatchObject({ limits: { requestsPerSecond: 50, bytesPerSecond: 1_000_000 }, readBack: true })
  expect(storeSurroundings({})).toMatchObject({ limits: {}, readBack: false })
  for (const value of ['fast', '0', '-1'])
    expect(() => storeSurroundings({ BACKSTOP_STORE_REQUESTS_PER_SECOND: value })).toThrow(InvalidInput)
})
