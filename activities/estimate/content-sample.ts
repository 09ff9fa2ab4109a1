import type { Distinct } from '../../workflows/policy/estimate.ts'

/** A content of the sample: the first half of its SHA-256, its bytes, and how often it was seen. */
export type Seen = readonly [hash: string, size: number, times: number]

/** So many contents tell the share of those that are there once, to a few per cent, and fit into a row. */
const mostKept = 2_000
/** How far off a sample of this size may be, and how far for bytes, whose few large files weigh most. */
const off = { files: 0.05, bytes: 0.15 } as const

/**
 * Keeps the contents with the smallest hashes, which is a fair sample of all distinct contents however many there are: one that is kept at
 * the end was kept from its first time on, so how often it was seen is exact.
 */
export function addToSample(sample: readonly Seen[], contents: readonly { readonly sha256: string; readonly size: number }[]): Seen[] {
  const kept = new Map(sample.map((seen) => [seen[0], seen]))
  for (const { sha256, size } of contents) {
    const hash = sha256.slice(0, 32)
    kept.set(hash, [hash, size, (kept.get(hash)?.[2] ?? 0) + 1])
  }
  return [...kept.values()].sort(([a], [b]) => (a < b ? -1 : 1)).slice(0, mostKept)
}

/** The share of contents, and of their bytes, that is left when each is fetched once. Exact while the sample has all of them. */
export function distinctOf(sample: readonly Seen[]): Distinct {
  const times = sample.reduce((sum, [, , count]) => sum + count, 0)
  const bytes = sample.reduce((sum, [, size, count]) => sum + size * count, 0)
  const once = sample.reduce((sum, [, size]) => sum + size, 0)
  const files = times === 0 ? 1 : sample.length / times
  const share = bytes === 0 ? 1 : once / bytes
  const exact = sample.length < mostKept
  const around = (value: number, margin: number) => ({ low: Math.max(0, value - margin), high: Math.min(1, value + margin) })
  return { files: around(files, exact ? 0 : off.files), bytes: around(share, exact ? 0 : off.bytes) }
}
