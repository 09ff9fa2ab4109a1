import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { expiry, type Generation, graceMs, mostAheadMs, type RetentionPolicy } from '../../workflows/policy/retention.ts'

const day = 86_400_000
const keep30: RetentionPolicy = { keepMs: 30 * day, holds: [] }
const snapshot = (gen: number, atDay: number, maintenance = false): Generation => ({ gen, at: atDay * day, maintenance })
const onDay = (now: number) => ({ now: now * day, newestEvidence: now * day })
const daily = (count: number) => Array.from({ length: count }, (_, n) => snapshot(n + 1, n + 1))
const ranges = (...args: Parameters<typeof expiry>) => {
  const decided = expiry(...args)
  return decided.verdict === 'decided' ? decided.expire : decided.verdict
}

test('SET-16 of daily snapshots those whose successor is older than the retention are given up, and no other', () => {
  // Snapshot 6 was replaced on day 7; on day 41 that is 34 days ago: the retention and four days of grace.
  expect(ranges(daily(41), keep30, onDay(41))).toEqual([{ from: 1, to: 6 }])
})

test('SET-16 the state of a quiet drive is as young as the change that ended it', () => {
  const quiet = [snapshot(1, 1), snapshot(2, 100)]
  expect(ranges(quiet, keep30, onDay(133))).toEqual([])
  expect(ranges([...quiet, snapshot(3, 134)], keep30, onDay(134))).toEqual([{ from: 1, to: 1 }])
})

describe('SET-16 nothing younger than the retention is ever given up', () => {
  const histories = fc.array(
    fc.record({ step: fc.integer({ min: 0, max: 20 }), wrongHours: fc.integer({ min: -48, max: 48 }), upkeep: fc.boolean() }),
    {
      maxLength: 60,
      size: 'max',
    },
  )

  test.each([0, 48, -48])('with a clock that is wrong by %i hours, and snapshots whose clocks were', (wrongHours) => {
    fc.assert(
      fc.property(histories, fc.integer({ min: 1, max: 60 }), fc.integer({ min: 0, max: 90 }), (history, keepDays, later) => {
        let [at, gen] = [100 * day, 0]
        const real = history.map(({ step, wrongHours: off, upkeep }) => {
          at += step * day
          gen += 1
          return { real: at, said: { gen, at: at + off * 3_600_000, maintenance: upkeep } }
        })
        const now = at + later * day
        const clock = { now: now + wrongHours * 3_600_000, newestEvidence: now }
        const expired = ranges(
          real.map(({ said }) => said),
          { keepMs: keepDays * day, holds: [] },
          clock,
        )
        if (typeof expired === 'string') return
        for (const { from, to } of expired) {
          for (const [n, { said }] of real.entries()) {
            if (said.gen < from || said.gen > to || said.maintenance) continue
            const replaced = real.slice(n + 1).find((next) => !next.said.maintenance)?.real ?? Number.POSITIVE_INFINITY
            expect(now - replaced).toBeGreaterThanOrEqual(keepDays * day)
          }
        }
      }),
      { numRuns: 2_000 },
    )
  })
})

test('P3 ten thousand newer snapshots push nothing out that is younger than the retention', () => {
  const good = daily(40)
  const bogus = Array.from({ length: 10_000 }, (_, n) => snapshot(41 + n, 40.1 + n / 1e5))
  expect(ranges([...good, ...bogus], keep30, onDay(41))).toEqual(ranges(good, keep30, onDay(41)))
})

test('P3 the last good snapshot stays, however old and however many came after it', () => {
  const good = snapshot(1, 1)
  const bogus = Array.from({ length: 500 }, (_, n) => snapshot(2 + n, 2 + n / 1_000))
  expect(ranges([good, ...bogus], keep30, onDay(400), 1)).toEqual([{ from: 2, to: 500 }])
})

test('what a hold touches stays: the snapshots of its days, and the one that was the state when it began', () => {
  const holds = [{ from: 5.5 * day, to: 7.2 * day }]
  expect(ranges(daily(60), { ...keep30, holds }, onDay(60))).toEqual([
    { from: 1, to: 4 },
    { from: 8, to: 25 },
  ])
  expect(ranges(daily(60), { ...keep30, holds: [{ from: 5.5 * day }] }, onDay(60))).toEqual([{ from: 1, to: 4 }])
})

test('a clock that is further ahead than two days of all others is not believed, and one behind gives up less', () => {
  const ahead = { now: 400 * day, newestEvidence: 400 * day - mostAheadMs - 1 }
  expect(expiry(daily(60), keep30, ahead)).toEqual({ verdict: 'clock in doubt', aheadMs: mostAheadMs + 1 })
  expect(expiry(daily(60), keep30, { now: 60 * day, newestEvidence: Number.NaN }).verdict).toBe('clock in doubt')
  expect(ranges(daily(60), keep30, { now: 50 * day, newestEvidence: 60 * day })).toEqual([{ from: 1, to: 15 }])
})

test('the newest generation and the newest snapshot stay, and roots of upkeep alone make no new one', () => {
  const old = [snapshot(1, 1), snapshot(2, 2), snapshot(3, 2, true), snapshot(4, 2, true)]
  expect(ranges(old, keep30, onDay(300))).toEqual([{ from: 1, to: 1 }])
  const upkeepOnly = [snapshot(1, 1), snapshot(2, 1, true), snapshot(3, 100)]
  expect(ranges(upkeepOnly, keep30, onDay(300), 1)).toEqual([])
})

test('the grace outweighs a clock that was two days slow when a snapshot was made, and one that is two days fast now', () => {
  expect(graceMs).toBe(4 * day)
})
