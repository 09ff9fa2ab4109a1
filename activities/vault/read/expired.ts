/** Ranges of generations that were given up on purpose: what a chain of roots may lack (docs/VAULT-FORMAT.md, "Roots"). */
import type { ExpiredRange } from '../root.ts'

/** The range that holds the generation, or nothing when it was not given up. */
export function rangeOf(expired: readonly ExpiredRange[] | undefined, gen: number): ExpiredRange | undefined {
  return expired?.find(({ from, to }) => from <= gen && gen <= to)
}

/** Both lists as one, in order; ranges that touch become one. The lists must not overlap. */
export function joinRanges(some: readonly ExpiredRange[], more: readonly ExpiredRange[]): readonly ExpiredRange[] {
  const joined: ExpiredRange[] = []
  for (const range of [...some, ...more].sort((a, b) => a.from - b.from)) {
    const last = joined.at(-1)
    if (last && last.to + 1 === range.from) joined[joined.length - 1] = { ...last, to: range.to, lastHash: range.lastHash }
    else joined.push(range)
  }
  return joined
}
