import { expect, test } from 'vitest'
import { duration, moment, plain, size } from '../../bot/console/render/format.ts'

test.each([
  [0, '0 bytes'],
  [1, '1 byte'],
  [999, '999 bytes'],
  [1_000, '1 KB'],
  [1_450, '1.5 KB'],
  [999_400, '999 KB'],
  [999_999, '1 MB'],
  [9_970_000, '10 MB'],
  [4_100_000_000, '4.1 GB'],
  [12_345_678_901_234_000, '12 PB'],
])('%i bytes are %s', (bytes, words) => {
  expect(size(bytes)).toBe(words)
})

test.each([
  [0, 'under 1 s'],
  [45_000, '45 s'],
  [60_000, '1 min'],
  [725_000, '12 min 5 s'],
  [12_000_000, '3 h 20 min'],
  [187_200_000, '2 d 4 h'],
  [3_600_000 + 5_000, '1 h'],
])('%i ms are %s', (ms, words) => {
  expect(duration(ms)).toBe(words)
})

test('a moment is said in the reader’s own time, with its zone', () => {
  expect(moment('2026-07-01T22:30:00Z', 'UTC')).toBe('1 Jul 2026, 22:30 UTC')
  expect(moment('2026-07-01T22:30:00Z', 'Europe/Berlin')).toBe('2 Jul 2026, 00:30 CEST')
})

test('a count takes the noun that fits', () => {
  const said = (count: number) => plain({ type: 'count', count, one: 'file' }, { timeZone: 'UTC' })
  expect([said(0), said(1), said(1_204)]).toEqual(['0 files', '1 file', '1,204 files'])
  expect(
    plain([{ type: 'count', count: 3 }, ' of ', { type: 'count', count: 9, one: 'entry', many: 'entries' }], { timeZone: 'UTC' }),
  ).toBe('3 of 9 entries')
})
