import type { Sql } from './client.ts'

export type JobItemState = 'planned' | 'done' | 'skipped' | 'failed'

/** One line of a restore plan and what became of it. `row` is the vault's manifest row, opaque here; names and paths are hostile text. */
export type JobItem = {
  readonly ordinal: number
  readonly itemId: string
  readonly action: string
  readonly name: string
  readonly path: string
  readonly size: number
  /** The line that brings the parent; null when the parent exists, and then `parentId` names it. */
  readonly parentOrdinal: number | null
  readonly parentId: string | null
  /** Fixed before the call that creates it, so that a retry meets its own work (P12). */
  readonly targetId: string | null
  readonly conflict: boolean
  readonly sharing: unknown
  readonly row: unknown
  readonly state: JobItemState
  readonly note: string | null
  readonly link: string | null
}

export type NewJobItem = Omit<JobItem, 'link'>

const columns = `ordinal, item_id as "itemId", action, name, path, size::float8, parent_ordinal as "parentOrdinal", parent_id as "parentId",
  target_id as "targetId", conflict, sharing, row, state, note, link`

/** Replaces a job's plan as a whole. Call it in a transaction. */
export async function replaceJobItems(db: Sql, accountId: string, jobId: string, items: readonly NewJobItem[]): Promise<void> {
  await db.query('delete from job_item where account_id = $1 and job_id = $2', [accountId, jobId])
  for (let start = 0; start < items.length; start += 1_000) {
    await db.query(
      `insert into job_item (account_id, job_id, ordinal, item_id, action, name, path, size, parent_ordinal, parent_id, target_id, conflict, sharing, row, state, note)
       select $1, $2, x.ordinal, x."itemId", x.action, x.name, x.path, x.size, x."parentOrdinal", x."parentId", x."targetId", x.conflict, x.sharing, x.row, x.state, x.note
       from jsonb_to_recordset($3::jsonb) as x(ordinal int, "itemId" text, action text, name text, path text, size bigint, "parentOrdinal" int,
         "parentId" text, "targetId" text, conflict boolean, sharing jsonb, row jsonb, state text, note text)`,
      [accountId, jobId, JSON.stringify(items.slice(start, start + 1_000))],
    )
  }
}

/** The next lines to carry out, in order. */
export function openJobItems(db: Sql, accountId: string, jobId: string, limit: number): Promise<JobItem[]> {
  return db.query<JobItem>(
    `select ${columns} from job_item where account_id = $1 and job_id = $2 and state = 'planned' order by ordinal limit $3`,
    [accountId, jobId, limit],
  )
}

/** What lines have become, by ordinal: where the children of a folder go, and where a shortcut points. */
export function jobItemTargets(
  db: Sql,
  accountId: string,
  jobId: string,
  by: { readonly ordinals: readonly number[]; readonly itemIds: readonly string[] },
): Promise<Pick<JobItem, 'ordinal' | 'itemId' | 'targetId' | 'state'>[]> {
  return db.query(
    `select ordinal, item_id as "itemId", target_id as "targetId", state from job_item
     where account_id = $1 and job_id = $2 and (ordinal = any($3) or item_id = any($4))`,
    [accountId, jobId, by.ordinals, by.itemIds],
  )
}

/** Lines of a job for people to read: those with something to say first, then in order. */
export function jobItemsPage(
  db: Sql,
  accountId: string,
  jobId: string,
  page: { readonly states?: readonly JobItemState[]; readonly after?: number; readonly limit: number },
): Promise<JobItem[]> {
  return db.query<JobItem>(
    `select ${columns} from job_item where account_id = $1 and job_id = $2 and ($3::text[] is null or state = any($3)) and ordinal > $4
     order by ordinal limit $5`,
    [accountId, jobId, page.states ?? null, page.after ?? -1, page.limit],
  )
}

/** Gives lines the ids that they will have in Drive. Lines that have one keep it. */
export async function assignTargets(
  db: Sql,
  accountId: string,
  jobId: string,
  targets: readonly { readonly ordinal: number; readonly targetId: string }[],
): Promise<void> {
  await db.query(
    `update job_item set target_id = x."targetId" from jsonb_to_recordset($3::jsonb) as x(ordinal int, "targetId" text)
     where account_id = $1 and job_id = $2 and job_item.ordinal = x.ordinal and target_id is null`,
    [accountId, jobId, JSON.stringify(targets)],
  )
}

export type JobItemResult = {
  readonly ordinal: number
  readonly state: Exclude<JobItemState, 'planned'>
  readonly targetId?: string | undefined
  readonly note?: string | undefined
  readonly link?: string | undefined
}

/** Writes down what became of lines. A line that has ended stays as it is. */
export async function endJobItems(db: Sql, accountId: string, jobId: string, results: readonly JobItemResult[]): Promise<void> {
  if (results.length === 0) return
  await db.query(
    `update job_item set state = x.state, target_id = coalesce(x."targetId", target_id), note = coalesce(x.note, job_item.note), link = x.link
     from jsonb_to_recordset($3::jsonb) as x(ordinal int, state text, "targetId" text, note text, link text)
     where account_id = $1 and job_id = $2 and job_item.ordinal = x.ordinal and job_item.state = 'planned'`,
    [accountId, jobId, JSON.stringify(results)],
  )
}

export type JobItemTotals = {
  readonly total: number
  readonly done: number
  readonly skipped: number
  readonly failed: number
  readonly open: number
  readonly doneBytes: number
  /** Lines that are done and have something to say all the same. */
  readonly warnings: number
}

/** Counts by state. Folders that were there already are no items of the restore and do not count. */
export async function jobItemTotals(db: Sql, accountId: string, jobId: string): Promise<JobItemTotals> {
  const [totals] = await db.query<JobItemTotals>(
    `select count(*)::float8 as total, (count(*) filter (where state = 'done'))::float8 as done, (count(*) filter (where state = 'skipped'))::float8 as skipped,
       (count(*) filter (where state = 'failed'))::float8 as failed, (count(*) filter (where state = 'planned'))::float8 as open,
       coalesce(sum(size) filter (where state = 'done'), 0)::float8 as "doneBytes",
       (count(*) filter (where state = 'done' and note is not null))::float8 as warnings
     from job_item where account_id = $1 and job_id = $2 and action <> 'reuse-folder'`,
    [accountId, jobId],
  )
  return totals ?? { total: 0, done: 0, skipped: 0, failed: 0, open: 0, doneBytes: 0, warnings: 0 }
}

/** Lines that were never reached end as skipped, with the reason. */
export async function skipOpenItems(db: Sql, accountId: string, jobId: string, note: string): Promise<void> {
  await db.query(`update job_item set state = 'skipped', note = $3 where account_id = $1 and job_id = $2 and state = 'planned'`, [
    accountId,
    jobId,
    note,
  ])
}
