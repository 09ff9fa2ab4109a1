import type { Clock } from '../../../db/kit/clock.ts'
import type { Lane } from '../../../workflows/policy/lanes.ts'
import { openPurses, type Purse } from './purses.ts'

/** The limits of one identity or one project. `Infinity` for none; absent day limits are none. */
export type QuotaBucket = {
  readonly key: string
  readonly unitsPerMinute: number
  readonly unitsPerDay?: number
  readonly egressPerDay?: number
}

/**
 * Takes from buckets that all workers share, in the database: units of calls, or bytes that come out of Drive. When `granted` is 0, nothing
 * was taken, and it is worth asking again after `waitMs`.
 * @throws {DriveFailure} `QuotaExceeded`: the day's budget is used up for this lane; it says when the next one begins
 */
export type TakeShared = (buckets: readonly QuotaBucket[], ask: SharedAsk) => Promise<{ readonly granted: number; readonly waitMs: number }>

export type SharedAsk = {
  readonly what: 'units' | 'egress'
  readonly lane: Lane
  readonly least: number
  readonly most: number
}

/** Gives back what was leased and not spent, so that it counts for nobody. */
export type GiveBack = (buckets: readonly QuotaBucket[], what: 'units' | 'egress', amount: number) => Promise<void>

export interface QuotaLimiter {
  /**
   * Resolves when a call of this many units may be made, with the place of the choice whose turn it is: each choice is the buckets of one
   * identity, and the first of them that has units goes. Rejects with the signal's reason when it is aborted first.
   * @throws {DriveFailure} `QuotaExceeded`
   */
  take(choices: readonly (readonly QuotaBucket[])[], units: number, lane: Lane, signal: AbortSignal): Promise<number>

  /**
   * Counts bytes that are about to come out of Drive. A file is let in while the lane's day has anything left, and is then counted whole, so
   * that none stops in its middle; what it overdraws is taken off the next day.
   * @throws {DriveFailure} `QuotaExceeded`
   */
  takeEgress(buckets: readonly QuotaBucket[], bytes: number, lane: Lane, signal: AbortSignal): Promise<void>
}

export type SharedQuota = { readonly take: TakeShared; readonly giveBack: GiveBack }

/** The largest lease: enough for 128 downloads, and at most a twelfth of the smallest bucket's minute. */
const mostUnits = 25_600
/** A first lease pays for this many calls; each that is spent within seconds is followed by one twice as large. */
const firstCalls = 8
const mostBytes = 256 * 2 ** 20
const firstBytes = 4 * 2 ** 20

/**
 * A limiter whose workers keep to common limits at less than one database call for every 50 calls of the API: leases are taken from what is
 * shared, and spent here. What a worker has leased and not spent is given back when it falls idle; when it dies, the minute's buckets
 * refill, and the day counts at most a lease too much.
 */
export function createQuotaLimiter(shared: SharedQuota, clock: Clock): QuotaLimiter {
  const purses = openPurses(shared, clock)
  let turn = 0

  return {
    async take(choices, units, lane, signal) {
      if (units === 0) return 0
      turn++
      for (;;) {
        signal.throwIfAborted()
        const order = choices.map((_, index) => (turn + index) % choices.length)
        const candidates = order.map((index) => {
          const buckets = choices[index] ?? []
          return { index, purse: purses.of(buckets, { what: 'units', lane, first: units * firstCalls, most: mostLease(buckets) }) }
        })
        const ready = await firstAble(candidates, units, signal)
        if (ready) return ready.index
        // Each of them has to wait: the shortest wait is enough.
        await untilAborted(Promise.race(candidates.map(({ purse }) => purse.rested())), signal)
      }
    },

    async takeEgress(buckets, bytes, lane, signal) {
      if (bytes === 0) return
      const purse = purses.of(buckets, { what: 'egress', lane, first: firstBytes, most: mostBytes })
      for (;;) {
        signal.throwIfAborted()
        if (purse.spend(bytes)) return
        await untilAborted(purse.fill(bytes), signal)
        await untilAborted(purse.rested(), signal)
      }
    },
  }
}

/** The first that has units at hand, or gets them. */
async function firstAble(candidates: readonly { readonly index: number; readonly purse: Purse }[], units: number, signal: AbortSignal) {
  for (const candidate of candidates) {
    if (candidate.purse.spend(units)) return candidate
    if (candidate.purse.resting()) continue
    await untilAborted(candidate.purse.fill(units), signal)
    if (candidate.purse.spend(units)) return candidate
  }
  return undefined
}

function mostLease(buckets: readonly QuotaBucket[]): number {
  return Math.min(mostUnits, Math.floor(Math.min(...buckets.map((bucket) => bucket.unitsPerMinute)) / 12))
}

/** Waits for what others wait for too: giving up must not stop it. */
async function untilAborted(work: Promise<unknown>, signal: AbortSignal): Promise<void> {
  let abort: (() => void) | undefined
  const aborted = new Promise<never>((_, reject) => {
    abort = () => reject(signal.reason)
    signal.addEventListener('abort', abort, { once: true })
  })
  try {
    await Promise.race([work, aborted])
  } finally {
    if (abort) signal.removeEventListener('abort', abort)
  }
}
