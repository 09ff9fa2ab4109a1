import { DriveFailure, type DriveFailureType } from '../drive/failure-types.ts'
import { isGoogleNative } from '../drive/resources.ts'
import type { DriveSource } from '../drive/source.ts'
import type { BlobWriter, ContentRef, ManifestRow } from '../vault/index.ts'
import { compare, needsContent } from './compare.ts'
import { exportFormat, grantRow, rowOf } from './row.ts'

export type FetchDeps = {
  readonly source: DriveSource
  readonly writer: BlobWriter
  /** Content that the drive's vault holds already, by what Drive says of it. */
  known(sha256: string, size: number): ContentRef | undefined
}

/** The finished row and the bytes that were fetched for it, or a tombstone when the item is gone by now. */
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
 * Brings in what a row still lacks: content, verified against Drive's checksum, and direct grants. An item that moves on while it is read
 * is read again; one that never holds still fails, with that reason, and is tried again by the next run.
 * @throws {DriveFailure} what concerns more than this item: a revoked grant, an exhausted quota
 */
export async function fetchItem(deps: FetchDeps, first: ManifestRow): Promise<Fetched> {
  let row = first
  let bytes = 0
  try {
    for (let reading = 1; needsContent(row); reading++) {
      const read = await readContent(deps, row)
      bytes += read.bytes
      if (read.content) row = { ...row, content: read.content }
      else if (reading === maxReadings) row = { ...row, outcome: { status: 'failed', reason: 'keepsChanging' } }
      else {
        const now = await deps.source.item(row.id)
        if (!now) return { row: null, bytes }
        row = compare(rowOf(now), undefined).row
      }
    }
    if (row.permissions === undefined) row = { ...row, permissions: (await deps.source.grants(row.id)).map(grantRow) }
    return { row, bytes }
  } catch (error) {
    if (!(error instanceof DriveFailure)) throw error
    if (error.type === 'NotFound') return { row: await stillThere(deps, row), bytes }
    const outcome = refusals[error.type]
    if (!outcome) throw error
    return { row: { ...row, outcome }, bytes }
  }
}

/** Content of the row's revision; nothing when what came is not what Drive had announced. */
async function readContent(deps: FetchDeps, row: ManifestRow): Promise<{ content?: ContentRef; bytes: number }> {
  if (isGoogleNative(row.mimeType)) return readExport(deps, row)
  const known = row.sha256Checksum !== undefined && row.size !== undefined ? deps.known(row.sha256Checksum, row.size) : undefined
  if (known) return { content: known, bytes: 0 }

  const { stream } = await deps.source.download(row.id)
  const content = await deps.writer.putBlob(stream, {
    mimeType: row.mimeType,
    md5: row.sha256Checksum === undefined,
    ...(row.size !== undefined && { expectedSize: row.size }),
  })
  return matches(content, row) ? { content, bytes: content.size } : { bytes: content.size }
}

async function readExport(deps: FetchDeps, row: ManifestRow): Promise<{ content: ContentRef; bytes: number }> {
  const format = exportFormat(row.mimeType)
  if (!format) throw new DriveFailure('NotDownloadable', `Google offers no format in which ${row.mimeType} could come back.`)
  const { stream } = await deps.source.exportAs(row.id, format)
  const content = await deps.writer.putBlob(stream, { mimeType: format, md5: false })
  return { content: { ...content, exportMimeType: format }, bytes: content.size }
}

/** Without any checksum from Drive only the size can be compared. */
function matches(content: ContentRef, row: ManifestRow): boolean {
  if (row.sha256Checksum !== undefined) return content.sha256 === row.sha256Checksum
  if (row.md5Checksum !== undefined) return content.md5 === row.md5Checksum
  return content.size === row.size
}

/** An item that could not be found while it was read: a tombstone when it is gone, a failure when only its content or sharing is. */
async function stillThere(deps: FetchDeps, row: ManifestRow): Promise<ManifestRow | null> {
  const now = await deps.source.item(row.id)
  return now ? { ...row, outcome: { status: 'failed', reason: 'notFound' } } : null
}
