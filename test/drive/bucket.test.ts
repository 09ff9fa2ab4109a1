import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type BucketState, flowOf, fullBucket, giveBack, leftToday, takeFrom } from '../../activities/drive/quota/bucket.ts'
import { unitsPerMinute } from '../../activities/drive/quota/units.ts'
import { type Lane, lanes } from '../../workflows/policy/lanes.ts'

const flow = flowOf(unitsPerMinute.user)

/** A lane that wants so many downloads a second, or all that it can get. */
type Demand = { readonly lane: Lane; readonly perSecond: number }

/**
 * Workers that ask one bucket for leases, with the pauses that it tells them, over simulated time. Each demand is two workers, as their purses
 * would ask: the size of a lease doubles while leases are spent soon.
 * @returns units a second by lane, once it has settled
 */
function simulate(demands: readonly Demand[], seconds: number, from = (_demand: Demand) => 0): Readonly<Record<Lane, number>> {
  let state: BucketState = fullBucket(flow, 0)
  const spent: Record<Lane, number> = { restore: 0, 'on demand': 0, scheduled: 0, background: 0 }
  const workers = demands.flatMap((demand) => [0, 1].map((start) => ({ demand, next: start * 37 + from(demand), held: 0, lease: 1_600 })))
  const settled = 10_000
  for (let now = 0; now < seconds * 1_000; now = Math.min(...workers.map(({ next }) => next))) {
    for (const worker of workers.filter(({ next }) => next <= now)) {
      const { lane, perSecond } = worker.demand
      if (worker.held < 200) {
        const answer = takeFrom([{ state, flow }], { lane, least: 200, most: worker.lease }, now)
        state = answer.states[0] ?? state
        worker.held += answer.granted
        if (answer.granted > 0) worker.lease = Math.min(25_600, Math.max(1_600, answer.granted * 2))
        worker.next = now + Math.max(1, answer.waitMs)
        if (answer.granted === 0) continue
      }
      worker.held -= 200
      if (now >= settled) spent[lane] += 200
      // Half of the lane's demand each; 2 ms a call when it wants all.
      worker.next = now + Math.max(2, 2_000 / perSecond)
    }
  }
  return Object.fromEntries(lanes.map((lane) => [lane, spent[lane] / (seconds - settled / 1_000)])) as Record<Lane, number>
}

const all = Number.POSITIVE_INFINITY
const perSecond = flow.perMinute / 60

test('alone, every lane gets the whole flow', () => {
  for (const lane of lanes) expect(simulate([{ lane, perSecond: all }], 70)[lane] / perSecond).toBeGreaterThan(0.97)
})

test('a restore that wants everything gets all but the small guaranteed shares', () => {
  const got = simulate(
    lanes.map((lane) => ({ lane, perSecond: all })),
    130,
  )
  expect(got.restore / perSecond).toBeGreaterThan(0.78)
  expect(got['on demand'] / perSecond).toBeGreaterThan(0.05)
  expect(got.scheduled / perSecond).toBeGreaterThan(0.025)
  expect(got.background / perSecond).toBeGreaterThan(0.01)
  const total = lanes.reduce((sum, lane) => sum + got[lane], 0)
  expect(total / perSecond).toBeGreaterThan(0.95)
  expect(total / perSecond).toBeLessThanOrEqual(1.001)
})

test('a backup on demand goes before a scheduled one, and that before what only looks', () => {
  const got = simulate(
    (['on demand', 'scheduled', 'background'] as const).map((lane) => ({ lane, perSecond: all })),
    130,
  )
  expect(got['on demand'] / perSecond).toBeGreaterThan(0.85)
  expect(got.scheduled).toBeGreaterThan(got.background)
  expect(got.background).toBeGreaterThan(0)
})

test('a restore that wants little takes nothing more away from the others than that', () => {
  const got = simulate(
    [
      { lane: 'restore', perSecond: 5 },
      { lane: 'scheduled', perSecond: all },
    ],
    130,
  )
  expect(got.restore / (5 * 200)).toBeGreaterThan(0.95)
  expect((got.restore + got.scheduled) / perSecond).toBeGreaterThan(0.93)
})

