import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Eta, nextEta, type Progress } from '../../workflows/policy/eta.ts'
import type { Limits } from '../../workflows/policy/quota-time.ts'

const free = { perMinute: Infinity, perDay: Infinity, usedToday: 0, msToDayEnd: 3_600_000 }
const limits = (over: Partial<Limits> = {}): Limits => ({ units: free, egress: free, ...over })
const total = { itemsTotal: 1_000, bytesTotal: 1e9 }
const look = (seconds: number, bytesDone: number, over: Partial<Progress> = {}): Progress => ({
  at: seconds * 1_000,
  itemsDone: Math.floor(bytesDone / 1e6),
  bytesDone,
  ...total,
  ...over,
})

/** What is said after each of these looks. */
function said(looks: readonly Progress[], all = limits()): Eta[] {
  const etas: Eta[] = []
  for (const one of looks) etas.push(nextEta(etas.at(-1), one, all, 'scheduled'))
  return etas
}

test('nothing is said of the end until something was fetched', () => {
  const [first, second, third] = said([look(0, 0), look(5, 0), look(10, 1e7)])
  expect(first?.ends).toBeUndefined()
  expect(second?.ends).toBeUndefined()
  expect(third?.ends).toBeDefined()
})

test('at a steady pace the range holds the true end from the first word on, and narrows', () => {
  const etas = said(Array.from({ length: 90 }, (_, index) => look(index * 10, index * 1e7)))
  const spoken = etas.filter(({ ends }) => ends)
  for (const { ends } of spoken) {
    expect(ends?.low).toBeLessThanOrEqual(1_000_000)
    expect(ends?.high).toBeGreaterThanOrEqual(1_000_000)
  }
  const width = (eta: Eta | undefined) => (eta?.ends?.high ?? 0) - (eta?.ends?.low ?? 0)
  expect(width(spoken.at(-1))).toBeLessThan(width(spoken[0]) / 5)
  expect(spoken.every(({ slip }) => slip === undefined)).toBe(true)
})

test('a backup that becomes slower says that it ends later, from when to when, and why', () => {
  const fast = Array.from({ length: 30 }, (_, index) => look(index * 10, index * 1e7))
  const slow = Array.from({ length: 60 }, (_, index) => look(300 + index * 10, 3e8 + index * 1e6))
  const last = said([...fast, ...slow]).at(-1)
  expect(last?.slip).toMatchObject({ because: 'slower' })
  expect(last?.slip?.to).toBeGreaterThan(last?.slip?.from ?? Infinity)
  expect(last?.ends?.high).toBeGreaterThan(3_000_000)
})

test('what is found on the way is a reason of its own', () => {
  const looks = Array.from({ length: 30 }, (_, index) => look(index * 10, index * 1e7))
  const more = look(300, 3e8, { itemsTotal: 5_000, bytesTotal: 5e9 })
  expect(said([...looks, more]).at(-1)?.slip).toMatchObject({ because: 'more to fetch' })
})

test('a day whose bytes are used up moves the end behind midnight, and says so', () => {
  const looks = Array.from({ length: 30 }, (_, index) => look(index * 10, index * 1e7))
  const etas = said(looks)
  const usedUp = limits({ egress: { ...free, perDay: 1e9, usedToday: 1e9, msToDayEnd: 7_200_000 } })
  const next = nextEta(etas.at(-1), look(300, 3e8), usedUp, 'scheduled')
  expect(next).toMatchObject({ bound: 'egress', slip: { because: 'quota of today' } })
  expect(next.ends?.low).toBeGreaterThan(300_000 + 7_200_000 * 0.8)
})

test('a hiccup of half a minute moves nothing', () => {
  const fast = Array.from({ length: 60 }, (_, index) => look(index * 10, index * 1e7))
  const hiccup = [look(600, 5.9e8), look(610, 5.9e8), look(620, 6e8)]
  const etas = said([...fast, ...hiccup])
  expect(etas.at(-1)?.slip).toBeUndefined()
  expect(etas.at(-1)?.ends?.high).toBe(etas.at(59)?.ends?.high)
})

test('a clock that is set back does no harm', () => {
  const etas = said([look(1_000, 0), look(1_010, 1e7), look(-172_800, 2e7), look(-172_790, 3e7)])
  const last = etas.at(-1)
  expect(last?.bytesPerSecond).toBeGreaterThan(0)
  expect(last?.bytesPerSecond).toBeLessThan(1e8)
})

test('the end never moves to later without a slip that says from when', () => {
  const steps = fc.array(
    fc.record({ seconds: fc.integer({ min: 1, max: 600 }), bytes: fc.integer({ min: 0, max: 5e7 }), more: fc.boolean() }),
    {
      minLength: 2,
      maxLength: 60,
    },
  )
  fc.assert(
    fc.property(steps, (taken) => {
      let [at, done, eta] = [0, 0, undefined as Eta | undefined]
      let bytesTotal = 1e9
      for (const { seconds, bytes, more } of taken) {
        at += seconds
        done = Math.min(bytesTotal, done + bytes)
        if (more) bytesTotal += 1e8
        const next = nextEta(eta, look(at, done, { bytesTotal }), limits(), 'on demand')
        const moved = (next.ends?.high ?? 0) > (eta?.ends?.high ?? Infinity)
        if (moved) expect(next.slip).toMatchObject({ at: at * 1_000, from: eta?.ends?.high, to: next.ends?.high })
        if (next.ends) expect(next.ends.low).toBeLessThanOrEqual(next.ends.high)
        eta = next
      }
    }),
  )
})
