import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Budget, type LimitRow, limitsOf, timeFor } from '../../workflows/policy/quota-time.ts'

const hourMs = 3_600_000
const dayMs = 24 * hourMs
const budget = (over: Partial<Budget> = {}): Budget => ({ perMinute: 600, perDay: 100_000, usedToday: 0, msToDayEnd: 12 * hourMs, ...over })

test('within a day the minute alone decides', () => {
  expect(timeFor(6_000, budget(), 1)).toBe(10 * 60_000)
})

test('what does not fit into today waits for tomorrow, and for every day after that it needs', () => {
  const wide = budget({ perMinute: 1e9 })
  expect(Math.round(timeFor(100_001, wide, 1) / hourMs)).toBe(12)
  expect(Math.round(timeFor(350_000, wide, 1) / hourMs)).toBe(12 + 2 * 24)
})

test('what is used today, and the share that is kept for others, is not there', () => {
  const wide = budget({ perMinute: 1e9, usedToday: 60_000 })
  expect(timeFor(40_000, wide, 1)).toBeLessThan(60_000)
  expect(timeFor(40_000, wide, 0.95)).toBeGreaterThanOrEqual(12 * hourMs)
})

test('a day that was overdrawn by days begins later', () => {
  const overdrawn = budget({ perMinute: 1e9, usedToday: 250_000 })
  expect(Math.round(timeFor(10, overdrawn, 1) / hourMs)).toBe(12 + 24)
})

test('nothing takes no time, and without limits there is none to wait for', () => {
  expect(timeFor(0, budget(), 1)).toBe(0)
  expect(timeFor(1e15, { ...budget(), perMinute: Infinity, perDay: Infinity }, 1)).toBe(0)
})

test('more never takes less time, and no day gets more than its budget', () => {
  const budgets = fc.record({
    perMinute: fc.double({ min: 1, max: 1e7, noNaN: true }),
    perDay: fc.double({ min: 1e4, max: 1e9, noNaN: true }),
    usedToday: fc.double({ min: 0, max: 1e9, noNaN: true }),
    msToDayEnd: fc.integer({ min: 1, max: dayMs }),
  })
  fc.assert(
    fc.property(
      budgets,
      fc.double({ min: 1, max: 1e12, noNaN: true }),
      fc.double({ min: 1, max: 2, noNaN: true }),
      (limits, amount, factor) => {
        const ms = timeFor(amount, limits, 0.95)
        expect(timeFor(amount * factor, limits, 0.95)).toBeGreaterThanOrEqual(ms * (1 - 1e-9))
        const days = Math.ceil(Math.max(0, ms - limits.msToDayEnd) / dayMs) + 1
        expect(amount).toBeLessThanOrEqual(days * limits.perDay * 0.95 * (1 + 1e-6))
      },
    ),
  )
})

const row = (key: string, over: Partial<LimitRow> = {}): LimitRow => ({
  key,
  perMinute: null,
  unitsPerDay: null,
  egressPerDay: null,
  unitsToday: 0,
  egressToday: 0,
  now: new Date(0),
  dayEndsAt: new Date(6 * hourMs),
  ...over,
})

test('identities add up, and the project is the roof over them', () => {
  const people = ['ana', 'bo'].map((name) => row(`user:${name}`, { perMinute: 325_000, egressToday: 5 }))
  const project = row('project:p', { perMinute: 1_000_000, unitsPerDay: 4e8, egressPerDay: 1e12, unitsToday: 7, egressToday: 10 })
  expect(limitsOf([project, ...people])).toEqual({
    units: { perMinute: 650_000, perDay: 4e8, usedToday: 7, msToDayEnd: 6 * hourMs },
    egress: { perMinute: Infinity, perDay: 1e12, usedToday: 10, msToDayEnd: 6 * hourMs },
  })
  const many = ['a', 'b', 'c', 'd', 'e'].map((name) => row(`user:${name}`, { perMinute: 325_000 }))
  expect(limitsOf([project, ...many]).units.perMinute).toBe(1_000_000)
})

test('where no limit is known there is none', () => {
  expect(limitsOf([])).toMatchObject({ units: { perMinute: Infinity, perDay: Infinity }, egress: { perDay: Infinity } })
})