test('a restore that begins in a saturated bucket has its way within seconds', () => {
  const got = simulate(
    [
      { lane: 'scheduled', perSecond: all },
      { lane: 'restore', perSecond: all },
    ],
    20,
    ({ lane }) => (lane === 'restore' ? 8_000 : 0),
  )
  expect(got.restore / perSecond).toBeGreaterThan(0.8)
})

test('no sequence of requests gets more than the limit in any minute', () => {
  const steps = fc.array(
    fc.record({ lane: fc.constantFrom(...lanes), stepMs: fc.integer({ min: 0, max: 4_000 }), most: fc.integer({ min: 200, max: 40_000 }) }),
    { maxLength: 200 },
  )
  fc.assert(
    fc.property(steps, (asked) => {
      let [state, now] = [fullBucket(flow, 0), 0]
      const grants: { at: number; units: number }[] = []
      for (const { lane, stepMs, most } of asked) {
        now += stepMs
        const answer = takeFrom([{ state, flow }], { lane, least: 200, most }, now)
        state = answer.states[0] ?? state
        if (answer.granted === 0) expect(answer.waitMs).toBeGreaterThan(0)
        else expect(answer.granted).toBeGreaterThanOrEqual(200)
        grants.push({ at: now, units: answer.granted })
        const minute = grants.filter(({ at }) => at > now - 60_000).reduce((sum, { units }) => sum + units, 0)
        expect(minute).toBeLessThanOrEqual(unitsPerMinute.user)
      }
    }),
    { numRuns: 300 },
  )
})

test('units come out of every bucket or out of none', () => {
  const [user, project] = [flowOf(unitsPerMinute.user), flowOf(24_000)]
  const buckets = [
    { state: fullBucket(user, 0), flow: user },
    { state: { ...fullBucket(project, 0), available: 100 }, flow: project },
  ]
  const refused = takeFrom(buckets, { lane: 'restore', least: 200, most: 1_600 }, 0)
  expect(refused).toMatchObject({ granted: 0, states: [{ available: user.capacity }, { available: 100 }] })
  const granted = takeFrom(buckets, { lane: 'restore', least: 100, most: 1_600 }, 0)
  expect(granted).toMatchObject({ granted: 100, states: [{ available: user.capacity - 100 }, { available: 0 }] })
})

test('a database whose clock is set back or ahead fills nothing twice and leaves nobody waiting', () => {
  const dayMs = 86_400_000
  const empty: BucketState = { available: 0, at: 10 * dayMs, lanes: { restore: { credit: 0, waitsUntil: 10 * dayMs + 2_000 } } }
  const back = takeFrom([{ state: empty, flow }], { lane: 'scheduled', least: 200, most: 1_600 }, 8 * dayMs)
  expect(back.granted).toBe(0)
  expect(back.waitMs).toBeLessThanOrEqual(5_000)
  const later = takeFrom([{ state: back.states[0] ?? empty, flow }], { lane: 'scheduled', least: 200, most: 1_600 }, 8 * dayMs + 1_000)
  expect(later.granted).toBeGreaterThan(200)
  const ahead = takeFrom([{ state: empty, flow }], { lane: 'scheduled', least: 200, most: 1e9 }, 12 * dayMs)
  expect(ahead.granted).toBeLessThanOrEqual(flow.capacity)
})

test('what is given back can be taken again, up to what the bucket holds', () => {
  const state = { ...fullBucket(flow, 0), available: 0 }
  expect(giveBack(state, flow, 500).available).toBe(500)
  expect(giveBack(state, flow, 1e9).available).toBe(flow.capacity)
})

test('of a day, every lane leaves something to the lanes above it', () => {
  expect(lanes.map((lane) => leftToday(960, 1_000, lane))).toEqual([40, 20, 0, 0])
})
