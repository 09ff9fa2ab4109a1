import fc from 'fast-check'
import { expect, test } from 'vitest'
import { frequencies, nextSlot, slots } from '../../workflows/policy/schedule.ts'

const at = (iso: string) => new Date(iso)
const anchor = at('2026-03-04T11:00:00Z')

test('SET-18 the frequencies are exactly these four', () => {
  expect(frequencies).toEqual(['Daily', 'Every 3 days', 'Weekly', '3 times a day'])
})

test('SET-19 a daily task runs at its hour in UTC', () => {
  expect(nextSlot(slots('Daily', 2, anchor), at('2026-03-10T01:59:59Z'))).toEqual(at('2026-03-10T02:00:00Z'))
  expect(nextSlot(slots('Daily', 2, anchor), at('2026-03-10T02:00:00Z'))).toEqual(at('2026-03-11T02:00:00Z'))
})

test('G9 three times a day means h, h+8 and h+16', () => {
  const thrice = slots('3 times a day', 10, anchor)
  const first = nextSlot(thrice, at('2026-03-10T00:00:00Z'))
  const second = nextSlot(thrice, first)
  expect([first, second, nextSlot(thrice, second)]).toEqual([
    at('2026-03-10T02:00:00Z'),
    at('2026-03-10T10:00:00Z'),
    at('2026-03-10T18:00:00Z'),
  ])
})

test('G9 weekly counts from the day of the first activation', () => {
  expect(nextSlot(slots('Weekly', 5, anchor), anchor)).toEqual(at('2026-03-11T05:00:00Z'))
})

test('G9 every third day stays on its days when the hour changes', () => {
  const before = nextSlot(slots('Every 3 days', 5, anchor), anchor)
  const after = nextSlot(slots('Every 3 days', 23, anchor), at('2026-03-05T00:00:00Z'))
  expect([before, after]).toEqual([at('2026-03-07T05:00:00Z'), at('2026-03-07T23:00:00Z')])
})

test('the next slot is always later, at the hour, and no further away than the frequency', () => {
  const moment = fc.date({ min: at('2020-01-01T00:00:00Z'), max: at('2040-01-01T00:00:00Z'), noInvalidDate: true })
  fc.assert(
    fc.property(fc.constantFrom(...frequencies), fc.integer({ min: 0, max: 23 }), moment, moment, (frequency, hour, start, from) => {
      const plan = slots(frequency, hour, start)
      const next = nextSlot(plan, from)
      expect(next.getTime()).toBeGreaterThan(from.getTime())
      expect(next.getTime() - from.getTime()).toBeLessThanOrEqual(plan.everyMs)
      expect((next.getUTCHours() - hour + 24) % (frequency === '3 times a day' ? 8 : 24)).toBe(0)
    }),
  )
})
