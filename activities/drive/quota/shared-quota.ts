import type { Sql } from '../../../db/client.ts'
import { changeQuota, type QuotaRow, type QuotaTimes } from '../../../db/quota.ts'
import { DriveFailure } from '../failure-types.ts'
import { type BucketState, flowOf, fullBucket, giveBack, leftToday, takeFrom } from './bucket.ts'
import type { QuotaBucket, SharedAsk, SharedQuota } from './limiter.ts'

/** However far away the next day is, the budget is looked at again by then: it may have been raised. */
const longestWaitMs = 2 * 3_600_000

type Outcome = { readonly granted: number; readonly waitMs: number } | { readonly spent: QuotaBucket; readonly times: QuotaTimes }

type Standing = { readonly bucket: QuotaBucket; readonly row: QuotaRow; readonly state: BucketState }

/** Units and bytes from the buckets in the database, which all workers share. The arithmetic is `bucket.ts`; the time is the database's. */
export function sharedQuota(db: Sql): SharedQuota {
  return {
    async take(buckets, ask) {
      const outcome = await changeQuota<Outcome>(db, buckets.map(keyOf), (rows, times) => {
        const standing = buckets.map((bucket, index) => standingOf(bucket, rows[index], times))
        const spent = standing.find((one) => leftOf(one, ask) <= 0)
        if (spent) return { rows: [], result: { spent: spent.bucket, times } }
        return ask.what === 'units' ? takeUnits(standing, ask, times) : takeBytes(standing, ask)
      })
      if ('spent' in outcome) throw dayIsOver(outcome.spent, ask, outcome.times)
      return outcome
    },
    async giveBack(buckets, what, amount) {
      await changeQuota(db, buckets.map(keyOf), (rows, times) => ({
        rows: buckets.map((bucket, index) => {
          const { row, state } = standingOf(bucket, rows[index], times)
          if (what === 'egress') return { ...row, egressToday: Math.max(0, row.egressToday - amount) }
          const given = giveBack(state, flowOf(bucket.unitsPerMinute), amount)
          return { ...rowWith(row, given), unitsToday: Math.max(0, row.unitsToday - amount) }
        }),
        result: undefined,
      }))
    },
  }
}

const keyOf = ({ key }: QuotaBucket): string => key
const orNull = (limit: number | undefined): number | null => (limit !== undefined && Number.isFinite(limit) ? limit : null)

/** A bucket begins full. */
function standingOf(bucket: QuotaBucket, found: QuotaRow | undefined, { now }: QuotaTimes): Standing {
  const state: BucketState = found
    ? { available: found.available, at: found.refilledAt.getTime(), lanes: found.lanes as BucketState['lanes'] }
    : fullBucket(flowOf(bucket.unitsPerMinute), now.getTime())
  const row: QuotaRow = {
    ...rowWith({ key: bucket.key, unitsToday: 0, egressToday: 0, ...found }, state),
    perMinute: orNull(bucket.unitsPerMinute),
    unitsPerDay: orNull(bucket.unitsPerDay),
    egressPerDay: orNull(bucket.egressPerDay),
  }
  return { bucket, row, state }
}

function rowWith(row: Pick<QuotaRow, 'key' | 'unitsToday' | 'egressToday'> & Partial<QuotaRow>, state: BucketState): QuotaRow {
  return {
    perMinute: null,
    unitsPerDay: null,
    egressPerDay: null,
    ...row,
    available: state.available,
    refilledAt: new Date(state.at),
    lanes: state.lanes,
  }
}

function leftOf({ row }: Standing, { what, lane }: SharedAsk): number {
  const [used, perDay] = what === 'units' ? [row.unitsToday, row.unitsPerDay] : [row.egressToday, row.egressPerDay]
  return perDay === null ? Number.POSITIVE_INFINITY : leftToday(used, perDay, lane)
}

function takeUnits(standing: readonly Standing[], ask: SharedAsk, { now }: QuotaTimes) {
  const most = Math.max(ask.least, Math.min(ask.most, ...standing.map((one) => leftOf(one, ask))))
  const flows = standing.map(({ bucket, state }) => ({ state, flow: flowOf(bucket.unitsPerMinute) }))
  const { granted, waitMs, states } = takeFrom(flows, { lane: ask.lane, least: ask.least, most }, now.getTime())
  const rows = standing.map(({ row, state }, index) => ({ ...rowWith(row, states[index] ?? state), unitsToday: row.unitsToday + granted }))
  return { rows, result: { granted, waitMs } }
}

/** A lease never overdraws; only a file that is larger than what is left does. */
function takeBytes(standing: readonly Standing[], ask: SharedAsk) {
  const granted = Math.max(ask.least, Math.min(ask.most, ...standing.map((one) => Math.floor(leftOf(one, ask)))))
  const rows = standing.map(({ row }) => ({ ...row, egressToday: row.egressToday + granted }))
  return { rows, result: { granted, waitMs: 0 } }
}

function dayIsOver({ key }: QuotaBucket, { what }: SharedAsk, { now, dayEndsAt }: QuotaTimes): DriveFailure {
  const budget = what === 'units' ? 'quota units' : 'bytes'
  return new DriveFailure(
    'QuotaExceeded',
    `The ${budget} of today for this kind of work are used up (${key.split(':')[0]}). It goes on by itself after ${dayEndsAt.toISOString().slice(0, 16).replace('T', ' ')} UTC.`,
    { reason: `backstop:${what}PerDay`, retryAfterMs: Math.min(longestWaitMs, Math.max(1, dayEndsAt.getTime() - now.getTime()) + 60_000) },
  )
}
