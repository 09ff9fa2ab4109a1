import type { Slots } from './schedule.ts'

const dayMs = 86_400_000
const hourMs = 3_600_000
const gibibyte = 1024 ** 3

/** Once a day, by day in Europe and before the backups of the night: 13:00 UTC. */
export const verificationSlots: Slots = { everyMs: dayMs, offsetMs: 13 * hourMs }

/** What one shard reads: some minutes of work. */
export const shardReadBytes = 1 * gibibyte

/** Even a small vault is read at this pace, so that it is through in a day. */
const leastDailyBytes = 20 * gibibyte
const quarterDays = 91

/** P9: so many bytes a day that everything has been read within a quarter. */
export function dailyReadBytes(storedBytes: number): number {
  return Math.max(leastDailyBytes, Math.ceil(storedBytes / quarterDays))
}

/** Whether the round that begins at `at` also compares the drives with Google: once a week, on Sundays. */
export function comparesDrives(at: Date): boolean {
  // Day 0 was a Thursday.
  return Math.floor(at.getTime() / dayMs) % 7 === 3
}
