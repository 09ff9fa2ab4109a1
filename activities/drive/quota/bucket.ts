import { above, below, dayCeiling, guaranteedShare, type Lane, lanes } from '../../../workflows/policy/lanes.ts'

/** How much flows into a bucket, and how much of it may be saved up. `perMinute` may be `Infinity`. */
export type Flow = { readonly perMinute: number; readonly capacity: number }

/** What a lane has put by for itself, in units, and until when it is known to wait (milliseconds of the database's clock). */
export type LaneState = { readonly credit: number; readonly waitsUntil: number }

export type BucketState = {
  readonly available: number
  /** Milliseconds of the database's clock. */
  readonly at: number
  readonly lanes: Readonly<Partial<Record<Lane, LaneState>>>
}

export type Ask = {
  readonly lane: Lane
  /** Less than this is of no use: one call. */
  readonly least: number
  /** More than this is not wanted: a lease. */
  readonly most: number
}

export type Answer = {
  /** Between `least` and `most`, or 0. */
  readonly granted: number
  /** When nothing is granted: when it is worth asking again. */
  readonly waitMs: number
  readonly states: readonly BucketState[]
}

/** The dearest single call, in units: every lane can save up for one. */
const dearestCall = 200
/** A refused lane waits for what flows in within this time, so that a saturated bucket is asked about once a second and not once a call. */
const worthwhileMs = 1_000
const longestWaitMs = 5_000
/** A lane counts as waiting for so long after the moment at which it wanted to ask again. */
const graceMs = 1_500

/** A full bucket holds the units of five seconds, so that bucket and refill together stay within the limit in any minute whatever. */
const burstShare = 1 / 12

/** The flow of a limit of so many units a minute. */
export function flowOf(unitsPerMinute: number): Flow {
  if (!Number.isFinite(unitsPerMinute)) return { perMinute: unitsPerMinute, capacity: unitsPerMinute }
  const capacity = Math.max(unitsPerMinute * burstShare, dearestCall * lanes.length)
  return { perMinute: Math.max(unitsPerMinute - capacity, unitsPerMinute / 2), capacity }
}

export const fullBucket = ({ capacity }: Flow, at: number): BucketState => ({
  available: Number.isFinite(capacity) ? capacity : 0,
  at,
  lanes: {},
})

/**
 * Takes units for a lane out of every bucket, or out of none. Pure; the time is the database's.
 *
 * A lane takes what is there, but for what lanes below it that wait have put by: each lane puts by its guaranteed share of what flows in.
 * While a lane above waits, a lane takes only from what it has put by itself. So the lanes above get all but the small shares, those
 * shares cannot be taken away, and where nobody waits everybody takes what is there.
 */
export function takeFrom(buckets: readonly { readonly state: BucketState; readonly flow: Flow }[], ask: Ask, now: number): Answer {
  const filled = buckets.map(({ state, flow }) => ({ flow, state: refill(state, flow, now) }))
  const granted = Math.min(ask.most, ...filled.map(({ state, flow }) => within(state, flow, ask.lane, now)))
  if (granted >= ask.least) return { granted, waitMs: 0, states: filled.map(({ state, flow }) => taken(state, flow, ask, granted, now)) }
  const waitMs = Math.min(longestWaitMs, Math.max(...filled.map(({ state, flow }) => waitFor(state, flow, ask, now))))
  return { granted: 0, waitMs, states: filled.map(({ state, flow }) => waiting(state, flow, ask.lane, now + waitMs + graceMs)) }
}

/** Gives back what was leased and not spent. */
export function giveBack(state: BucketState, flow: Flow, units: number): BucketState {
  return Number.isFinite(flow.perMinute) ? { ...state, available: Math.min(flow.capacity, state.available + units) } : state
}

/** How much of a day's budget a lane may still take: nothing when it has reached its ceiling. */
export function leftToday(used: number, perDay: number, lane: Lane): number {
  return Math.max(0, perDay * dayCeiling[lane] - used)
}

/** A clock that was set back fills nothing and starts anew from there; one that was set ahead fills no more than the bucket holds. */
function refill(state: BucketState, flow: Flow, now: number): BucketState {
  if (!Number.isFinite(flow.perMinute)) return { ...state, at: now }
  const inflow = (flow.perMinute * Math.max(0, now - state.at)) / 60_000
  const saved = lanes.map((lane) => {
    const { credit = 0, waitsUntil = 0 } = state.lanes[lane] ?? {}
    // A clock that was set back must not leave a lane waiting for days.
    const until = waitsUntil > now + longestWaitMs + graceMs ? 0 : waitsUntil
    return [lane, { credit: Math.min(mostCredit(lane, flow), credit + inflow * guaranteedShare[lane]), waitsUntil: until }] as const
  })
  return {
    available: Math.min(flow.capacity, state.available + inflow),
    at: now,
    lanes: Object.fromEntries(saved.filter(([, { credit, waitsUntil }]) => credit > 0 || waitsUntil > now)),
  }
}

const mostCredit = (lane: Lane, { capacity }: Flow): number =>
  guaranteedShare[lane] === 0 ? 0 : Math.max(dearestCall, capacity * guaranteedShare[lane])

const waits = (state: BucketState, lane: Lane, now: number): boolean => (state.lanes[lane]?.waitsUntil ?? 0) > now
const creditOf = (state: BucketState, lane: Lane): number => state.lanes[lane]?.credit ?? 0

/** What a lane may take just now. */
function within(state: BucketState, flow: Flow, lane: Lane, now: number): number {
  if (!Number.isFinite(flow.perMinute)) return Number.POSITIVE_INFINITY
  const own = Math.min(creditOf(state, lane), state.available)
  if (above(lane).some((higher) => waits(state, higher, now))) return own
  return Math.max(own, state.available - putBy(state, lane, now))
}

const putBy = (state: BucketState, lane: Lane, now: number): number =>
  below(lane).reduce((sum, lower) => sum + (waits(state, lower, now) ? creditOf(state, lower) : 0), 0)

function taken(state: BucketState, flow: Flow, ask: Ask, granted: number, now: number): BucketState {
  if (!Number.isFinite(flow.perMinute)) return state
  const credit = Math.max(0, creditOf(state, ask.lane) - granted)
  // Less than was wanted: it will be back soon.
  const waitsUntil = granted < ask.most ? now + worthwhileMs : 0
  return { ...state, available: state.available - granted, lanes: { ...state.lanes, [ask.lane]: { credit, waitsUntil } } }
}

function waiting(state: BucketState, flow: Flow, lane: Lane, until: number): BucketState {
  if (!Number.isFinite(flow.perMinute)) return state
  return { ...state, lanes: { ...state.lanes, [lane]: { credit: creditOf(state, lane), waitsUntil: until } } }
}

function waitFor(state: BucketState, flow: Flow, { lane, least, most }: Ask, now: number): number {
  if (!Number.isFinite(flow.perMinute)) return 0
  const perMs = flow.perMinute / 60_000
  const worthwhile = Math.max(least, Math.min(most, perMs * worthwhileMs))
  const wanted = Math.min(worthwhile, flow.capacity) - within(state, flow, lane, now)
  return Math.max(1, Math.ceil(wanted / perMs))
}
