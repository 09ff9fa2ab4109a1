import { isDeepStrictEqual } from 'node:util'
import { buryUnlisted, putRunItems, type RunItem } from '../../db/backup-run-items.ts'
import { putContents } from '../../db/blobs.ts'
import { applyRunToCatalog, catalogTotals, currentIdsAfter } from '../../db/catalog.ts'
import type { Database, Db } from '../../db/client.ts'
import { holdEpoch } from '../../db/gc.ts'
import { currentRows } from '../../db/items.ts'
import {
  type DriveLevel,
  dropStaging,
  insertPastRun,
  lockDriveLevel,
  openStaging,
  refreshPlans,
  type StagedTotals,
  stagedTotals,
  stagedUpTo,
} from '../../db/rebuild.ts'
import { backupOutcome } from '../../workflows/policy/outcome.ts'
import { recordToRow } from '../vault/format/row-codec.ts'
import type { ManifestRow, Root } from '../vault/index.ts'
import { changedRecords } from '../vault/read/changes.ts'
import type { DriveReader } from '../vault/read/drive-reader.ts'
import type { OnRows } from './catch-up.ts'
import { recordSnapshot, skipGeneration } from './record-snapshot.ts'

const pageRows = 1_000
const manyRows = 10_000

type Deps = {
  readonly db: Database
  readonly reader: DriveReader
  readonly accountId: string
  /** Of the drive's collections of garbage, when the catch-up began. */
  readonly epoch: number
  readonly onRows: OnRows
}

/**
 * Takes one snapshot of the vault into a catalogue that is level with `before`, or with nothing that the vault still has. Rows are gathered
 * page by page, and become visible in one transaction. Idempotent by generation; goes on after the last page that was gathered.
 */
export async function takeSnapshot(deps: Deps, before: Root | undefined, root: Root): Promise<void> {
  const { db, accountId } = deps
  const staging = `catch-up/${accountId}/${root.driveId}/${root.gen}`
  if (root.maintenance) return skipGeneration(db, accountId, root)
  await openStaging(db, accountId, root.driveId, staging, new Date(root.time))
  const whole = before === undefined && (await currentIdsAfter(db, accountId, root.driveId, '', 1)).length > 0
  const rows = await gather(deps, before, root, staging, whole)
  await db.transaction(async (tx) => {
    const level = await lockDriveLevel(tx, accountId, root.driveId)
    if (!level || level.latestGeneration >= root.gen) return
    if (whole) await buryUnlisted(tx, accountId, staging, root.driveId)
    const staged = await stagedTotals(tx, accountId, root.driveId, staging)
    await applyRunToCatalog(tx, accountId, root.driveId, staging, root.gen)
    const totals = whole ? await catalogTotals(tx, accountId, root.driveId) : added(level, staged)
    await recordSnapshot(tx, accountId, root, { removed: staged.removed, totals })
    await insertPastRun(tx, accountId, pastRun(root))
  })
  await dropStaging(db, accountId, staging)
  if (rows >= manyRows) await refreshPlans(db)
}

async function gather(
  { db, reader, accountId, epoch, onRows }: Deps,
  before: Root | undefined,
  root: Root,
  staging: string,
  whole: boolean,
) {
  const after = (await stagedUpTo(db, accountId, staging)) ?? ''
  let page: RunItem[] = []
  let rows = 0
  const flush = async () => {
    await stage(db, accountId, root.driveId, staging, page, whole)
    await offer(db, accountId, root.driveId, page, epoch)
    rows += page.length
    page = []
    onRows({ generation: root.gen, rows })
  }
  for await (const batch of changedRecords(reader, before, root)) {
    for (const record of batch) {
      if (record.key <= after) continue
      const row = record.value.byteLength > 0 ? recordToRow(record) : null
      page.push({ itemId: record.key, row, pending: false, size: 0 })
      if (page.length === pageRows) await flush()
    }
  }
  await flush()
  return rows
}

async function stage(db: Db, accountId: string, driveId: string, staging: string, page: readonly RunItem[], whole: boolean): Promise<void> {
  const ids = page.map(({ itemId }) => itemId)
  const current = whole ? await currentRows(db, accountId, driveId, ids) : undefined
  const items = current ? page.map((item) => ({ ...item, unchanged: isDeepStrictEqual(item.row, current.get(item.itemId)) })) : page
  await putRunItems(db, accountId, staging, items)
}

/** Not when a collection of garbage came in between: it may have taken some of them out, as the snapshot was given up meanwhile. */
async function offer(db: Database, accountId: string, driveId: string, page: readonly RunItem[], epoch: number): Promise<void> {
  await db.transaction(async (tx) => {
    if ((await holdEpoch(tx, accountId, driveId)) === epoch) await putContents(tx, accountId, driveId, reusable(page))
  })
}

/** Contents that Drive vouched for by a checksum: a later backup need not fetch the same again. */
function reusable(page: readonly RunItem[]) {
  const contents = page.flatMap(({ row }) => {
    const { content, sha256Checksum } = (row ?? {}) as Partial<ManifestRow>
    return content && content.sha256 === sha256Checksum ? [{ sha256: content.sha256, size: content.size, content }] : []
  })
  return [...new Map(contents.map((content) => [`${content.sha256}/${content.size}`, content])).values()]
}

/** Before the first snapshot there is nothing, whatever an emptied catalogue may still say of its drive. */
function added(level: DriveLevel, { items, bytes }: StagedTotals) {
  if (level.latestGeneration === 0) return { items, bytes }
  return { items: level.itemCount + items, bytes: level.backupBytes + bytes }
}

function pastRun(root: Root) {
  const { listed, stored, failed, bytes, metadataOnly } = root.counts
  const skipped = root.counts.skipped + metadataOnly
  return {
    id: root.sessionId,
    driveId: root.driveId,
    mode: root.parentGen === 0 ? 'initial' : 'incremental',
    outcome: backupOutcome({ listed, stored, skipped, failed }),
    generation: root.gen,
    listed,
    stored,
    skipped,
    failed,
    bytes,
    reasons: root.histogram,
    at: new Date(root.time),
  } as const
}
