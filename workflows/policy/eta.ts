import type { Bound } from './estimate.ts'
import { dayCeiling, type Lane } from './lanes.ts'
import { type Limits, timeFor } from './quota-time.ts'

/** How far a running backup is, counted in what it has to fetch. */
export type Progress = {
  /** Milliseconds since the epoch. */
  readonly at: number
  readonly itemsDone: number
  readonly itemsTotal: number
  readonly bytesDone: number
  readonly bytesTotal: number
}

/** Milliseconds since the epoch. */
export type Ends = { readonly low: number; readonly high: number }

/** The end was moved to later, and why. */
export type Slip = {
  readonly from: number
  readonly to: number
  readonly because: 'slower' | 'more to fetch' | 'quota of today'
  readonly at: number
}

/** What is known of the end of a run, kept between two looks at it. All plain numbers: it is stored as JSON. */
export type Eta = {
  readonly seen: Progress
  /** Smoothed over some minutes; 0 while nothing was fetched. */
  readonly itemsPerSecond: number
  readonly bytesPerSecond: number
  /** Absent until there is a rate to reckon with. */
  readonly ends?: Ends
  readonly bound: Bound
  /** The last time that the end was moved to later. */
  readonly slip?: Slip
  /** Nothing is fetched until then: a quota of the day is used up. Gone with the next look. */
  readonly waits?: { readonly until: number }
}

/** Rates are those of about so long: a minute's hiccup does not move the end by hours, a change that lasts does. */
const memoryMs = 300_000
/** Looks that are closer together say nothing of a rate. */
const shortestMs = 900
/** The end may be off by this much in either direction before anything is known better. */
const unsure = { atFirst: 0.5, later: 0.15 } as const
/** So much later than it was said is not worth a word: a minute, or a tenth of what is left. */
const tolerance = { ms: 60_000, share: 0.1 } as const
/** Quota units of one content. */
const unitsPerItem = 200

/** What to say after another look. Pure: the same looks give the same words. */
export function nextEta(before: Eta | undefined, now: Progress, limits: Limits, lane: Lane): Eta {
  if (!before) return { seen: now, itemsPerSecond: 0, bytesPerSecond: 0, bound: 'speed' }
  const passed = now.at - before.seen.at
  // A clock that was set back, or a run that began anew: what was seen before says nothing.
  if (passed < 0 || now.bytesDone < before.seen.bytesDone) return { ...before, seen: now }
  if (passed < shortestMs && now.itemsDone < now.itemsTotal) return before
  const itemsPerSecond = smoothed(before.itemsPerSecond, now.itemsDone - before.seen.itemsDone, passed)
  const bytesPerSecond = smoothed(before.bytesPerSecond, now.bytesDone - before.seen.bytesDone, passed)
  const rates = { seen: now, itemsPerSecond, bytesPerSecond }
  const left = timeLeft(now, itemsPerSecond, bytesPerSecond, limits, lane)
  if (!left) return { ...before, ...rates }
  const margin = before.ends ? unsure.later : unsure.atFirst
  const ends = { low: now.at + left.ms * (1 - margin), high: now.at + left.ms * (1 + margin) }
  return settled(before, { ...rates, ends, bound: left.bound }, now)
}

/** The end as it was said stands as long as it still can be: it moves to sooner by itself, to later only with a reason. */
function settled(before: Eta, next: Eta & { readonly ends: Ends }, now: Progress): Eta {
  const said = before.ends
  const kept = before.slip && { slip: before.slip }
  if (!said || next.ends.high <= said.high) return { ...next, ...kept }
  const late = next.ends.high - said.high
  if (late <= Math.max(tolerance.ms, (said.high - now.at) * tolerance.share)) {
    return { ...next, ...kept, ends: { low: Math.min(next.ends.low, said.high), high: said.high } }
  }
  return { ...next, slip: { from: said.high, to: next.ends.high, because: reason(before, next, now), at: now.at } }
}

function reason(before: Eta, next: Eta, now: Progress): Slip['because'] {
  if (next.bound !== 'speed') return 'quota of today'
  const { itemsTotal, bytesTotal } = before.seen
  return now.bytesTotal > bytesTotal * 1.02 || now.itemsTotal > itemsTotal * 1.02 ? 'more to fetch' : 'slower'
}

function smoothed(before: number, amount: number, passedMs: number): number {
  const rate = amount / (passedMs / 1_000)
  if (before === 0) return rate
  const weight = 1 - Math.exp(-passedMs / memoryMs)
  return before + (rate - before) * weight
}

/** Of what is left, the slower of items and bytes decides, or the quota that both need. */
function timeLeft(
  { itemsDone, itemsTotal, bytesDone, bytesTotal }: Progress,
  itemsPerSecond: number,
  bytesPerSecond: number,
  limits: Limits,
  lane: Lane,
): { readonly ms: number; readonly bound: Bound } | undefined {
  const [items, bytes] = [Math.max(0, itemsTotal - itemsDone), Math.max(0, bytesTotal - bytesDone)]
  if ((items > 0 && itemsPerSecond <= 0) || (bytes > 0 && bytesPerSecond <= 0)) return undefined
  const byItems = items === 0 ? 0 : items / itemsPerSecond
  const byBytes = bytes === 0 ? 0 : bytes / bytesPerSecond
  const bounds: readonly (readonly [Bound, number])[] = [
    ['speed', Math.max(byItems, byBytes) * 1_000],
    ['units', timeFor(items * unitsPerItem, limits.units, dayCeiling[lane])],
    ['egress', timeFor(bytes, limits.egress, dayCeiling[lane])],
  ]
  const [bound, ms] = bounds.reduce((worst, one) => (one[1] > worst[1] ? one : worst))
  return { ms, bound }
}
