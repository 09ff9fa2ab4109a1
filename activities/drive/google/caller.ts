import type { Clock } from '../../../db/kit/clock.ts'
import type { Random } from '../../../db/kit/random.ts'
import type { Lane } from '../../../workflows/policy/lanes.ts'
import type { DriveFailure } from '../failure-types.ts'
import type { Identities, Identity } from '../quota/identities.ts'
import type { Meter } from '../quota/meter.ts'
import type { DriveMethod } from '../quota/units.ts'
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
  /** Whom calls are made as, in turn. */
  readonly identities: Identities
  readonly lane: Lane
  readonly clock: Clock
  readonly random: Random
  readonly meter: Meter
  readonly signal: AbortSignal
}

/** Tries within one call: enough for a hiccup. What lasts longer is Temporal's to repeat, where a person sees it. */
const mostTries = 6
/** An answer's head that has not come by then will not come. */
const answerMs = 120_000
/** A longer wait than this is Temporal's too: an activity must not sit and hold its place. */
const longestPauseMs = 64_000

export function createCaller({ identities, lane, clock, random, meter, signal: ours }: CallerOptions): Caller {
  return async (method, run, extra) => {
    const alive = linkSignal(ours, extra)
    let renewed = false
    let onlyFirst = false
    let by: Identity = identities.first
    try {
      for (let attempt = 1; ; attempt++) {
        try {
          alive.signal.throwIfAborted()
          by = await identities.take(method, lane, onlyFirst, alive.signal)
          meter.count(method)
          return await identities.as(by, () => inTime(clock, alive.signal, (signal) => run(signal, attempt)))
        } catch (error) {
          alive.signal.throwIfAborted()
          const failure = failureOf(error)
          const renew: boolean = failure.status === 401 && !renewed
          if (renew) by.access.renew()
          renewed ||= renew
          const next = renew ? 'believe' : identities.afterFailure(by, method, failure)
          onlyFirst ||= next === 'first'
          const pauseMs = renew || next !== 'believe' ? 0 : pauseBefore(failure, attempt, random)
          if (pauseMs === undefined || attempt >= mostTries) throw failure
          await clock.sleep(pauseMs, alive.signal)
        }
      }
    } finally {
      alive.release()
    }
  }
}

/** Gives the work a signal that also ends it when no answer comes. @throws {NoAnswer} */
async function inTime<Result>(clock: Clock, alive: AbortSignal, work: (signal: AbortSignal) => Promise<Result>): Promise<Result> {
  const link = linkSignal(alive)
  const stop = clock.every(answerMs, () => link.abort(new NoAnswer(`Google did not answer within ${answerMs / 1000} seconds.`)))
  try {
    return await work(link.signal)
  } catch (error) {
    throw link.signal.aborted ? link.signal.reason : error
  } finally {
    stop()
    link.release()
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
