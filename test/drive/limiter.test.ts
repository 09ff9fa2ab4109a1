import { expect, test } from 'vitest'
import { createQuotaLimiter, type SharedAsk, type SharedQuota } from '../../activities/drive/quota/limiter.ts'
import { createMeter } from '../../activities/drive/quota/meter.ts'
import { unitsOf, unitsPerMinute } from '../../activities/drive/quota/units.ts'
import { standingClock } from '../support/wire.ts'

const buckets = [
  { key: 'user:ana@example.com', unitsPerMinute: unitsPerMinute.user },
  { key: 'project:p', unitsPerMinute: unitsPerMinute.project },
]
const going = new AbortController().signal

type Given = { readonly what: string; readonly amount: number }

/** A bucket that refills with the clock, as the shared one does. */
function sharedBucket(clock: { now(): Date }, perMinute: number) {
  let available = perMinute / 10
  let at = clock.now().getTime()
  const asked: SharedAsk[] = []
  const given: Given[] = []
  const shared: SharedQuota = {
    async take(_, ask) {
      const now = clock.now().getTime()
      available = Math.min(perMinute / 10, available + ((now - at) * perMinute) / 60_000)
      at = now
      asked.push(ask)
      if (available < ask.least) return { granted: 0, waitMs: ((ask.least - available) * 60_000) / perMinute }
      const granted = Math.min(ask.most, available)
      available -= granted
      return { granted, waitMs: 0 }
    },
    async giveBack(_, what, amount) {
      given.push({ what, amount })
    },
  }
  return { shared, asked, given }
}

const shared = (take: SharedQuota['take']): SharedQuota => ({ take, giveBack: async () => undefined })

test('a thousand downloads cost fewer than one request to the shared buckets for every 50', async () => {
  const clock = standingClock()
  const bucket = sharedBucket(clock, unitsPerMinute.user * 1000)
  const limiter = createQuotaLimiter(bucket.shared, clock)
  await Promise.all(Array.from({ length: 1000 }, () => limiter.take([buckets], unitsOf['files.get:media'], 'on demand', going)))
  expect(bucket.asked.length).toBeLessThanOrEqual(1000 / 50)
  expect(bucket.asked[0]).toEqual({ what: 'units', lane: 'on demand', least: 200, most: 1_600 })
})

test('the pace is that of the shared bucket', async () => {
  const clock = standingClock()
  const began = clock.now().getTime()
  const limiter = createQuotaLimiter(sharedBucket(clock, unitsPerMinute.user).shared, clock)
  for (let call = 0; call < 5_000; call++) await limiter.take([buckets], 200, 'scheduled', going)
  const minutes = (clock.now().getTime() - began) / 60_000
  expect((5_000 * 200) / minutes).toBeLessThan(unitsPerMinute.user * 1.12)
  expect((5_000 * 200) / minutes).toBeGreaterThan(unitsPerMinute.user * 0.95)
})

test('a call dearer than a lease is paid in full', async () => {
  const clock = standingClock()
  const small = [{ key: 'user:x', unitsPerMinute: 300 }]
  const bucket = sharedBucket(clock, 300_000)
  await createQuotaLimiter(bucket.shared, clock).take([small], 200, 'restore', going)
  expect(bucket.asked).toMatchObject([{ least: 200, most: 200 }])
})

test('a gigabyte in files of a megabyte costs the shared budget a handful of requests', async () => {
  const clock = standingClock()
  const bucket = sharedBucket(clock, 1e15)
  const limiter = createQuotaLimiter(bucket.shared, clock)
  for (let file = 0; file < 1_024; file++) await limiter.takeEgress(buckets, 2 ** 20, 'scheduled', going)
  expect(bucket.asked.length).toBeLessThanOrEqual(10)
  expect(bucket.asked.every(({ what }) => what === 'egress')).toBe(true)
})

test('identities and lanes lease for themselves only', async () => {
  const clock = standingClock()
  const asked: string[] = []
  const take: SharedQuota['take'] = async (of, { lane, most }) => {
    asked.push(`${lane} ${of.map((bucket) => bucket.key).join(' ')}`)
    return { granted: most, waitMs: 0 }
  }
  const limiter = createQuotaLimiter(shared(take), clock)
  const of = (key: string) => [[{ key, unitsPerMinute: 325_000 }]]
  await limiter.take(of('user:a'), 5, 'restore', going)
  await limiter.take(of('user:b'), 5, 'restore', going)
  await limiter.take(of('user:a'), 5, 'scheduled', going)
  await limiter.take(of('user:a'), 5, 'restore', going)
  expect(asked).toEqual(['restore user:a', 'restore user:b', 'scheduled user:a'])
})

