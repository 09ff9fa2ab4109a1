import { DriveFailure, type DriveFailureType } from '../drive/failure-types.ts'
import { isGoogleNative } from '../drive/resources.ts'
import type { ManifestRow } from '../vault/index.ts'
import { needsComments, withCommentsOf } from './comments.ts'
import { compare, needsContent, type Wants } from './compare.ts'
import { type ReadDeps, type Reading, readContent } from './read-content.ts'
import { type ExportDeps, readExport } from './read-export.ts'
import { grantRow, isShortcut, rowOf } from './row.ts'

export type FetchDeps = ReadDeps &
  ExportDeps & {
    /** True when the drive has this item, so that a shortcut to it need not be followed. */
    inDrive(itemId: string): boolean
    /** @throws {DriveFailure} `AccessLost`: the drive is out of reach, so that nothing can be said of what is in it */
    confirmAccess(): Promise<void>
    readonly wants: Wants & { readonly fetchFlagged: boolean }
  }

/**
 * The finished row and the bytes that were fetched for it. Without a row the item vanished while the run was under way: the change feed will
 * say so to the next run, and until then what the newest snapshot says of it holds (G8).
 */
export type Fetched = { readonly row: ManifestRow | null; readonly bytes: number }

/** Refusals that concern one item only, and the outcome that each leaves in the snapshot. Everything else stops the shard. */
const refusals: Partial<Record<DriveFailureType, ManifestRow['outcome']>> = {
  // Sharing can be read by writers and above only; the item itself is within reach, or its content would not have come.
  AccessLost: { status: 'failed', reason: 'accessDenied' },
  Abusive: { status: 'skipped', reason: 'abusive' },
  Blocked: { status: 'skipped', reason: 'downloadForbidden' },
  NotDownloadable: { status: 'metadata-only', reason: 'noExportFormat' },
  ExportTooLarge: { status: 'metadata-only', reason: 'exportTooLarge' },
  TransientProvider: { status: 'failed', reason: 'providerError' },
  InvalidRequest: { status: 'failed', reason: 'providerRefused' },
}

const maxReadings = 3

/**
 * Brings in what a row still lacks: content, verified against Drive's checksum, direct grants, comments. An item that moves on while it is
 * read is read again; one that never holds still fails, with that reason, and is tried again by the next run.
 * @throws {DriveFailure} what concerns more than this item: a revoked grant, an exhausted quota, a drive out of reach
 */
export async function fetchItem(deps: FetchDeps, first: ManifestRow): Promise<Fetched> {
  let row = first
  let bytes = 0
  try {
    for (let reading = 1; needsContent(row); reading++) {
      const { flagged, ...read } = await readOnce(deps, row)
      bytes += read.bytes
      if (read.content) row = { ...row, content: read.content, ...(flagged && { flags: { ...row.flags, viewedAsAbusive: true } }) }
      else if (reading === maxReadings) row = { ...row, outcome: { status: 'failed', reason: 'keepsChanging' } }
      else {
        const now = await deps.source.item(row.id)
        if (!now) return await vanished(deps, bytes)
        row = compare(rowOf(now), undefined, deps.wants).row
      }
    }
    if (row.permissions === undefined) row = { ...row, permissions: (await deps.source.grants(row.id)).map(grantRow) }
    if (needsComments(row, deps.wants.withComments)) row = await withCommentsOf(deps.source, row)
    if (isShortcut(row.mimeType)) row = { ...row, outcome: await outcomeOfShortcut(deps, row) }
    return { row, bytes }
  } catch (error) {
    if (!(error instanceof DriveFailure)) throw error
    if (error.type === 'NotFound') return stillThere(deps, row, bytes)
    const outcome = refusals[error.type]
    if (!outcome) throw error
    return { row: { ...row, outcome }, bytes }
  }
}

/** What Google has flagged comes only to who says that the risk is known, and then only to organizers. */
async function readOnce(deps: FetchDeps, row: ManifestRow): Promise<Reading & { readonly flagged: boolean }> {
  if (isGoogleNative(row.mimeType)) return { ...(await readExport(deps, row)), flagged: false }
  try {
    return { ...(await readContent(deps, row, false)), flagged: false }
  } catch (error) {
    if (!(error instanceof DriveFailure) || error.type !== 'Abusive' || !deps.wants.fetchFlagged) throw error
    return readContent(deps, row, true).then(
      (reading) => ({ ...reading, flagged: true }),
      (refusal: unknown) => {
        throw refusal instanceof DriveFailure && refusal.type === 'Blocked' ? error : refusal
      },
    )
  }
}

/** A shortcut is whole by itself; what it points at is looked up only when it is not in the drive. */
async function outcomeOfShortcut(deps: FetchDeps, row: ManifestRow): Promise<ManifestRow['outcome']> {
  const targetId = row.shortcut?.targetId
  const dangling = targetId === undefined || (!deps.inDrive(targetId) && (await deps.source.item(targetId)) === undefined)
  return dangling ? { status: 'metadata-only', reason: 'danglingShortcut' } : { status: 'stored' }
}

/** An item that could not be found while it was read: it is gone, or only its content or sharing is. */
async function stillThere(deps: FetchDeps, row: ManifestRow, bytes: number): Promise<Fetched> {
  const now = await deps.source.item(row.id)
  return now ? { row: { ...row, outcome: { status: 'failed', reason: 'notFound' } }, bytes } : vanished(deps, bytes)
}

async function vanished(deps: FetchDeps, bytes: number): Promise<Fetched> {
  await deps.confirmAccess()
  return { row: null, bytes }
}
