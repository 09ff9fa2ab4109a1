/** What a check of a vault has to say, kept small however much is wrong. */

/**
 * `missing` it is not there · `size` it has another size than it was written with · `damaged` it does not read as it was written ·
 * `chain` the history of snapshots was cut or rewritten · `overwritten` somebody wrote over it or deleted it, and the version that counts is
 * still there · `lock` its lock ends soon, or it has none · `foreign` it is nothing of a vault's · `healed` it is damaged, and all that was lost
 * with it is stored again elsewhere. None is ever repaired or deleted by a check.
 */
export type FindingKind = 'missing' | 'size' | 'damaged' | 'chain' | 'overwritten' | 'lock' | 'foreign' | 'healed'

/** Kinds that mean that something cannot be brought back, or that somebody has been at work. The others are for the operator to look at. */
export const alarming: ReadonlySet<FindingKind> = new Set(['missing', 'size', 'damaged', 'chain', 'overwritten'])

export type Finding = {
  readonly kind: FindingKind
  readonly objectKey: string
  /** What is wrong, as the end of a sentence that begins with the object. */
  readonly detail: string
  /** Blobs in it that cannot be read any more. */
  readonly blobIds?: readonly string[]
  readonly needs?: Needs
}

/** Who depends on a damaged object. */
export type Needs = {
  /** Generations of the snapshots that need it, as ranges `[first, last]`. */
  readonly snapshots: readonly (readonly [number, number])[]
  /** At most {@link mostItems}; `itemCount` counts them all. */
  readonly items: readonly NeedingItem[]
  readonly itemCount: number
  /** Why the list may lack some, when it may. */
  readonly incomplete?: string
}

export type NeedingItem = {
  readonly itemId: string
  /** Hostile text. */
  readonly name: string
  /** It needs the object in the snapshots `[from, to]`. */
  readonly from: number
  readonly to: number
}

export const mostItems = 100
const mostFindings = 200

export type Findings = {
  readonly counts: Readonly<Partial<Record<FindingKind, number>>>
  /** The first {@link mostFindings} of them. */
  readonly list: readonly Finding[]
}

export type Collector = { add(finding: Finding): void; result(): Findings }

export function collectFindings(): Collector {
  const counts: Partial<Record<FindingKind, number>> = {}
  const list: Finding[] = []
  return {
    add(finding) {
      counts[finding.kind] = (counts[finding.kind] ?? 0) + 1
      if (list.length < mostFindings) list.push(finding)
    },
    result: () => ({ counts, list }),
  }
}

export function countOf({ counts }: Findings, which: 'all' | 'alarming'): number {
  return Object.entries(counts).reduce(
    (sum, [kind, count]) => (which === 'all' || alarming.has(kind as FindingKind) ? sum + count : sum),
    0,
  )
}
