import type { Clock } from '../../../db/kit/clock.ts'
import type { Random } from '../../../db/kit/random.ts'
import { StoreUnavailable } from '../errors.ts'

/**
 * Does `work`, and does it again while it fails in a way that may pass. `again` tells the work that an earlier try of it failed and may
 * nevertheless have had its effect: the answer may be what got lost.
 * @throws the error of the last try
 */
export type Retry = <T>(work: (again: boolean) => Promise<T>) => Promise<T>

export type RetryOptions = {
  readonly clock: Clock
  readonly random: Random
  /** No further try is made once this is aborted. */
  readonly signal?: AbortSignal
}

/** Together at most 12 seconds of waiting: what lasts longer is for the caller's own, more patient repetition. */
const maxTries = 6
const firstPauseMs = 400
const longestPauseMs = 10_000

/**
 * System codes of a refusal: trying again is of no use before a person has acted. A store that knows no such codes puts the nearest one on
 * the `cause` of its {@link StoreUnavailable}.
 */
const lasting = ['ENOSPC', 'EDQUOT', 'EACCES', 'EPERM', 'EROFS', 'ENOENT', 'ENOTDIR', 'ENOTSUP', 'ENAMETOOLONG', 'EFBIG']

/** Whether the same call may succeed a moment later with nobody doing anything. */
export function mayPass(error: unknown): boolean {
  if (!(error instanceof StoreUnavailable)) return false
  const { cause } = error
  return !(cause instanceof Error && 'code' in cause && typeof cause.code === 'string' && lasting.includes(cause.code))
}

/** Waits between tries with full jitter, so that many workers that failed together do not come back together. */
export function retries({ clock, random, signal }: RetryOptions): Retry {
  const pause = (failures: number) => clock.sleep(random.fraction() * Math.min(longestPauseMs, firstPauseMs * 2 ** (failures - 1)), signal)
  return async (work) => {
    for (let failures = 0; ; ) {
      try {
        return await work(failures > 0)
      } catch (error) {
        failures += 1
        if (!mayPass(error) || failures === maxTries || signal?.aborted) throw error
        await pause(failures).catch(() => {
          throw error // Aborted while waiting: what the store said tells more than "aborted".
        })
      }
    }
  }
}

/** The one that never tries again. */
export const once: Retry = (work) => work(false)
