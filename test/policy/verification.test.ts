import { expect, test } from 'vitest'
import { nextSlot } from '../../workflows/policy/schedule.ts'
import { comparesDrives, dailyReadBytes, verificationSlots } from '../../workflows/policy/verification.ts'

const gibibyte = 1024 ** 3

test('P9 a vault of any size is read within a quarter', () => {
  for (const stored of [0, gibibyte, 500 * gibibyte, 2_000 * gibibyte, 1_000_000 * gibibyte + 1])
    expect(dailyReadBytes(stored) * 91).toBeGreaterThanOrEqual(stored)
})

test('a small vault is read in a day', () => {
  expect(dailyReadBytes(0)).toBe(20 * gibibyte)
})

test('drives are compared with Google on one day of seven, a Sunday', () => {
  const days = Array.from({ length: 14 }, (_, n) => new Date(Date.UTC(2026, 10, 20 + n, 13)))
  expect(days.filter(comparesDrives).map((day) => day.getUTCDay())).toEqual([0, 0])
})

test('verification has one slot a day', () => {
  const first = nextSlot(verificationSlots, new Date('2026-11-24T12:00:00Z'))
  expect(first.toISOString()).toBe('2026-11-24T13:00:00.000Z')
  expect(nextSlot(verificationSlots, first).toISOString()).toBe('2026-11-25T13:00:00.000Z')
})
