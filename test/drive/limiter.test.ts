import { expect, test } from 'vitest'
import { createQuotaLimiter, type TakeUnits } from '../../activities/drive/quota/limiter.ts'
import { createMeter } from '../../activities/drive/quota/meter.ts'
import { unitsOf, unitsPerMinute } from '../../activities/drive/quota/units.ts'
import { standingClock } from '../support/wire.ts'

const buckets = [
  { key: 'user:ana@example.com', unitsPerMinute: unitsPerMinute.user },
  { key: 'project:p', unitsPerMinute: unitsPerMinute.project },
]
const going = new AbortController().signal

/** A bucket that refills with the clock, as the shared one does. */
function sharedBucket(clock: { now(): Date }, perMinute: number) {
  let available = perMinute / 10
  let at = clock.now().getTime()
  const asked: number[] = []
  const take: TakeUnits = async (_, units) => {
    const now = clock.now().getTime()
    available = Math.min(perMinute / 10, available + ((now - at) * perMinute) / 60_000)
    at = now
    asked.push(units)
    if (available < units) return { waitMs: ((units - available) * 60_000) / perMinute }
    available -= units
    return { waitMs: 0 }
  }
  return { take, asked }
}

test('a thousand downloads cost fewer than one request to the shared buckets for every 50', async () => {
  const clock = standingClock()
  const bucket = sharedBucket(clock, unitsPerMinute.user * 1000)
  const limiter = createQuotaLimiter(bucket.take, clock)
  await Promise.all(Array.from({ length: 1000 }, () => limiter.take(buckets, unitsOf['files.get:media'], going)))
  expect(bucket.asked.length).toBeLessThanOrEqual(1000 / 50)
  expect(bucket.asked[0]).toBe(1_600)
})

test('the pace is that of the shared bucket', async () => {
  const clock = standingClock()
  const began = clock.now().getTime()
  const limiter = createQuotaLimiter(sharedBucket(clock, unitsPerMinute.user).take, clock)
  for (let call = 0; call < 5_000; call++) await limiter.take(buckets, 200, going)
  const minutes = (clock.now().getTime() - began) / 60_000
  expect((5_000 * 200) / minutes).toBeLessThan(unitsPerMinute.user * 1.12)
  expect((5_000 * 200) / minutes).toBeGreaterThan(unitsPerMinute.user * 0.95)
})

test('a call dearer than a lease is paid in full', async () => {
  const clock = standingClock()
  const small = [{ key: 'user:x', unitsPerMinute: 300 }]
  const bucket = sharedBucket(clock, 300_000)
  await createQuotaLimiter(bucket.take, clock).take(small, 200, going)
  expect(bucket.asked).toEqual([200])
})

test('identities wait for their own buckets only', async () => {
  const clock = standingClock()
  const asked: string[] = []
  const limiter = createQuotaLimiter(async (of) => {
    asked.push(of.map((bucket) => bucket.key).join(' '))
    return { waitMs: 0 }
  }, clock)
  await limiter.take([{ key: 'user:a', unitsPerMinute: 325_000 }], 5, going)
  await limiter.take([{ key: 'user:b', unitsPerMinute: 325_000 }], 5, going)
  await limiter.take([{ key: 'user:a', unitsPerMinute: 325_000 }], 5, going)
  expect(asked).toEqual(['user:a', 'user:b'])
})

test('without limits nothing is asked', async () => {
  const limiter = createQuotaLimiter(() => {
    throw new Error('The shared buckets were asked.')
  }, standingClock())
  await limiter.take([{ key: 'user:a', unitsPerMinute: Number.POSITIVE_INFINITY }], 200, going)
})

test('a canceled call stops waiting, and the others go on', async () => {
  let fill: ((answer: { waitMs: number }) => void) | undefined
  const limiter = createQuotaLimiter(
    () =>
      new Promise((resolve) => {
        fill = resolve
      }),
    standingClock(),
  )
  const stop = new AbortController()
  const canceled = limiter.take(buckets, 200, stop.signal)
  const other = limiter.take(buckets, 200, going)
  stop.abort(new RangeError('canceled'))
  await expect(canceled).rejects.toThrow(new RangeError('canceled'))
  fill?.({ waitMs: 0 })
  await other
})

test('a database that is away fails the call and is asked again by the next', async () => {
  let away = true
  const limiter = createQuotaLimiter(async () => {
    if (away) throw new RangeError('away')
    return { waitMs: 0 }
  }, standingClock())
  await expect(limiter.take(buckets, 5, going)).rejects.toThrow(new RangeError('away'))
  away = false
  await limiter.take(buckets, 5, going)
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
