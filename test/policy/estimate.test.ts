import { expect, test } from 'vitest'
import { assumedSpeed, costOf, estimateOf, type MeasuredDrive, nothingMeasured, speedOf } from '../../workflows/policy/estimate.ts'
import type { Limits } from '../../workflows/policy/quota-time.ts'

const whole = { low: 1, high: 1 }
const measured = (over: Partial<MeasuredDrive> = {}): MeasuredDrive => ({
  ...nothingMeasured,
  distinct: { files: whole, bytes: whole },
  ...over,
})
const free = { perMinute: Infinity, perDay: Infinity, usedToday: 0, msToDayEnd: 3_600_000 }
const limits = (over: Partial<Limits> = {}): Limits => ({ units: free, egress: free, ...over })
const speed = { itemsPerSecond: { low: 10, high: 20 }, bytesPerSecond: { low: 1e6, high: 2e6 }, runs: 3 }

test('a first backup costs its listing, a call for each distinct content and export, and one for each item that is shared', () => {
  const cost = costOf(
    measured({ pages: 100, items: 100_000, files: 80_000, fileBytes: 8e9, exports: 500, exportBytes: 1e6, shared: 1_000 }),
  )
  expect(cost.items).toBe(100_000)
  expect(cost.calls.low).toBe(100 + 80_000 + 500 + 1_000 + 4)
  expect(cost.units.low).toBe(100 * 100 + 80_500 * 200 + 1_000 * 100 + 2 * 100 + 2 * 5)
  expect(cost.calls.high).toBeGreaterThan(cost.calls.low)
  expect(cost.bytes).toEqual({ low: 8e9 + 0.05e6, high: 8e9 + 2e6 })
})

test('what the vault holds already, and what is a copy of something, is not fetched', () => {
  const half = { low: 0.5, high: 0.5 }
  const cost = costOf(measured({ files: 1_000, fileBytes: 1e6, held: 400, heldBytes: 4e5, distinct: { files: half, bytes: half } }))
  expect(cost.calls.low).toBe(300 + 4)
  expect(cost.bytes).toEqual({ low: 3e5, high: 3e5 })
})

test('the slowest limit decides, and is named', () => {
  const drive = costOf(measured({ items: 1_000, files: 1_000, fileBytes: 1e9 }))
  expect(estimateOf([drive], limits(), speed)).toMatchObject({
    bounds: { low: 'speed', high: 'speed' },
    ms: { low: 500_000, high: 1_000_000 },
  })
  const egress = { ...free, perDay: 1e8 }
  const bound = estimateOf([drive], limits({ egress }), speed)
  expect(bound.bounds.high).toBe('egress')
  expect(bound.ms.low / 86_400_000).toBeCloseTo(9, 0)
  expect(estimateOf([drive], limits({ units: { ...free, perMinute: 600 } }), speed).bounds.high).toBe('units')
})

test('a hundred terabytes in a new project take more than a hundred days, as drive.md says', () => {
  const drive = costOf(measured({ items: 1e6, files: 1e6, fileBytes: 1e14 }))
  const fast = { itemsPerSecond: { low: 1e6, high: 1e6 }, bytesPerSecond: { low: 1e12, high: 1e12 }, runs: 1 }
  const egress = { ...free, perDay: 1e12, msToDayEnd: 12 * 3_600_000 }
  const days = estimateOf([drive], limits({ egress }), fast).ms.low / 86_400_000
  expect(days).toBeGreaterThan(100)
  expect(days).toBeLessThan(110)
})

test('drives share the quota and run side by side', () => {
  const drive = costOf(measured({ items: 100, files: 100, fileBytes: 1e8 }))
  const alone = estimateOf([drive], limits(), speed).ms.high
  expect(estimateOf([drive, drive, drive, drive], limits(), speed).ms.high).toBe(alone)
  expect(estimateOf(Array(8).fill(drive), limits(), speed).ms.high).toBe(2 * alone)
})

test('the speed is that of the faster half of earlier runs, and a guess while there is none', () => {
  expect(speedOf([])).toBe(assumedSpeed)
  expect(speedOf([{ items: 10, bytes: 10, seconds: 0.2 }])).toBe(assumedSpeed)
  const runs = [1, 2, 3, 4, 5].map((rate) => ({ items: rate * 10, bytes: rate * 1_000, seconds: 10 }))
  expect(speedOf(runs)).toEqual({ itemsPerSecond: { low: 3, high: 5 }, bytesPerSecond: { low: 300, high: 500 }, runs: 5 })
})

test('an empty drive takes no time', () => {
  expect(estimateOf([], limits(), speed)).toMatchObject({ items: 0, calls: { low: 0, high: 0 }, ms: { low: 0, high: 0 } })
})
