/**
 * The decisions of garbage collection and of the writers beside it. A cycle has two phases with at least a day between: `mark` takes what no
 * snapshot needs out of the index that deduplicates, and counts an epoch on; `sweep` deletes. Whatever a writer has seen before the count,
 * it either has committed by then, or can never commit: that, and not a clock, is what makes deletion safe. The model in `test/model/gc`
 * runs these functions through every interleaving.
 */

/** A backup run as the ledger knows it. */
export type Session = {
  readonly id: string
  /** The epoch when it began: what it may have seen in the index that deduplicates. */
  readonly epoch: number
  /** Since when it has shown no sign of life. */
  readonly quietMs: number
}

export type Cycle = { readonly phase: 'idle' } | { readonly phase: 'marked'; readonly epoch: number; readonly ageMs: number }

export type GcPolicy = {
  /** The least time between marking and deleting: for readers of what was given up, and for listings that lag. */
  readonly waitMs: number
  /** A run that was quiet for so long is taken for dead, and fenced. */
  readonly leaseMs: number
  /** What no index ever named may belong to a run that failed and will be repeated: it is left alone for so long. */
  readonly orphanMs: number
  /** More than this much of a drive's bytes is not deleted without an approval. */
  readonly approvalPercent: number
  readonly removalsPerSecond: number
}

const hourMs = 3_600_000

export const usualGcPolicy: GcPolicy = {
  waitMs: 24 * hourMs,
  leaseMs: 24 * hourMs,
  orphanMs: 7 * 24 * hourMs,
  approvalPercent: 10,
  removalsPerSecond: 50,
}

export type Step =
  | { readonly step: 'mark' }
  | { readonly step: 'wait'; readonly reason: 'too soon' | 'runs are open'; readonly sessions: readonly string[] }
  | { readonly step: 'sweep'; readonly fence: readonly string[] }

/** What a cycle does next. `sessions` are all open ones of the drive. */
export function nextStep(cycle: Cycle, sessions: readonly Session[], { waitMs, leaseMs }: Pick<GcPolicy, 'waitMs' | 'leaseMs'>): Step {
  if (cycle.phase === 'idle') return { step: 'mark' }
  if (!(cycle.ageMs >= waitMs)) return { step: 'wait', reason: 'too soon', sessions: [] }
  const older = sessions.filter(({ epoch }) => epoch < cycle.epoch)
  const alive = older.filter(({ quietMs }) => quietMs < leaseMs)
  if (alive.length > 0) return { step: 'wait', reason: 'runs are open', sessions: alive.map(({ id }) => id) }
  return { step: 'sweep', fence: older.map(({ id }) => id) }
}

/** Whether what no index names can be garbage at all: not while a run is open that may have just written it. */
export function orphansCount(sessions: readonly Session[]): boolean {
  return sessions.length === 0
}

/** How a run stands when it wants to write something down. */
export type Standing = {
  /** Begun, not ended and not fenced. */
  readonly open: boolean
  readonly epoch: number
}

/** A run that has ended or was fenced writes nothing down any more: neither what it fetched nor a snapshot. Asked after the newest root was read. */
export function mayWrite({ open }: Standing): boolean {
  return open
}

/** Whether contents that a run hands on can be offered to later runs: not when some of them may have been taken out meanwhile. */
export function mayOffer({ epoch }: Standing, now: number): boolean {
  return epoch === now
}

/** What a root may be put on top of: the generation that the run started from, with nothing but upkeep since. */
export function mayFollow(since: readonly { readonly maintenance: boolean }[]): boolean {
  return since.every(({ maintenance }) => maintenance)
}

export function needsApproval(bytes: number, totalBytes: number, { approvalPercent }: Pick<GcPolicy, 'approvalPercent'>): boolean {
  return bytes * 100 > totalBytes * approvalPercent
}
