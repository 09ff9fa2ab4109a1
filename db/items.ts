import type { Sql } from './client.ts'

/**
 * One version of one item. It holds in the snapshots `[from, to)`; `row` is the vault's manifest row, opaque here.
 * Names are the drive's own: hostile text.
 */
export type Item = {
  readonly itemId: string
  readonly parentId: string | null
  readonly name: string
  readonly mimeType: string
  readonly size: number | null
  readonly modifiedAt: Date | null
  readonly trashed: boolean
  readonly outcome: string
  readonly fromGeneration: number
  readonly toGeneration: number | null
  readonly row: unknown
}

export const folderMimeType = 'application/vnd.google-apps.folder'

const columns = `item_id as "itemId", parent_id as "parentId", name, mime_type as "mimeType", size::float8, modified_at as "modifiedAt", trashed,
  outcome, from_generation as "fromGeneration", to_generation as "toGeneration", row`

/** The item's version in a snapshot. */
const inSnapshot = 'from_generation <= $3 and (to_generation is null or to_generation > $3)'

/** The untrashed children of a folder in a snapshot: folders first, then by name; `after` is the last one already shown. */
export function children(
  db: Sql,
  accountId: string,
  driveId: string,
  generation: number,
  parentId: string,
  page: { readonly after?: Item | undefined; readonly limit: number },
): Promise<Item[]> {
  const after = page.after
  return db.query<Item>(
    `select ${columns} from item
     where account_id = $1 and drive_id = $2 and ${inSnapshot} and parent_id = $4 and not trashed
       and ($5::boolean is null or (mime_type <> '${folderMimeType}', name, item_id) > ($5, $6, $7 collate "C"))
     order by mime_type <> '${folderMimeType}', name, item_id limit $8`,
    [
      accountId,
      driveId,
      generation,
      parentId,
      after ? after.mimeType !== folderMimeType : null,
      after?.name ?? null,
      after?.itemId ?? null,
      page.limit,
    ],
  )
}

/**
 * Items of a snapshot whose name is, begins with or contains `text`, whatever its case: the best matches first, then the newest.
 * Items in the trash come last.
 */
export function findByName(db: Sql, accountId: string, driveId: string, generation: number, text: string, limit: number): Promise<Item[]> {
  return db.query<Item>(
    `select ${columns} from item
     where account_id = $1 and drive_id = $2 and ${inSnapshot} and strpos(lower(name), lower($4)) > 0
     order by trashed, case when lower(name) = lower($4) then 0 when starts_with(lower(name), lower($4)) then 1 else 2 end,
       modified_at desc nulls last, item_id
     limit $5`,
    [accountId, driveId, generation, text, limit],
  )
}

export async function itemById(db: Sql, accountId: string, driveId: string, generation: number, itemId: string): Promise<Item | undefined> {
  const [item] = await itemsById(db, accountId, driveId, generation, [itemId])
  return item
}

export function itemsById(db: Sql, accountId: string, driveId: string, generation: number, itemIds: readonly string[]): Promise<Item[]> {
  return db.query<Item>(
    `select ${columns} from item where account_id = $1 and drive_id = $2 and ${inSnapshot} and item_id = any($4) order by item_id`,
    [accountId, driveId, generation, itemIds],
  )
}

/** The folders above an item in a snapshot, the topmost first; empty for an item at the top of the drive. */
export function ancestorsOf(db: Sql, accountId: string, driveId: string, generation: number, itemId: string): Promise<Item[]> {
  return db.query<Item>(
    `with recursive up as (
       select parent_id, 1 as depth from item where account_id = $1 and drive_id = $2 and ${inSnapshot} and item_id = $4
       union all
       select item.parent_id, up.depth + 1 from up join item on item.item_id = up.parent_id
       where account_id = $1 and drive_id = $2 and ${inSnapshot} and up.depth < 101
     )
     select ${columns.replaceAll('parent_id as', 'item.parent_id as')} from up join item on item.item_id = up.parent_id
     where account_id = $1 and drive_id = $2 and ${inSnapshot} order by up.depth desc`,
    [accountId, driveId, generation, itemId],
  )
}

/** `folder/folder/name` of an item in a snapshot. */
export async function pathOf(db: Sql, accountId: string, driveId: string, generation: number, item: Item): Promise<string> {
  const above = await ancestorsOf(db, accountId, driveId, generation, item.itemId)
  return [...above.map(({ name }) => name), item.name].join('/')
}

/** The chosen items and all that lies below them in a snapshot, without what was in the trash. Every untrashed item when none is chosen. */
export function subtree(
  db: Sql,
  accountId: string,
  driveId: string,
  generation: number,
  rootIds: readonly string[] | 'drive',
): Promise<Item[]> {
  if (rootIds === 'drive') {
    return db.query<Item>(
      `select ${columns} from item where account_id = $1 and drive_id = $2 and ${inSnapshot} and not trashed order by item_id`,
      [accountId, driveId, generation],
    )
  }
  return db.query<Item>(
    `with recursive below as (
       select item_id from item where account_id = $1 and drive_id = $2 and ${inSnapshot} and item_id = any($4)
       union
       select item.item_id from below join item on item.parent_id = below.item_id
       where account_id = $1 and drive_id = $2 and ${inSnapshot} and not trashed
     )
     select ${columns.replace('item_id as', 'item.item_id as')} from below join item on item.item_id = below.item_id
     where account_id = $1 and drive_id = $2 and ${inSnapshot} order by item.item_id`,
    [accountId, driveId, generation, rootIds],
  )
}

/** The newest known version of these items, for the comparison with what Drive says now. */
export async function currentRows(db: Sql, accountId: string, driveId: string, itemIds: readonly string[]): Promise<Map<string, unknown>> {
  const rows = await db.query<{ itemId: string; row: unknown }>(
    `select item_id as "itemId", row from item where account_id = $1 and drive_id = $2 and to_generation is null and item_id = any($3)`,
    [accountId, driveId, itemIds],
  )
  return new Map(rows.map(({ itemId, row }) => [itemId, row]))
}

/**
 * Items that were in any snapshot of the drive under this name, each in its newest version, those that are still there first.
 * For "bring back X" without a date: the wanted version of a deleted item lies in the last snapshot that had it, `toGeneration - 1`.
 */
export function findEver(db: Sql, accountId: string, driveId: string, text: string, limit: number): Promise<Item[]> {
  return db.query<Item>(
    `select * from (
       select distinct on (item_id) ${columns} from item
       where account_id = $1 and drive_id = $2 and strpos(lower(name), lower($3)) > 0
       order by item_id, from_generation desc
     ) newest
     order by case when lower(name) = lower($3) then 0 when starts_with(lower(name), lower($3)) then 1 else 2 end,
       trashed, "toGeneration" desc nulls first, "modifiedAt" desc nulls last, "itemId"
     limit $4`,
    [accountId, driveId, text, limit],
  )
}

/** Untrashed children of these folders that have one of these names in a snapshot: where a new item would meet one of the same name. */
export function childrenNamed(
  db: Sql,
  accountId: string,
  driveId: string,
  generation: number,
  parentIds: readonly string[],
  names: readonly string[],
): Promise<{ readonly itemId: string; readonly parentId: string | null; readonly name: string }[]> {
  return db.query(
    `select item_id as "itemId", parent_id as "parentId", name from item
     where account_id = $1 and drive_id = $2 and ${inSnapshot} and not trashed and parent_id = any($4) and name = any($5)`,
    [accountId, driveId, generation, parentIds, names],
  )
}
