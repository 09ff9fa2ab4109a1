import type { Sql } from './client.ts'

/**
 * What all workers share of one limit of the provider. The key is the provider's, such as `user:<identity>` or `project:<id>`, and so is the
 * same for every account. `null` limits are none.
 */
export type QuotaRow = {
  readonly key: string
  readonly available: number
  readonly refilledAt: Date
  /** What each lane has put by; opaque here. */
  readonly lanes: unknown
  /** Of the provider's present day. */
  readonly unitsToday: number
  readonly egressToday: number
  readonly perMinute: number | null
  readonly unitsPerDay: number | null
  readonly egressPerDay: number | null
}

/** Times by the database's clock, so that no worker's clock matters. */
export type QuotaTimes = {
  readonly now: Date
  /** When the provider's day ends: Google counts from midnight to midnight in Pacific time. */
  readonly dayEndsAt: Date
  /** The day itself, such as `2026-11-24`. */
  readonly day: string
}

export type QuotaChange<Result> = { readonly rows: readonly QuotaRow[]; readonly result: Result }

const pacific = `at time zone 'America/Los_Angeles'`
const today = `(clock_timestamp() ${pacific})::date`
/** Of a day that is over, only what it has overdrawn counts on, less a day's budget for each day since. */
function carried(what: 'units' | 'egress'): string {
  const overdrawn = `greatest(0, ${what}_today - ${what}_per_day * greatest(1, ${today} - day))`
  return `case when day = ${today} then ${what}_today else ${overdrawn} end`
}
const columns = `key, available, refilled_at as "refilledAt", lanes, per_minute as "perMinute", units_per_day as "unitsPerDay",
  egress_per_day as "egressPerDay",
  ${carried('units')} as "unitsToday", ${carried('egress')} as "egressToday"`
const times = `clock_timestamp() as now, ((${today} + 1)::timestamp ${pacific}) as "dayEndsAt", ${today}::text as day`

type Stored = QuotaRow & QuotaTimes & { readonly version: number }

/** More often than this, a change is not overtaken by another again and again. */
const mostTries = 1_000

/**
 * Changes rows as a whole, or none of them: `decide` gets what they hold now, in the order of the keys, with undefined for those that are not
 * there yet. When another worker was faster, it decides again on what that one has left. No lock is held while it decides, so that a worker
 * that is frozen in the middle holds up nobody. A new day begins with what the day before has overdrawn.
 */
export async function changeQuota<Result>(
  db: Sql,
  keys: readonly string[],
  decide: (rows: readonly (QuotaRow | undefined)[], times: QuotaTimes) => QuotaChange<Result>,
): Promise<Result> {
  for (let tries = 0; tries < mostTries; tries++) {
    const stored = await db.query<Stored>(
      `select ${columns}, coalesce(version, -1)::float8 as version, ${times}
       from unnest($1::text[]) with ordinality as asked(key, position) left join quota_bucket using (key) order by position`,
      [[...keys]],
    )
    const clock = stored[0]
    if (!clock) throw new RangeError('No quota was asked for.')
    const change = decide(
      // A row of version 0 was only made, and nothing was decided for it yet.
      stored.map((row) => (row.version <= 0 ? undefined : row)),
      { now: clock.now, dayEndsAt: clock.dayEndsAt, day: clock.day },
    )
    if (await write(db, change.rows, stored, clock.day)) return change.result
  }
  throw new Error(
    `The shared quota of ${keys.join(', ')} could not be changed: others were always faster. Look at the load of the database.`,
  )
}

/** Writes rows that are still at the version that was decided on; true when all of them were. */
async function write(db: Sql, rows: readonly QuotaRow[], stored: readonly Stored[], day: string): Promise<boolean> {
  const versions = new Map(stored.map(({ key, version }) => [key, version]))
  const asked = rows.map((row) => ({ ...row, version: versions.get(row.key) ?? -1 }))
  const fresh = asked.flatMap(({ key, version }) => (version < 0 ? [key] : []))
  if (fresh.length > 0) {
    // Only made here: the next try finds them, and writes what it decides.
    await db.query(
      `insert into quota_bucket (key, available, refilled_at)
       select key, 0, clock_timestamp() from unnest($1::text[]) as x(key) order by key on conflict (key) do nothing`,
      [fresh],
    )
    return false
  }
  const written = await db.query(
    `with asked as (
       select * from jsonb_to_recordset($1::jsonb) as x(key text, version bigint, available float8, "refilledAt" timestamptz, lanes jsonb,
         "unitsToday" float8, "egressToday" float8, "perMinute" float8, "unitsPerDay" float8, "egressPerDay" float8)
     ), same as materialized (
       select quota_bucket.key from quota_bucket join asked using (key) where quota_bucket.version = asked.version
       order by quota_bucket.key for update of quota_bucket
     )
     update quota_bucket bucket set version = bucket.version + 1, available = asked.available, refilled_at = asked."refilledAt",
       lanes = asked.lanes, day = $3::date, units_today = asked."unitsToday", egress_today = asked."egressToday",
       per_minute = asked."perMinute", units_per_day = asked."unitsPerDay", egress_per_day = asked."egressPerDay"
     from asked where bucket.key = asked.key and (select count(*) from same) = $2::integer
     returning bucket.key`,
    [JSON.stringify(asked), asked.length, day],
  )
  return written.length === asked.length
}

/** Notes which limits a task works with. A repeat moves the time only. */
export async function noteQuotaUse(db: Sql, accountId: string, taskId: string, keys: readonly string[], now: Date): Promise<void> {
  await db.query(
    `insert into quota_use (account_id, task_id, key, noted_at)
     select $1, $2, key, $4 from unnest($3::text[]) as x(key) order by key
     on conflict (account_id, task_id, key) do update set noted_at = excluded.noted_at`,
    [accountId, taskId, [...keys], now],
  )
}

export type QuotaStanding = QuotaRow & QuotaTimes & { readonly taskIds: readonly string[] }

/** How the limits of an account's tasks stand, or those of one task: projects first. What others have used of the same project is in it. */
export function quotaStanding(db: Sql, accountId: string, taskId?: string): Promise<QuotaStanding[]> {
  return db.query<QuotaStanding>(
    `select ${columns}, ${times}, used.tasks as "taskIds"
     from (
       select key, array_agg(task_id order by task_id) as tasks from quota_use
       where account_id = $1 and ($2::text is null or task_id = $2) group by key
     ) used join quota_bucket using (key) order by key not like 'project:%', key`,
    [accountId, taskId ?? null],
  )
}
