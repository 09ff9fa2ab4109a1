/** Level 2: what Drive lists against what the newest snapshot holds. Finds what a change feed never told. */
import { createHash } from 'node:crypto'
import { rowOf } from '../backup/row.ts'
import { DriveFailure } from '../drive/failure-types.ts'
import type { DriveItem } from '../drive/resources.ts'
import type { DriveSource } from '../drive/source.ts'
import { canonicalBytes } from '../vault/format/canonical-json.ts'
import type { DriveVault, ManifestRow, Snapshot } from '../vault/index.ts'

/** `not backed up` Drive has it and the snapshot does not · `gone` the snapshot has it and Drive does not · `differs` both have it, not alike */
export type Drift = {
  readonly kind: 'not backed up' | 'gone' | 'differs'
  readonly itemId: string
  /** Hostile text. */
  readonly name: string
  /** Names of the fields that differ. */
  readonly fields?: readonly string[]
}

export type DriftReport = {
  readonly generation: number
  /** Items that Drive listed. */
  readonly listed: number
  /** Items of which the feed says that they changed since the snapshot: the next backup takes them. */
  readonly changedSince: number
  readonly counts: Readonly<Record<Drift['kind'], number>>
  /** The first {@link mostDrifts}. */
  readonly drifts: readonly Drift[]
  /** Why a difference may be no drift, when the feed could not be asked what had changed since the snapshot. */
  readonly uncertain?: string
}

const mostDrifts = 200
/** Items that a listing left out are looked up one by one, to be sure; more of them are told as they are. */
const mostLookups = 500

/**
 * Compares all items of the drive with its newest snapshot. Costs a full listing and a page of the feed; memory about 100 bytes an item, and
 * Drive allows 500,000 in a drive. Returns nothing when there is no snapshot yet.
 * @throws {DriveFailure} what concerns more than an item
 */
export async function verifyDrift(deps: {
  readonly source: DriveSource
  readonly drive: DriveVault
  readonly onPage: () => void
}): Promise<DriftReport | undefined> {
  const { source, drive, onPage } = deps
  const root = await drive.latestSnapshot()
  if (!root) return undefined
  const snapshot = await drive.snapshot(root.gen)
  const open = new Map<string, string>()
  for await (const row of snapshot.rows()) open.set(row.id, fingerprint(row))
  const seen = new Set<string>()
  const suspects = new Map<string, ManifestRow | undefined>()
  for (let pageToken: string | undefined; ; ) {
    const page = await source.listItems(drive.driveId, pageToken)
    onPage()
    for (const item of page.items) {
      const row = rowOf(item)
      if (open.get(row.id) !== fingerprint(row)) suspects.set(row.id, row)
      seen.add(row.id)
    }
    pageToken = page.nextPageToken
    if (pageToken === undefined) break
  }
  const listed = seen.size
  for (const id of open.keys()) if (!seen.has(id)) suspects.set(id, undefined)
  open.clear()
  const { changed, uncertain } = await changedSince(source, drive.driveId, root.pageToken, onPage)
  for (const id of changed) suspects.delete(id)
  const report = await judge(source, snapshot, suspects)
  return { generation: root.gen, listed, changedSince: changed.size, ...report, ...(uncertain !== undefined && { uncertain }) }
}

async function judge(source: DriveSource, snapshot: Snapshot, suspects: ReadonlyMap<string, ManifestRow | undefined>) {
  const counts = { 'not backed up': 0, gone: 0, differs: 0 }
  const drifts: Drift[] = []
  let lookups = 0
  for (const [itemId, listed] of suspects) {
    const now = listed ?? (lookups++ < mostLookups ? await lookUp(source, itemId, snapshot.root.driveId) : undefined)
    const kept = await snapshot.row(itemId)
    if (now && kept && fingerprint(now) === fingerprint(kept)) continue
    const kind = !kept ? 'not backed up' : !now ? 'gone' : 'differs'
    counts[kind] += 1
    if (drifts.length >= mostDrifts) continue
    drifts.push({ kind, itemId, name: (now ?? kept)?.name ?? '', ...(now && kept && { fields: differing(now, kept) }) })
  }
  return { counts, drifts }
}

/** An item that a listing did not show may be there all the same: a listing is no snapshot. */
async function lookUp(source: DriveSource, itemId: string, driveId: string): Promise<ManifestRow | undefined> {
  const item: DriveItem | undefined = await source.item(itemId)
  return item && (item.driveId === undefined || item.driveId === driveId) ? rowOf(item) : undefined
}

/** Items that the feed names since the snapshot's position. Read after the listing, so that it explains all that the listing saw. */
async function changedSince(source: DriveSource, driveId: string, position: string, onPage: () => void) {
  const changed = new Set<string>()
  try {
    for (let pageToken: string | undefined = position; pageToken !== undefined; ) {
      const page = await source.changes(driveId, pageToken)
      onPage()
      for (const change of page.changes) if (change.type === 'item') changed.add(change.itemId)
      pageToken = page.nextPageToken
    }
    return { changed }
  } catch (error) {
    if (!(error instanceof DriveFailure) || error.type !== 'InvalidPageToken') throw error
    return { changed, uncertain: 'Google no longer knows the position in the change feed at which the snapshot was taken.' }
  }
}

/** What a listing tells of an item and a backup keeps of it. Content, sharing and outcome are no part of a listing. */
const compared = [
  'parentId',
  'name',
  'mimeType',
  'size',
  'md5Checksum',
  'sha256Checksum',
  'headRevisionId',
  'modifiedTime',
  'shortcut',
  'description',
  'properties',
  'flags',
] as const satisfies readonly (keyof ManifestRow)[]

function fingerprint(row: ManifestRow): string {
  return createHash('sha256')
    .update(canonicalBytes(compared.map((field) => row[field] ?? null)))
    .digest('base64')
    .slice(0, 24)
}

function differing(now: ManifestRow, kept: ManifestRow): readonly string[] {
  return compared.filter((field) => !canonicalBytes(now[field] ?? null).equals(canonicalBytes(kept[field] ?? null)))
}
