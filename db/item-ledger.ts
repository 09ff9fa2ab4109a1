/** The life of an item over all snapshots: its versions, where each lies, when that was verified, and which restores have used it. */
import type { Sql } from './client.ts'
import type { Item } from './items.ts'
import { escapeLike } from './kit/escape-like.ts'

const itemColumns = (of: string): string =>
  `${of}.item_id as "itemId", ${of}.parent_id as "parentId", ${of}.name, ${of}.mime_type as "mimeType", ${of}.size::float8,
  ${of}.modified_at as "modifiedAt", ${of}.trashed, ${of}.outcome, ${of}.from_generation as "fromGeneration",
  ${of}.to_generation as "toGeneration", ${of}.row`

/** The newest version of an item that was found, in the drive that had it. */
export type FoundItem = Item & { readonly driveId: string; readonly driveName: string }

const newest = `select distinct on (item.drive_id, item.item_id) item.drive_id as "driveId", drive.name as "driveName", ${itemColumns('item')}
  from item join drive on drive.account_id = item.account_id and drive.id = item.drive_id
  where item.account_id = $1 and item.drive_id = any(select id from drive where account_id = $1 and ($3::text is null or id = $3))`
const latestFirst = `order by item.drive_id, item.item_id, item.from_generation desc`

/** An item by its id, in every drive that ever had it: where it is now first, then where it was last. */
export function findItemById(db: Sql, accountId: string, itemId: string, driveId?: string): Promise<FoundItem[]> {
  return db.query<FoundItem>(
    `select * from (${newest} and item.item_id = $2 ${latestFirst}) found
     order by "toGeneration" is not null, "modifiedAt" desc nulls last, "driveId"`,
    [accountId, itemId, driveId ?? null],
  )
}

export type NameMatch = 'whole' | 'beginning' | 'part'

const named: Readonly<Record<NameMatch, string>> = {
  whole: `lower(item.name) = lower($2)`,
  beginning: `lower(item.name) like lower($2) || '%'`,
  part: `strpos(lower(item.name), lower($2)) > 0`,
}

/**
 * Items that ever had this name, whatever its case; those that are still there first, then the newest. Whole names and beginnings are looked
 * up in an index; parts of names read every name of the drive, so they need one.
 */
export function findItemsByName(
  db: Sql,
  accountId: string,
  name: string,
  match: NameMatch,
  options: { readonly driveId?: string | undefined; readonly limit: number },
): Promise<FoundItem[]> {
  return db.query<FoundItem>(
    `select * from (${newest} and ${named[match]} ${latestFirst}) found
     order by "toGeneration" is not null, trashed, "modifiedAt" desc nulls last, "driveId", "itemId" limit $4`,
    [accountId, match === 'beginning' ? escapeLike(name) : name, options.driveId ?? null, options.limit],
  )
}

/** One version of an item: it holds in the snapshots `[fromGeneration, toGeneration)`. */
export type LedgerVersion = Item & {
  /** When its first snapshot was committed; null when the catalogue does not know that snapshot. */
  readonly storedAt: Date | null
  /** When the snapshot was committed that has another version, or the item no more. */
  readonly endedAt: Date | null
  /** What asked for the backup that stored it, and who. */
  readonly reason: string | null
  readonly requester: string | null
  /** Pieces that the content consists of; 0 for an item without content. */
  readonly pieces: number
  /** Pieces whose place is known: fewer than all means that something is wrong. */
  readonly placed: number
  /** The first snapshot whose index has all of it: content is stored once, however often the item is renamed. */
  readonly contentGeneration: number | null
  /** Containers of the vault that hold it: how many, and the first three. */
  readonly containers: number
  readonly containerNames: readonly string[]
  /** The longest ago that one of its containers was read whole and found right; null while one was never read. */
  readonly verifiedAt: Date | null
  /** One of its containers is known to be damaged. */
  readonly damaged: boolean
}

