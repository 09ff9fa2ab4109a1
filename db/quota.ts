import type { Sql } from './client.ts'

/**
 * A token bucket that all workers share: it holds at most `capacity` units and fills at `perMinute`. A bucket begins full.
 * The keys are the provider's, such as `user:<identity>` and `project:<id>`, and so are the same for every account.
 */
export type Bucket = { readonly key: string; readonly capacity: number; readonly perMinute: number }

/** Granted, or how long to wait until the units can be there, if nobody else takes them meanwhile. */
export type Lease = { readonly granted: true } | { readonly granted: false; readonly waitMs: number }

/**
 * Takes `units` from every bucket, or from none. Buckets are locked in the order of their keys, so that takers cannot block each other.
 * A clock that is behind another worker's fills nothing twice: time never runs backwards in a bucket.
 * @throws {RangeError} a bucket can never hold so many units
 */
export async function leaseUnits(db: Sql, buckets: readonly Bucket[], units: number, now: Date): Promise<Lease> {
  const small = buckets.find(({ capacity }) => units > capacity)
  if (small) throw new RangeError(`${units} units cannot be leased from ${small.key}: it never holds more than ${small.capacity}.`)
  const rows = (await tryLease(db, buckets, units, now)) ?? (await firstLease(db, buckets, units, now))
  const waitMs = Math.max(0, ...rows.map((row) => row.waitMs))
  return waitMs === 0 ? { granted: true } : { granted: false, waitMs: Math.ceil(waitMs) }
}

type Wait = { readonly waitMs: number }

/** Undefined when a bucket is not there yet. */
async function tryLease(db: Sql, buckets: readonly Bucket[], units: number, now: Date): Promise<Wait[] | undefined> {
  const rows = await db.query<Wait>(
    `with asked as (select * from jsonb_to_recordset($1::jsonb) as x(key text, capacity float8, "perMinute" float8)),
       locked as (
         select key, available, refilled_at from quota_bucket where key in (select key from asked) order by key for update
       ),
       filled as (
         select key, greatest(refilled_at, $3::timestamptz) as refilled_at, "perMinute",
           least(capacity, available + greatest(0, extract(epoch from $3::timestamptz - refilled_at))::float8 * "perMinute" / 60) as available
         from locked join asked using (key)
       ),
       granted as (
         update quota_bucket bucket set available = filled.available - $2::float8, refilled_at = filled.refilled_at
         from filled
         where bucket.key = filled.key and (select count(*) from filled) = $4::integer
           and not exists (select 1 from filled where available < $2::float8)
         returning bucket.key
       )
     select case when granted.key is not null then 0
       else greatest(0, ($2::float8 - filled.available) * 60000 / filled."perMinute") end as "waitMs"
     from filled left join granted using (key)`,
    [JSON.stringify(buckets), units, now, buckets.length],
  )
  return rows.length === buckets.length ? rows : undefined
}

async function firstLease(db: Sql, buckets: readonly Bucket[], units: number, now: Date): Promise<Wait[]> {
  await db.query(
    `insert into quota_bucket (key, available, refilled_at)
     select key, capacity, $2 from jsonb_to_recordset($1::jsonb) as x(key text, capacity float8) order by key on conflict (key) do nothing`,
    [JSON.stringify(buckets), now],
  )
  const rows = await tryLease(db, buckets, units, now)
  if (!rows) throw new Error('Two of the quota buckets have the same key.')
  return rows
}
