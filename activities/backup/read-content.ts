import type { DriveSource } from '../drive/source.ts'
import { type BlobWriter, type ContentRef, type DurableSegment, IntegrityError, type ManifestRow } from '../vault/index.ts'
import { type Resume, segmentedFromBytes } from './resume.ts'

export type ReadDeps = {
  readonly source: DriveSource
  readonly writer: BlobWriter
  /** Content that the drive's vault holds already, by what Drive says of it. */
  known(sha256: string, size: number): ContentRef | undefined
  readonly resume: Resume
}

/** What came, and how many bytes of it from Drive. Without content: what came is not what Drive had announced, because the file moved on. */
export type Reading = { readonly content?: ContentRef; readonly bytes: number }

/**
 * Content of the row's revision, verified. A large file of which an earlier attempt has stored segments goes on behind them by `Range`; the
 * checksum of the whole tells at the end whether all of it is of one version.
 */
export async function readContent(deps: ReadDeps, row: ManifestRow, acknowledgeAbuse: boolean): Promise<Reading> {
  const known = row.sha256Checksum !== undefined && row.size !== undefined ? deps.known(row.sha256Checksum, row.size) : undefined
  if (known) return { content: known, bytes: 0 }
  const large = row.size !== undefined && row.size >= segmentedFromBytes
  const { content, bytes } = await download(deps, row, acknowledgeAbuse, large ? await deps.resume.begun(row) : [])
  const whole = await matches(deps, content, row)
  if (large && !whole) await deps.resume.forget(row.id)
  return whole ? { content, bytes } : { bytes }
}

async function download(deps: ReadDeps, row: ManifestRow, acknowledgeAbuse: boolean, begun: readonly DurableSegment[]) {
  const start = begun.reduce((sum, { segment }) => sum + segment.size, 0)
  let number = begun.length
  try {
    const content = await deps.writer.putBlob(rest(deps.source, row, start, acknowledgeAbuse), {
      mimeType: row.mimeType,
      md5: row.sha256Checksum === undefined,
      ...(row.size !== undefined && { expectedSize: row.size - start }),
      begun,
      onSegment: (durable) => deps.resume.note(row, number++, durable),
    })
    return { content, bytes: content.size - start }
  } catch (error) {
    // What an earlier attempt had stored cannot be read: the file is fetched whole, and the damage is the verification's to tell.
    if (!(error instanceof IntegrityError) || begun.length === 0) throw error
    await deps.resume.forget(row.id)
    return download(deps, row, acknowledgeAbuse, [])
  }
}

/** The bytes from `start` on. The connection is opened when the first of them is wanted. */
async function* rest(source: DriveSource, row: ManifestRow, start: number, acknowledgeAbuse: boolean): AsyncGenerator<Uint8Array> {
  if (start > 0 && start === row.size) return
  const { stream } = await source.download(row.id, { ...(start > 0 && { start }), ...(acknowledgeAbuse && { acknowledgeAbuse }) })
  yield* stream
}

/** By Drive's own checksum. Without one the file is looked at again: what has still the revision of before has not moved meanwhile. */
async function matches(deps: ReadDeps, content: ContentRef, row: ManifestRow): Promise<boolean> {
  if (row.sha256Checksum !== undefined) return content.sha256 === row.sha256Checksum
  if (row.md5Checksum !== undefined) return content.md5 === row.md5Checksum
  if (content.size !== row.size) return false
  const now = await deps.source.item(row.id)
  return now !== undefined && now.headRevisionId === row.headRevisionId && now.modifiedTime === row.modifiedTime
}
