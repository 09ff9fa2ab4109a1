import { createHash } from 'node:crypto'
import type { Database } from '../../db/client.ts'
import { ancestorsOf, type Item, subtree } from '../../db/items.ts'
import { type NewJobItem, replaceJobItems } from '../../db/job-items.ts'
import { creates, type Destination, type PlanAction, type PlanLine, planLines, type World } from '../../workflows/policy/restore-plan.ts'
import { type PlanSummary, summarize } from '../../workflows/policy/restore-summary.ts'
import type { Grant } from '../drive/resources.ts'
import type { ManifestRow } from '../vault/index.ts'
import { planItem } from './plan-items.ts'

/** What a restore job asks for, as its row has it. */
export type RestoreOrder = {
  readonly accountId: string
  readonly jobId: string
  readonly driveId: string
  readonly generation: number
  readonly selection: { readonly kind: 'drive' } | { readonly kind: 'items'; readonly itemIds: readonly string[] }
  readonly destinationDriveId: string
  readonly destinationFolderId: string | null
  readonly withSharing: boolean
}

/** Rows of the snapshot that a restore is about: what was chosen with all below it, and the folders above. */
export type Selected = { readonly chosen: readonly Item[]; readonly above: readonly Item[] }

export async function selectItems(db: Database, order: RestoreOrder): Promise<Selected> {
  const { accountId, driveId, generation, selection } = order
  if (selection.kind === 'drive') return { chosen: await subtree(db, accountId, driveId, generation, 'drive'), above: [] }
  const chosen = await subtree(db, accountId, driveId, generation, selection.itemIds)
  const seen = new Set(chosen.map(({ itemId }) => itemId))
  const above: Item[] = []
  for (const itemId of selection.itemIds) {
    for (const folder of await ancestorsOf(db, accountId, driveId, generation, itemId)) {
      if (seen.has(folder.itemId)) continue
      seen.add(folder.itemId)
      above.push(folder)
    }
  }
  return { chosen, above }
}

export const destinationOf = (order: RestoreOrder): Destination =>
  order.destinationDriveId === order.driveId && order.destinationFolderId === null
    ? { kind: 'original', driveId: order.driveId }
    : { kind: 'elsewhere', driveId: order.destinationDriveId, folderId: order.destinationFolderId ?? order.destinationDriveId }

export type MadePlan = { readonly items: readonly NewJobItem[]; readonly summary: PlanSummary; readonly planHash: string }

/** The plan of a restore against the world as it is. The same order against the same world always has the same hash. */
export function makePlan(order: RestoreOrder, selected: Selected, world: World): MadePlan {
  const rows = new Map([...selected.above, ...selected.chosen].map((item) => [item.itemId, item.row as ManifestRow]))
  const options = { withSharing: order.withSharing }
  const items = [
    ...selected.above.map((item) => planItem(item.row as ManifestRow, { ...options, ancestor: true })),
    ...selected.chosen.map((item) => planItem(item.row as ManifestRow, { ...options, ancestor: false })),
  ]
  const lines = planLines(items, world, destinationOf(order))
  const jobItems = lines.map((line, ordinal) => jobItem(line, ordinal, rows.get(line.itemId), order.withSharing))
  return { items: jobItems, summary: summarize(jobItems.map(summaryLine)), planHash: hashOf(order, jobItems) }
}

/** Replaces the job's plan in one transaction. */
export function savePlan(db: Database, order: RestoreOrder, items: readonly NewJobItem[]): Promise<void> {
  return db.transaction((tx) => replaceJobItems(tx, order.accountId, order.jobId, items))
}

/** Lines that need no action have ended before the restore begins. */
const stateBefore: Partial<Record<PlanAction, NewJobItem['state']>> = { keep: 'skipped', none: 'failed', 'reuse-folder': 'done' }

function jobItem(line: PlanLine, ordinal: number, row: ManifestRow | undefined, withSharing: boolean): NewJobItem {
  if (!row) throw new Error(`The plan names the item ${line.itemId}, which is not among the selected rows.`)
  return {
    ordinal,
    itemId: line.itemId,
    action: line.action,
    name: line.name,
    path: line.path,
    size: line.size,
    parentOrdinal: line.parentLine ?? null,
    parentId: line.parentId ?? null,
    targetId: line.targetId ?? null,
    conflict: line.conflict,
    sharing: withSharing && creates(line.action) ? (row.permissions ?? []) : [],
    row,
    state: stateBefore[line.action] ?? 'planned',
    note: line.note ?? null,
  }
}

function summaryLine(item: NewJobItem) {
  const { action, path, size, conflict, note } = item
  return { action: action as PlanAction, path, size, conflict, note, grants: item.sharing as readonly Grant[] }
}

/** Binds an approval to exactly what will be done: every line but for what only exists once it runs. */
function hashOf(order: RestoreOrder, items: readonly NewJobItem[]): string {
  const hash = createHash('sha256')
  const { driveId, generation, destinationDriveId, destinationFolderId, withSharing } = order
  hash.update(JSON.stringify([driveId, generation, destinationDriveId, destinationFolderId, withSharing]))
  for (const { itemId, action, name, size, parentOrdinal, parentId, conflict, sharing, note } of items) {
    hash.update(JSON.stringify([itemId, action, name, size, parentOrdinal, parentId, conflict, sharing, note]))
  }
  return hash.digest('hex')
}
