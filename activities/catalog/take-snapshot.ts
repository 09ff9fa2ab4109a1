import { isDeepStrictEqual } from 'node:util'
import { buryUnlisted, putRunItems, type RunItem } from '../../db/backup-run-items.ts'
import { putContents } from '../../db/blobs.ts'
import { applyRunToCatalog, catalogTotals, currentIdsAfter } from '../../db/catalog.ts'
import type { Database } from '../../db/client.ts'
import { holdEpoch } from '../../db/gc.ts'
import { currentRows } from '../../db/items.ts'
import {
  type DriveLevel,
  dropStaging,
  holdStaging,
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
 * Takes one snapshot of the vault into a catalogue at `level`, which is that of `before`, or of nothing that the vault still has. Rows are
 * gathered page by page, and become visible in one transaction. Goes on after the last page that was gathered from the same level.
 * @returns false when another catch-up has moved the level meanwhile: nothing was taken
 */
export async function takeSnapshot(deps: Deps, level: DriveLevel, before: Root | undefined, root: Root): Promise<boolean> {
  const { db, accountId } = deps
  if (root.maintenance) {
    await skipGeneration(db, accountId, root)
    return true
  }
  const whole = before === undefined && (await currentIdsAfter(db, accountId, root.driveId, '', 1)).length > 0
  // What is gathered depends on where it begins, so that two catch-ups share a gathering only when it is the same one.
  const way = `${level.latestGeneration}-${root.gen}${whole ? '/whole' : ''}`
  const staging = `catch-up/${accountId}/${root.driveId}/${way}`
  await openStaging(db, accountId, root.driveId, staging, new Date(root.time))
  const rows = await gather(deps, before, root, staging, whole)
  const taken = rows !== undefined && (await take(deps, level, root, staging, whole))
  await dropStaging(db, accountId, staging)
  if (taken && rows >= manyRows) await refreshPlans(db)
  return taken
}

/** Makes what was gathered visible. False when the catalogue is no longer at `from`, or the gathering was taken by somebody else. */
function take({ db, accountId }: Deps, from: DriveLevel, root: Root, staging: string, whole: boolean): Promise<boolean> {
  return db.transaction(async (tx) => {
    const level = await lockDriveLevel(tx, accountId, root.driveId)
    if (level?.latestGeneration !== from.latestGeneration || !(await holdStaging(tx, accountId, staging))) return false
    if (whole) await buryUnlisted(tx, accountId, staging, root.driveId)
    const staged = await stagedTotals(tx, accountId, root.driveId, staging)
    await applyRunToCatalog(tx, accountId, root.driveId, staging, root.gen)
    const totals = whole ? await catalogTotals(tx, accountId, root.driveId) : added(level, staged)
    await recordSnapshot(tx, accountId, root, { removed: staged.removed, totals })
    await insertPastRun(tx, accountId, pastRun(root))
    return true
  })
}

/** @returns how many rows, or nothing when somebody else has taken the gathering away */
async function gather(
  { db, reader, accountId, epoch, onRows }: Deps,
  before: Root | undefined,
  root: Root,
  staging: string,
  whole: boolean,
): Promise<number | undefined> {
  const after = (await stagedUpTo(db, accountId, staging)) ?? ''
  let page: RunItem[] = []
  let rows = 0
  const flush = async () => {
    if (!(await stage(db, accountId, root.driveId, staging, page, whole))) return false
    await offer(db, accountId, root.driveId, page, epoch)
    rows += page.length
    page = []
    onRows({ generation: root.gen, rows })
    return true
  }
  for await (const batch of changedRecords(reader, before, root)) {
    for (const record of batch) {
      if (record.key <= after) continue
      const row = record.value.byteLength > 0 ? recordToRow(record) : null
      page.push({ itemId: record.key, row, pending: false, size: 0 })
      if (page.length === pageRows && !(await flush())) return undefined
    }
  }
  return (await flush()) ? rows : undefined
}

/** False when the gathering is gone. */
async function stage(
  db: Database,
  accountId: string,
  driveId: string,
  staging: string,
  page: readonly RunItem[],
  whole: boolean,
): Promise<boolean> {
  const ids = page.map(({ itemId }) => itemId)
  const current = whole ? await currentRows(db, accountId, driveId, ids) : undefined
  const items = current ? page.map((item) => ({ ...item, unchanged: isDeepStrictEqual(item.row, current.get(item.itemId)) })) : page
  return db.transaction(async (tx) => {
    if (!(await holdStaging(tx, accountId, staging))) return false
    await putRunItems(tx, accountId, staging, items)
    return true
  })
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
