import type { Range } from '../../workflows/policy/estimate.ts'

const units = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
] as const

/** "2 to 5 hours", "about 3 days", "less than a minute": for sentences. The high end is rounded up, so that it is not too early. */
export function durationRange({ low, high }: Range): string {
  const [name, ms] = units.find(([, length]) => high >= 1.5 * length) ?? units[2]
  const [from, to] = [Math.floor(low / ms + 0.25), Math.ceil(high / ms - 0.05)]
  if (to < 1 || (name === 'minute' && high < ms)) return 'less than a minute'
  const word = to === 1 ? name : `${name}s`
  return from < 1 ? `up to ${to} ${word}` : from === to ? `about ${to} ${word}` : `${from} to ${to} ${word}`
}