test('of several identities each takes its turn, and one that has to wait is passed over', async () => {
  const clock = standingClock()
  const take: SharedQuota['take'] = async ([bucket]) =>
    bucket?.key === 'user:b' ? { granted: 0, waitMs: 60_000 } : { granted: 100, waitMs: 0 }
  const limiter = createQuotaLimiter(shared(take), { ...clock, sleep: () => new Promise(() => {}) })
  const choices = ['user:a', 'user:b', 'user:c'].map((key) => [{ key, unitsPerMinute: 325_000 }])
  const turns: number[] = []
  for (let call = 0; call < 6; call++) turns.push(await limiter.take(choices, 5, 'scheduled', going))
  expect(new Set(turns)).toEqual(new Set([0, 2]))
})

test('what is leased and not spent is given back when the worker falls idle, once', async () => {
  const ticks: (() => void)[] = []
  const clock = {
    ...standingClock(),
    every: (_: number, tick: () => void) => {
      ticks.push(tick)
      return () => undefined
    },
  }
  const bucket = sharedBucket(clock, 1e9)
  const limiter = createQuotaLimiter(bucket.shared, clock)
  await limiter.take([buckets], 200, 'scheduled', going)
  await limiter.takeEgress(buckets, 2 ** 20, 'scheduled', going)
  const tick = () => {
    for (const one of ticks) one()
  }
  tick()
  expect(bucket.given).toEqual([])
  tick()
  tick()
  expect(bucket.given).toEqual([
    { what: 'units', amount: 1_400 },
    { what: 'egress', amount: 3 * 2 ** 20 },
  ])
})

test('while the database is away nothing that was leased is lost', async () => {
  const ticks: (() => void)[] = []
  const every = (_: number, tick: () => void) => {
    ticks.push(tick)
    return () => undefined
  }
  const bucket = sharedBucket(standingClock(), 1e9)
  const away = async () => {
    throw new RangeError('away')
  }
  const limiter = createQuotaLimiter({ ...bucket.shared, giveBack: away }, { ...standingClock(), every })
  await limiter.take([buckets], 200, 'scheduled', going)
  for (const tick of [...ticks, ...ticks]) tick()
  await Promise.resolve()
  await limiter.take([buckets], 200, 'scheduled', going)
  expect(bucket.asked).toHaveLength(1)
})

test('a clock that jumps by two days in either direction neither stops the work nor lets it run faster', async () => {
  for (const jump of [172_800_000, -172_800_000]) {
    const clock = standingClock()
    // The shared time is the database's: it does not jump with the worker's.
    let passed = 0
    const database = { now: () => new Date(passed) }
    const sleep = async (ms: number) => {
      passed += ms
    }
    const worker = { ...clock, sleep }
    const limiter = createQuotaLimiter(sharedBucket(database, unitsPerMinute.user).shared, worker)
    for (let call = 0; call < 2_000; call++) {
      if (call === 1_000) clock.advance(jump)
      await limiter.take([buckets], 200, 'scheduled', going)
    }
    expect((2_000 * 200) / (passed / 60_000)).toBeLessThan(unitsPerMinute.user * 1.2)
    expect((2_000 * 200) / (passed / 60_000)).toBeGreaterThan(unitsPerMinute.user * 0.9)
  }
})

test('a canceled call stops waiting, and the others go on', async () => {
  let fill: ((answer: { granted: number; waitMs: number }) => void) | undefined
  const take: SharedQuota['take'] = () =>
    new Promise((resolve) => {
      fill = resolve
    })
  const limiter = createQuotaLimiter(shared(take), standingClock())
  const stop = new AbortController()
  const canceled = limiter.take([buckets], 200, 'scheduled', stop.signal)
  const other = limiter.take([buckets], 200, 'scheduled', going)
  stop.abort(new RangeError('canceled'))
  await expect(canceled).rejects.toThrow(new RangeError('canceled'))
  fill?.({ granted: 1_600, waitMs: 0 })
  await other
})

test('a database that is away fails the call and is asked again by the next', async () => {
  let away = true
  const take: SharedQuota['take'] = async (_, { most }) => {
    if (away) throw new RangeError('away')
    return { granted: most, waitMs: 0 }
  }
  const limiter = createQuotaLimiter(shared(take), standingClock())
  await expect(limiter.take([buckets], 5, 'scheduled', going)).rejects.toThrow(new RangeError('away'))
  away = false
  await limiter.take([buckets], 5, 'scheduled', going)
})

test('a meter adds up calls and units by method', () => {
  const meter = createMeter()
  for (const method of ['files.list', 'files.get:media', 'files.list'] as const) meter.count(method)
  expect(meter.read()).toEqual({
    calls: 3,
    units: 400,
    byMethod: { 'files.list': { calls: 2, units: 200 }, 'files.get:media': { calls: 1, units: 200 } },
  })
})
