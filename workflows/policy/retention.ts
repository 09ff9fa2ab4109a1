/**
 * Which snapshots of a drive may be given up (SET-16, P3). By age alone, never by number: whoever floods a drive with snapshots cannot push
 * a good one out. Times are milliseconds since 1970.
 */
import type { Slots } from './schedule.ts'

/** Once a night, when the backups of the night are mostly over: 05:00 UTC. */
export const retentionSlots: Slots = { everyMs: 86_400_000, offsetMs: 5 * 3_600_000 }

/** One committed generation. `at` is the latest of all that says when it was made: its own time, the store's time of the object. */
export type Generation = {
  readonly gen: number
  readonly at: number
  /** Made by upkeep: it has the state of the one before and is no restore point. */
  readonly maintenance: boolean
}

export type RetentionPolicy = {
  /** How long a state of the drive stays within reach after it was replaced. */
  readonly keepMs: number
  /** Times of which every state must stay, whatever its age. Without `to`, from then on. */
  readonly holds: readonly { readonly from: number; readonly to?: number }[]
}

export type ClockReading = {
  readonly now: number
  /** The newest time that anything else vouches for: the store, the database, the newest root, the last visit to the drive. */
  readonly newestEvidence: number
}

export type Range = { readonly from: number; readonly to: number }

export type Expiry =
  | { readonly verdict: 'clock in doubt'; readonly aheadMs: number }
  | { readonly verdict: 'decided'; readonly expire: readonly Range[] }

const hourMs = 3_600_000
/** Snapshots stay so much longer than the retention says: a clock two days slow when one was made, and one two days fast now, cost none. */
export const graceMs = 96 * hourMs
/** A clock that is further ahead of everything else is not believed at all. */
export const mostAheadMs = 48 * hourMs
/** Upkeep's own roots are given up along with snapshots; by themselves only when so many have gathered. */
const manyMaintenance = 100

/**
 * What may be given up now. `generations` are all live ones, oldest first; `lastGood` is the newest of them that a person could fall back on.
 * A snapshot's age counts from when the next one replaced it: until then it was the drive's state, however old. Kept always: the newest
 * generation, the newest snapshot, `lastGood`, every state that a hold touches, and all that is younger than retention and grace.
 */
export function expiry(generations: readonly Generation[], policy: RetentionPolicy, clock: ClockReading, lastGood?: number): Expiry {
  const aheadMs = clock.now - clock.newestEvidence
  if (!(aheadMs <= mostAheadMs)) return { verdict: 'clock in doubt', aheadMs }
  const cutoff = clock.now - policy.keepMs - graceMs
  const lived = lifetimes(generations)
  const expire = lived
    .slice(0, -1)
    .filter(({ gen, until }) => until <= cutoff && gen !== lastGood)
    .filter((one) => one.maintenance || !policy.holds.some((hold) => touches(one, hold)))
  const worthIt = expire.some(({ maintenance }) => !maintenance) || expire.length >= manyMaintenance
  return { verdict: 'decided', expire: worthIt ? inRanges(lived, new Set(expire.map(({ gen }) => gen))) : [] }
}

type Lived = Generation & { readonly until: number }

/** From when to when each generation's state was the drive's. A clock that went back between two of them does not make the later one older. */
function lifetimes(generations: readonly Generation[]): readonly Lived[] {
  const lived: Lived[] = []
  let latest = Number.NEGATIVE_INFINITY
  const ordered = generations.map((one) => {
    latest = Math.max(latest, one.at)
    return { ...one, at: latest }
  })
  let until = Number.POSITIVE_INFINITY
  for (const one of ordered.toReversed()) {
    lived.push({ ...one, until })
    if (!one.maintenance) until = one.at
  }
  return lived.reverse()
}

function touches({ at, until }: Lived, { from, to = Number.POSITIVE_INFINITY }: { readonly from: number; readonly to?: number }): boolean {
  return at <= to && from < until
}

/** Generations that follow each other, also across some that were given up before, are not joined: a range names only what is there. */
function inRanges(lived: readonly Lived[], chosen: ReadonlySet<number>): readonly Range[] {
  const ranges: { from: number; to: number }[] = []
  for (const { gen } of lived) {
    if (!chosen.has(gen)) continue
    const last = ranges.at(-1)
    if (last && last.to + 1 === gen) last.to = gen
    else ranges.push({ from: gen, to: gen })
  }
  return ranges
}
