import { putRunItems, type RunItem } from '../../db/backup-run-items.ts'
import type { Db } from '../../db/client.ts'
import { currentRows } from '../../db/items.ts'
import type { Change, DriveItem } from '../drive/resources.ts'
import type { ManifestRow } from '../vault/index.ts'
import { compare, type Wants } from './compare.ts'
import { rowOf } from './row.ts'

export type RunKey = { readonly accountId: string; readonly runId: string; readonly driveId: string }

/** Takes a page of a full listing into the run. Items that are as they were are noted too: what is never seen is gone. */
export async function takeListed(tx: Db, run: RunKey & Wants, items: readonly DriveItem[]): Promise<void> {
  const before = await currentRows(
    tx,
    run.accountId,
    run.driveId,
    items.map(({ id }) => id),
  )
  await putRunItems(tx, run.accountId, run.runId, unique(items.map((item) => runItem(item, before, run))))
}

/**
 * Takes a page of the change feed into the run. Returns how many entries say that an item is gone; whether that can be believed is for
 * the caller to check before the run is committed.
 */
export async function takeChanges(tx: Db, run: RunKey & Wants, changes: readonly Change[]): Promise<{ readonly removed: number }> {
  const entries = changes.filter((change) => change.type === 'item')
  const before = await currentRows(
    tx,
    run.accountId,
    run.driveId,
    entries.map(({ itemId }) => itemId),
  )
  const taken = entries.map((change): RunItem => {
    if (change.item && !change.removed) return runItem(change.item, before, run)
    // Gone before it was ever backed up: there is nothing to write, but an earlier page may have listed it.
    return { itemId: change.itemId, row: null, pending: false, size: 0, unchanged: !before.has(change.itemId) }
  })
  await putRunItems(tx, run.accountId, run.runId, unique(taken))
  return { removed: taken.filter(({ row, unchanged }) => row === null && !unchanged).length }
}

function runItem(item: DriveItem, before: ReadonlyMap<string, unknown>, wants: Wants): RunItem {
  const compared = compare(rowOf(item), before.get(item.id) as ManifestRow | undefined, wants)
  return {
    itemId: item.id,
    row: compared.row,
    pending: compared.verdict === 'pending',
    size: compared.verdict === 'pending' ? compared.bytes : 0,
    unchanged: compared.verdict === 'unchanged',
  }
}

/** A page can name an item twice; the later entry is the newer one. */
function unique(items: readonly RunItem[]): RunItem[] {
  return [...new Map(items.map((item) => [item.itemId, item])).values()]
}