/** Versions of an item, the newest first; `before` is the first generation of the last one already shown. */
export function versionsOf(
  db: Sql,
  accountId: string,
  driveId: string,
  itemId: string,
  page: { readonly before?: number | undefined; readonly limit: number },
): Promise<LedgerVersion[]> {
  return db.query<LedgerVersion>(
    `with version as (
       select * from item where account_id = $1 and drive_id = $2 and item_id = $3 and ($4::integer is null or from_generation < $4)
       order by from_generation desc limit $5
     ), top as (
       -- Containers are named below the drive's own folder of the vault, which every object of the drive tells.
       select regexp_replace(object_key, '(?:packs|objs)/[^/]+/[^/]+$', '') as folder from stored_object
       where account_id = $1 and drive_id = $2 and role = 'container' limit 1
     )
     select ${itemColumns('version')}, stored.committed_at as "storedAt", ended.committed_at as "endedAt", run.reason,
       person.display_name as requester, place.pieces::float8, place.placed::float8, place.generation as "contentGeneration",
       place.containers::float8, coalesce(place.names, '{}') as "containerNames", place.verified_at as "verifiedAt", place.damaged
     from version
     left join snapshot stored on stored.account_id = $1 and stored.drive_id = $2 and stored.generation = version.from_generation
     left join snapshot ended on ended.account_id = $1 and ended.drive_id = $2 and ended.generation = version.to_generation
     left join backup_run run on run.account_id = $1 and run.id = stored.run_id
     left join person on person.account_id = $1 and person.id = run.requested_by
     cross join lateral (
       select count(*) as pieces, count(blob.blob_id) as placed, count(distinct blob.entry->>'container') as containers,
         case when count(*) = count(blob.generation) then max(blob.generation) end as generation,
         (array_agg(distinct blob.entry->>'container') filter (where blob.blob_id is not null))[1:3] as names,
         case when count(*) > 0 and count(*) = count(object.verified_at) then min(object.verified_at) end as verified_at,
         coalesce(bool_or(object.damage is not null), false) as damaged
       from jsonb_array_elements(coalesce(version.row->'content'->'segments', '[]')) piece
       left join blob on blob.account_id = $1 and blob.drive_id = $2 and blob.blob_id = piece->>'blobId'
       left join stored_object object on object.account_id = $1 and object.drive_id = $2
         and object.object_key = (select folder from top) || (blob.entry->>'container')
     ) place
     order by version.from_generation desc`,
    [accountId, driveId, itemId, page.before ?? null, page.limit],
  )
}

export type LedgerTotals = {
  readonly versions: number
  readonly firstGeneration: number
  /** The newest snapshot that had it; null when it is there still. */
  readonly goneSince: number | null
  readonly goneAt: Date | null
  readonly restores: number
}

/** What all versions say together; undefined when the account has no such item. */
export async function ledgerTotals(db: Sql, accountId: string, driveId: string, itemId: string): Promise<LedgerTotals | undefined> {
  const [totals] = await db.query<LedgerTotals>(
    `select count(*)::float8 as versions, min(from_generation) as "firstGeneration",
       case when bool_and(to_generation is not null) then max(to_generation) end as "goneSince",
       (select committed_at from snapshot where account_id = $1 and drive_id = $2
          and generation = (case when bool_and(item.to_generation is not null) then max(item.to_generation) end)) as "goneAt",
       (select count(*) from job_item line join job on job.account_id = line.account_id and job.id = line.job_id
          where line.account_id = $1 and line.item_id = $3 and job.drive_id = $2 and line.action <> 'reuse-folder')::float8 as restores
     from item where account_id = $1 and drive_id = $2 and item_id = $3 having count(*) > 0`,
    [accountId, driveId, itemId],
  )
  return totals
}

/** A restore that has used an item, or was to. */
export type LedgerRestore = {
  readonly jobId: string
  readonly number: number
  readonly at: Date
  readonly requester: string
  readonly generation: number
  readonly action: string
  readonly state: 'planned' | 'done' | 'skipped' | 'failed'
  readonly note: string | null
  readonly link: string | null
}

/** The newest restores that name an item. */
export function restoresOf(db: Sql, accountId: string, driveId: string, itemId: string, limit: number): Promise<LedgerRestore[]> {
  return db.query<LedgerRestore>(
    `select job.id as "jobId", job.number, coalesce(job.finished_at, job.created_at) as at, person.display_name as requester, job.generation,
       line.action, line.state, line.note, line.link
     from job_item line join job on job.account_id = line.account_id and job.id = line.job_id
     join person on person.account_id = job.account_id and person.id = job.requested_by
     where line.account_id = $1 and line.item_id = $3 and job.drive_id = $2 and line.action <> 'reuse-folder'
     order by job.number desc limit $4`,
    [accountId, driveId, itemId, limit],
  )
}
