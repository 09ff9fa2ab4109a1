import { isDeepStrictEqual } from 'node:util'
import { buryUnlisted, clearRun, putRunItems } from '../../db/backup-run-items.ts'
import { applyRunToCatalog } from '../../db/catalog.ts'
import type { Database, Db } from '../../db/client.ts'
import { currentRows } from '../../db/items.ts'
import type { DriveVault, ManifestRow, Root } from '../vault/index.ts'
import { recordSnapshot } from './record-snapshot.ts'

const page = 1_000

/**
 * Brings the catalogue level with snapshots that only the vault knows, one after the other: a database that was restored from an older copy,
 * lost, or cut off between the vault's commit and its own. Each snapshot is one transaction, so that a crash leaves whole snapshots only.
 */
export async function catchUp(db: Database, vault: DriveVault, accountId: string, from: number, to: number): Promise<void> {
  for (let generation = from; generation <= to; generation++) {
    const root = await vault.root(generation)
    await db.transaction((tx) => takeSnapshot(tx, vault, accountId, root))
  }
}

async function takeSnapshot(tx: Db, vault: DriveVault, accountId: string, root: Root): Promise<void> {
  const run = `catch-up/${root.driveId}/${root.gen}`
  await tx.query(
    `insert into backup_run (id, account_id, drive_id, task_id, reason, phase, queued_at, finished_at, outcome)
     select $2, $1, id, task_id, 'catch-up', 'done', $4, $4, 'success' from drive where account_id = $1 and id = $3 on conflict (id) do nothing`,
    [accountId, run, root.driveId, new Date(root.time)],
  )
  const snapshot = await vault.snapshot(root.gen)
  let rows: ManifestRow[] = []
  for await (const row of snapshot.rows()) {
    rows.push(row)
    if (rows.length === page) {
      await stage(tx, accountId, root.driveId, run, rows)
      rows = []
    }
  }
  await stage(tx, accountId, root.driveId, run, rows)
  const removed = await buryUnlisted(tx, accountId, run, root.driveId)
  await applyRunToCatalog(tx, accountId, root.driveId, run, root.gen)
  await recordSnapshot(tx, accountId, root, removed)
  await clearRun(tx, accountId, run)
}

async function stage(tx: Db, accountId: string, driveId: string, runId: string, rows: readonly ManifestRow[]): Promise<void> {
  const before = await currentRows(
    tx,
    accountId,
    driveId,
    rows.map(({ id }) => id),
  )
  await putRunItems(
    tx,
    accountId,
    runId,
    rows.map((row) => ({ itemId: row.id, row, pending: false, size: 0, unchanged: isDeepStrictEqual(row, before.get(row.id)) })),
  )
}
