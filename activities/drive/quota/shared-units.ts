import type { Sql } from '../../../db/client.ts'
import type { Clock } from '../../../db/kit/clock.ts'
import { type Bucket, leaseUnits } from '../../../db/quota.ts'
import type { QuotaBucket, TakeUnits } from './limiter.ts'

/** A full bucket holds the units of five seconds, so that bucket and refill together stay within the limit in any minute whatever. */
const burstShare = 1 / 12

/** Units from the buckets in the database, which all workers share. */
export function sharedUnits(db: Sql, clock: Clock): TakeUnits {
  return async (buckets, units) => {
    const lease = await leaseUnits(
      db,
      buckets.map((bucket) => paced(bucket, units)),
      units,
      clock.now(),
    )
    return { waitMs: lease.granted ? 0 : lease.waitMs }
  }
}

function paced({ key, unitsPerMinute }: QuotaBucket, units: number): Bucket {
  return { key, capacity: Math.max(units, unitsPerMinute * burstShare), perMinute: unitsPerMinute * (1 - burstShare) }
}
