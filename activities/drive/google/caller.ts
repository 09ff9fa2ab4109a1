import type { Clock } from '../../../db/kit/clock.ts'
import type { Random } from '../../../db/kit/random.ts'
import type { DriveFailure } from '../failure-types.ts'
import type { QuotaBucket, QuotaLimiter } from '../quota/limiter.ts'
import type { Meter } from '../quota/meter.ts'
import { type DriveMethod, unitsOf } from '../quota/units.ts'
import { failureOf, NoAnswer } from './failure.ts'
import { linkSignal } from './linked-signal.ts'

/**
 * Makes one call of Google's API count, wait for quota, and be repeated when that is worth it. `attempt` begins at 1.
 * @throws {DriveFailure} the last failure
 */
export type Caller = <Result>(
  method: DriveMethod,
  run: (signal: AbortSignal, attempt: number) => Promise<Result>,
  signal?: AbortSignal,
) => Promise<Result>

export type CallerOptions = {
  readonly clock: Clock
  readonly random: Random
  readonly limiter: QuotaLimiter
  readonly buckets: readonly QuotaBucket[]
  readonly meter: Meter
  readonly signal: AbortSignal
  /** Makes the next call ask for a fresh access token. */
  readonly renewAccess: () => void
}

/** Tries within one call: enough for a hiccup. What lasts longer is Temporal's to repeat, where a person sees it. */
const mostTries = 6
/** An answer's head that has not come by then will not come. */
const answerMs = 120_000
/** A longer wait than this is Temporal's too: an activity must not sit and hold its place. */
const longestPauseMs = 64_000

export function createCaller(options: CallerOptions): Caller {
  const { clock, random, limiter, buckets, meter } = options

  return async (method, run, extra) => {
    let renewed = false
    for (let attempt = 1; ; attempt++) {
      const link = linkSignal(options.signal, extra)
      const stopWaiting = () => link.release()
      try {
        link.signal.throwIfAborted()
        await limiter.take(buckets, unitsOf[method], link.signal)
        meter.count(method)
        return await inTime(clock, link.abort, () => run(link.signal, attempt))
      } catch (error) {
        options.signal.throwIfAborted()
        extra?.throwIfAborted()
        const failure = failureOf(link.signal.aborted ? link.signal.reason : error)
        if (failure.status === 401 && !renewed) {
          renewed = true
          options.renewAccess()
          continue
        }
        const pauseMs = pauseBefore(failure, attempt, random)
        if (pauseMs === undefined || attempt >= mostTries) throw failure
        await clock.sleep(pauseMs, extra ?? options.signal)
      } finally {
        stopWaiting()
      }
    }
  }
}

async function inTime<Result>(clock: Clock, abort: (reason: unknown) => void, work: () => Promise<Result>): Promise<Result> {
  const stop = clock.every(answerMs, () => abort(new NoAnswer(`Google did not answer within ${answerMs / 1000} seconds.`)))
  try {
    return await work()
  } finally {
    stop()
  }
}

/**
 * How long to wait before the next try, with full jitter; nothing when a try makes no sense here. For throttling by Google's formula
 * min(2^n s, 32 s): https://developers.google.com/workspace/drive/api/guides/limits#exponential
 */
function pauseBefore(failure: DriveFailure, attempt: number, random: Random): number | undefined {
  const serverFault = failure.status === undefined || failure.status >= 500 || failure.status === 408
  const worthIt = failure.type === 'RateLimited' || failure.type === 'Unreachable' || (failure.type === 'TransientProvider' && serverFault)
  if (!worthIt) return undefined
  if (failure.retryAfterMs !== undefined && failure.retryAfterMs > longestPauseMs) return undefined
  const topMs = failure.type === 'RateLimited' ? Math.min(2 ** attempt * 1000, 32_000) : Math.min(2 ** attempt * 150, 8_000)
  return (failure.retryAfterMs ?? 0) + Math.ceil(random.fraction() * topMs)
}
