import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Bucket, leaseUnits } from '../../db/quota.ts'
import { at, id, openTestDatabase, times } from './world.ts'

const db = await openTestDatabase({ max: 10 })

const bucket = (over: Partial<Bucket> = {}): Bucket => ({ key: id('user'), capacity: 1_000, perMinute: 600, ...over })
const after = (ms: number) => new Date(at(0).getTime() + ms)
const lease = (buckets: Bucket | readonly Bucket[], units: number, ms = 0) => leaseUnits(db, [buckets].flat(), units, after(ms))

test('two hundred takers at once never get more than the bucket holds', async () => {
  const shared = bucket({ capacity: 1_000 })
  const leases = await times(200, () => lease(shared, 7))
  expect(leases.filter(({ granted }) => granted)).toHaveLength(Math.floor(1_000 / 7))
})

test('a refusal says how long to wait, and then the units are there', async () => {
  const small = bucket({ capacity: 100, perMinute: 600 })
  expect(await lease(small, 100)).toEqual({ granted: true })
  expect(await lease(small, 30)).toEqual({ granted: false, waitMs: 3_000 })
  expect(await lease(small, 30, 2_990)).toEqual({ granted: false, waitMs: 10 })
  expect(await lease(small, 30, 3_000)).toEqual({ granted: true })
})

test('a bucket never holds more than its capacity, however long it fills', async () => {
  const small = bucket({ capacity: 100, perMinute: 600 })
  await lease(small, 100)
  expect(await lease(small, 100, 3_600_000)).toEqual({ granted: true })
  expect(await lease(small, 1, 3_600_000)).toEqual({ granted: false, waitMs: 100 })
})

test('a worker whose clock is behind fills nothing twice', async () => {
  const small = bucket({ capacity: 100, perMinute: 600 })
  await lease(small, 100, 10_000)
  expect(await lease(small, 1, 0)).toEqual({ granted: false, waitMs: 100 })
  expect(await lease(small, 1, 10_000)).toEqual({ granted: false, waitMs: 100 })
})

test('units are taken from every bucket or from none', async () => {
  const [user, project] = [bucket({ capacity: 50 }), bucket({ key: id('project'), capacity: 100 })]
  expect(await lease([user, project], 40)).toEqual({ granted: true })
  expect(await lease([user, project], 40)).toEqual({ granted: false, waitMs: 3_000 })
  expect(await lease(project, 60)).toEqual({ granted: true })
})

test('takers of the same buckets in different orders do not block each other and never take too much', async () => {
  const [user, project] = [bucket({ capacity: 500 }), bucket({ key: id('project'), capacity: 300 })]
  const leases = await times(100, (index) => lease(index % 2 ? [user, project] : [project, user], 5))
  expect(leases.filter(({ granted }) => granted)).toHaveLength(60)
})

test('more than a bucket can ever hold is an error that names it', async () => {
  const small = bucket({ key: 'user:ada', capacity: 100 })
  await expect(lease(small, 101)).rejects.toThrow(new RangeError('101 units cannot be leased from user:ada: it never holds more than 100.'))
})

test('within any time no more is granted than the bucket held and what flowed in', async () => {
  const calls = fc.array(fc.record({ stepMs: fc.integer({ min: 0, max: 3_000 }), units: fc.integer({ min: 1, max: 100 }) }), {
    maxLength: 25,
  })
  await fc.assert(
    fc.asyncProperty(calls, async (steps) => {
      const small = bucket({ capacity: 100, perMinute: 600 })
      let [ms, granted] = [0, 0]
      for (const { stepMs, units } of steps) {
        ms += stepMs
        const answer = await lease(small, units, ms)
        if (answer.granted) granted += units
        // One millisecond less for the rounding up, and one for the last bit of a fraction.
        else if (answer.waitMs > 2) expect(await lease(small, units, ms + answer.waitMs - 2)).toMatchObject({ granted: false })
        expect(granted).toBeLessThanOrEqual(100 + ms / 100 + 1e-6)
      }
    }),
    { numRuns: 25 },
  )
})
