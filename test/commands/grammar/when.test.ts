import fc from 'fast-check'
import { expect, test } from 'vitest'
import { offsetMinutes, readWhen } from '../../../bot/commands/grammar/when.ts'

/** A Tuesday morning in Berlin, which is an hour ahead of UTC then. */
const now = new Date('2026-11-24T09:00:00Z')
const read = (text: string, edge: 'start' | 'end' = 'end', zone = 'Europe/Berlin') => readWhen(text, now, zone, edge)?.toISOString()

test.each([
  ['yesterday 14:00', '2026-11-23T13:00:00.000Z'],
  ['yesterday', '2026-11-23T22:59:59.999Z'],
  ['last friday', '2026-11-20T22:59:59.999Z'],
  ['3 hours ago', '2026-11-24T06:00:00.000Z'],
  ['2026-11-20 08:00', '2026-11-20T07:00:00.000Z'],
  ['2026-07-01 12:00', '2026-07-01T10:00:00.000Z'],
  ['2026-11-20T08:00:00Z', '2026-11-20T08:00:00.000Z'],
  ['2026-11-20T08:00:00+02:00', '2026-11-20T06:00:00.000Z'],
  ['20 Nov 2026 5pm UTC', '2026-11-20T17:00:00.000Z'],
  ['november', '2026-11-30T22:59:59.999Z'],
  ['now', '2026-11-24T09:00:00.000Z'],
])('“%s” in Berlin is %s', (text, moment) => {
  expect(read(text)).toBe(moment)
})

test('a day without an hour begins at midnight there, where a beginning is asked for', () => {
  expect(read('yesterday', 'start')).toBe('2026-11-22T23:00:00.000Z')
  expect(read('2026-11-20', 'start', 'America/New_York')).toBe('2026-11-20T05:00:00.000Z')
})

test.each(['', 'foo', 'yesterday foo bar', '45/45/2026', '2026-13-45', 'Finance', '"'])('“%s” is no date', (text) => {
  expect(read(text)).toBeUndefined()
})

test('every day of a year, written as a date, is 24 hours long but for the two that are 23 and 25', () => {
  const lengths = Array.from({ length: 365 }, (_, day) => {
    const date = new Date(Date.UTC(2026, 0, 1 + day)).toISOString().slice(0, 10)
    const [from, to] = [readWhen(date, now, 'Europe/Berlin', 'start'), readWhen(date, now, 'Europe/Berlin', 'end')]
    return Math.round(((to?.getTime() ?? 0) - (from?.getTime() ?? 0)) / 3_600_000)
  })
  expect(lengths.filter((hours) => hours !== 24).sort()).toEqual([23, 25])
})

test('whatever is typed, the answer is a valid moment or none', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 30 }), fc.constantFrom('UTC', 'Asia/Kathmandu', 'America/St_Johns'), (text, zone) => {
      const moment = readWhen(text, now, zone, 'start')
      expect(moment === undefined || !Number.isNaN(moment.getTime())).toBe(true)
    }),
  )
})

test('offsets are those of the zone at that moment', () => {
  expect(offsetMinutes(now, 'Asia/Kathmandu')).toBe(345)
  expect(offsetMinutes(new Date('2026-07-01T00:00:00Z'), 'Europe/Berlin')).toBe(120)
})
