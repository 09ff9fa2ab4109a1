/** When a run must not believe by itself that items are gone: drive.md, "Changes", GUARD. */

/** How much of a drive a run may remove without a person's word; settings of its task. */
export type RemovalLimits = { readonly holdPercent: number; readonly holdItems: number }

export type Removals = {
  /** Items that the run would remove from the newest state. */
  readonly removed: number
  /** Items of the newest state, before the run. */
  readonly known: number
  /** A person has seen a number and said that so many may go; more than that is another matter. Null when nobody has. */
  readonly accepted: number | null
}

/**
 * True when the removals are to be held back: both limits are reached and nobody has accepted as many. Two limits, because a percentage
 * alone would hold a small drive for three files, and a number alone a large drive for its daily life.
 */
export function holdsRemovals({ removed, known, accepted }: Removals, { holdPercent, holdItems }: RemovalLimits): boolean {
  if (removed < holdItems || removed <= (known * holdPercent) / 100) return false
  return accepted === null || removed > accepted
}

/** What the drive's people read of a held run. */
export function heldSentence(removed: number, generation: number): string {
  const many = removed.toLocaleString('en-US')
  return `${many} items are gone from Google Drive since snapshot ${generation}, more than a backup removes by itself. Everything else was backed up; these items were kept. If they were meant to go, accept their removal.`
}
