import type { Clock } from '../../../db/kit/clock.ts'

/**
 * Takes units from buckets that all workers share, in the database. When `waitMs` is 0 they are taken; otherwise nothing is, and it is
 * worth asking again after that time.
 */
export type TakeUnits = (buckets: readonly QuotaBucket[], units: number) => Promise<{ readonly waitMs: number }>

export type QuotaBucket = { readonly key: string; readonly unitsPerMinute: number }

export interface QuotaLimiter {
  /** Resolves when a call of this many units may be made. Rejects with the signal's reason when it is aborted first. */
  take(buckets: readonly QuotaBucket[], units: number, signal: AbortSignal): Promise<void>
}

/** The largest lease: enough for 128 downloads, and at most a twelfth of the smallest bucket's minute. */
const mostUnits = 25_600
/** A first lease pays for this many calls; each that is spent within seconds is followed by one twice as large. */
const firstCalls = 8
const soonMs = 15_000
const smallestWaitMs = 20

type Purse = { units: number; lease: number; leasedAt: number; filling: Promise<void> | undefined }

/**
 * A limiter whose workers keep to common limits at less than one database call for every 50 calls of the API: units are taken in
 * leases and spent here. What a worker has leased and not spent when it dies is lost for a moment only, because buckets refill.
 */
export function createQuotaLimiter(takeUnits: TakeUnits, clock: Clock): QuotaLimiter {
  const purses = new Map<string, Purse>()

  async function fill(purse: Purse, buckets: readonly QuotaBucket[], units: number): Promise<void> {
    const now = clock.now().getTime()
    const most = Math.min(mostUnits, Math.floor(Math.min(...buckets.map((bucket) => bucket.unitsPerMinute)) / 12))
    const wanted = now - purse.leasedAt <= soonMs ? purse.lease * 2 : units * firstCalls
    const lease = Math.max(units, Math.min(wanted, most))
    const { waitMs } = await takeUnits(buckets, lease)
    if (waitMs > 0) return clock.sleep(Math.max(waitMs, smallestWaitMs))
    Object.assign(purse, { units: purse.units + lease, lease, leasedAt: now })
  }

  return {
    async take(buckets, units, signal) {
      const limited = buckets.filter((bucket) => Number.isFinite(bucket.unitsPerMinute))
      if (limited.length === 0 || units === 0) return
      const name = limited.map((bucket) => bucket.key).join(' ')
      const purse: Purse = purses.get(name) ?? { units: 0, lease: 0, leasedAt: Number.NEGATIVE_INFINITY, filling: undefined }
      purses.set(name, purse)
      while (purse.units < units) {
        signal.throwIfAborted()
        purse.filling ??= fill(purse, limited, units).finally(() => {
          purse.filling = undefined
        })
        await untilAborted(purse.filling, signal)
      }
      purse.units -= units
    },
  }
}

/** Waits for what others wait for too: giving up must not stop it. */
async function untilAborted(work: Promise<void>, signal: AbortSignal): Promise<void> {
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
