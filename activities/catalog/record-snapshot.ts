import { type CatalogTotals, catalogTotals } from '../../db/catalog.ts'
import type { Db } from '../../db/client.ts'
import { insertSnapshot } from '../../db/snapshots.ts'
import { backupOutcome } from '../../workflows/policy/outcome.ts'
import type { Root } from '../vault/index.ts'

/** What a caller knows already, and so need not be taken from the root or counted. */
export type KnownFigures = { readonly removed?: number; readonly totals?: Pick<CatalogTotals, 'items' | 'bytes'> }

/** The snapshot's row, and the drive's own figures. Also the last step of an ordinary commit. */
export async function recordSnapshot(tx: Db, accountId: string, root: Root, known: KnownFigures = {}): Promise<void> {
  const totals = known.totals ?? (await catalogTotals(tx, accountId, root.driveId))
  const removed = known.removed ?? root.counts.removed
  const { listed, stored, failed } = root.counts
  const skipped = root.counts.skipped + root.counts.metadataOnly
  const outcome = backupOutcome({ listed, stored, skipped, failed })
  await insertSnapshot(tx, accountId, {
    driveId: root.driveId,
    generation: root.gen,
    rootKey: `snap/${String(root.gen).padStart(16, '0')}.root`,
    runId: root.sessionId,
    mode: root.parentGen === 0 ? 'initial' : 'incremental',
    outcome,
    committedAt: new Date(root.time),
    changed: listed + removed,
    listed,
    stored,
    skipped,
    failed,
    itemCount: totals.items,
    totalBytes: totals.bytes,
    rootHash: root.hash,
    pageToken: root.pageToken,
  })
  await tx.query(
    `update drive set latest_generation = $3, page_token = $4, item_count = $5, backup_bytes = $6, last_backup_at = $7, name = $8,
       last_outcome = case when current_run_id is null then $9 else last_outcome end
     where account_id = $1 and id = $2 and latest_generation < $3`,
    [accountId, root.driveId, root.gen, root.pageToken, totals.items, totals.bytes, new Date(root.time), root.drive.name, outcome],
  )
}

/** Takes note of a generation that is no restore point. The feed's position stays: the catalogue may be further along than the root. */
export async function skipGeneration(db: Db, accountId: string, root: Root): Promise<void> {
  await db.query('update drive set latest_generation = $3 where account_id = $1 and id = $2 and latest_generation < $3', [
    accountId,
    root.driveId,
    root.gen,
  ])
}
