import type { Clock } from '../../../../../db/kit/clock.ts'
import { type WireError, wireError } from '../http/errors.ts'
import { unitsPerMinute } from './units.ts'

const minuteMs = 60_000

/** Quota units of one minute, for each user and for the project. */
export type Quota = {
  /**
   * Takes the units of one call, from the user's minute and the project's; of a refused call nothing is taken.
   * @throws {WireError} 403 `userRateLimitExceeded` or 429 `rateLimitExceeded`
   */
  charge(user: string, units: number): void
}

type Bucket = { units: number; at: number }

/**
 * Buckets that fill evenly over the minute and hold at most a minute's units.
 * `scale` multiplies both limits, so that a test or a rehearsal can meet them with few calls; 0 means no limit.
 */
export function createQuota(clock: Clock, scale: number): Quota {
  const limits = { user: unitsPerMinute.user * scale, project: unitsPerMinute.project * scale }
  const project: Bucket = { units: limits.project, at: clock.now().getTime() }
  const users = new Map<string, Bucket>()

  return {
    charge(user, units) {
      if (scale === 0 || units === 0) return
      const now = clock.now().getTime()
      const own = users.get(user) ?? { units: limits.user, at: now }
      users.set(user, own)
      refill(own, limits.user, now)
      refill(project, limits.project, now)
      if (own.units < units) throw exceeded(403, 'userRateLimitExceeded', 'User Rate Limit Exceeded')
      if (project.units < units) throw exceeded(429, 'rateLimitExceeded', 'Rate Limit Exceeded')
      own.units -= units
      project.units -= units
    },
  }
}

function refill(bucket: Bucket, limit: number, now: number): void {
  bucket.units = Math.min(limit, bucket.units + (limit * Math.max(0, now - bucket.at)) / minuteMs)
  bucket.at = now
}

function exceeded(status: number, reason: string, message: string): WireError {
  return wireError(status, reason, message, { domain: 'usageLimits' })
}
