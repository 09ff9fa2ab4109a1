import type { Sql } from '../../db/client.ts'
import { childrenNamed, itemsById } from '../../db/items.ts'
import type { LivingItem, World } from '../../workflows/policy/restore-plan.ts'
import { rowOf } from '../backup/row.ts'
import type { DriveItem } from '../drive/resources.ts'
import type { DriveSource } from '../drive/source.ts'
import type { DriveTarget } from '../drive/target.ts'
import type { ManifestRow } from '../vault/index.ts'
import { contentKey } from './plan-items.ts'
import { destinationOf, type RestoreOrder, type Selected } from './plan-restore.ts'

/** What a plan has to know of the world: the items themselves, and the folders and names that it may meet. */
export function askedOf(order: RestoreOrder, selected: Selected): Pick<WorldQuery, 'itemIds' | 'parentIds' | 'names'> {
  const items = [...selected.above, ...selected.chosen]
  const destination = destinationOf(order)
  const parents = destination.kind === 'elsewhere' ? [destination.folderId] : items.map(({ parentId }) => parentId ?? destination.driveId)
  return {
    itemIds: destination.kind === 'elsewhere' ? [] : items.map(({ itemId }) => itemId),
    parentIds: [...new Set(parents)],
    names: [...new Set(items.map(({ name }) => name))],
  }
}

export type WorldQuery = {
  readonly accountId: string
  readonly driveId: string
  /** Newest snapshot of that drive; 0 when it has none. */
  readonly generation: number
  /** Where its change feed stood then. */
  readonly pageToken: string | null
  /** The items that the plan is about, whose present state decides what has to be done. */
  readonly itemIds: readonly string[]
  /** Folders that may receive something, and the names that it would have there. */
  readonly parentIds: readonly string[]
  readonly names: readonly string[]
}

/**
 * The drive as it is now: its newest snapshot with the changes since laid over it. That costs one call for up to 1,000 changes, where
 * asking for each item would cost one call each. A drive without snapshots is asked for its children instead.
 */
export async function worldNow(
  db: Sql,
  drive: { readonly source: DriveSource; readonly target: DriveTarget },
  query: WorldQuery,
): Promise<World> {
  if (query.generation === 0 || query.pageToken === null) return worldOfUnknownDrive(drive.target, query)
  const { accountId, driveId, generation } = query
  const living = new Map<string, LivingItem>()
  for (const item of await itemsById(db, accountId, driveId, generation, query.itemIds)) {
    living.set(item.itemId, livingOf(item.row as ManifestRow))
  }
  const taken = new Map<string, string>()
  for (const child of await childrenNamed(db, accountId, driveId, generation, query.parentIds, query.names)) {
    taken.set(child.itemId, place(child.parentId ?? driveId, child.name))
  }

  const asked = new Set(query.itemIds)
  for await (const [itemId, item] of changesSince(drive.source, driveId, query.pageToken)) {
    taken.delete(itemId)
    if (!item) living.delete(itemId)
    else {
      if (asked.has(itemId)) living.set(itemId, livingOf(rowOf(item)))
      if (!item.trashed) taken.set(itemId, place(item.parents?.[0] ?? driveId, item.name))
    }
  }
  const places = new Set(taken.values())
  return { living, nameTaken: (parentId, name) => places.has(place(parentId, name)) }
}

async function worldOfUnknownDrive(target: DriveTarget, query: WorldQuery): Promise<World> {
  const places = new Set<string>()
  for (const parentId of query.parentIds) {
    let pageToken: string | undefined
    do {
      const page = await target.children(query.driveId, parentId, pageToken === undefined ? {} : { pageToken })
      for (const child of page.items) places.add(place(parentId, child.name))
      pageToken = page.nextPageToken
    } while (pageToken !== undefined)
  }
  return { living: new Map(), nameTaken: (parentId, name) => places.has(place(parentId, name)) }
}

async function* changesSince(source: DriveSource, driveId: string, pageToken: string): AsyncGenerator<[string, DriveItem | undefined]> {
  let next: string | undefined = pageToken
  while (next !== undefined) {
    const page = await source.changes(driveId, next)
    for (const change of page.changes) {
      if (change.type === 'item') yield [change.itemId, change.removed ? undefined : change.item]
    }
    next = page.nextPageToken
  }
}

function livingOf(row: ManifestRow): LivingItem {
  return {
    parentId: row.parentId,
    name: row.name,
    trashed: row.flags?.trashed === true,
    explicitlyTrashed: row.flags?.explicitlyTrashed === true,
    contentKey: contentKey(row),
  }
}

/** A name under a folder as one key; ids never hold a slash. */
const place = (parentId: string, name: string): string => `${parentId}/${name}`
