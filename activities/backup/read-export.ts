import { driveFailure } from '../drive/google/failure.ts'
import type { DriveSource } from '../drive/source.ts'
import type { BlobWriter, ContentRef, ManifestRow } from '../vault/index.ts'
import { exportDigest } from './export-digest.ts'
import type { Reading } from './read-content.ts'
import { exportFormat } from './row.ts'

export type ExportDeps = {
  readonly source: DriveSource
  readonly writer: BlobWriter
  /** The content that the newest snapshot has of an item. */
  before(itemId: string): ContentRef | undefined
}

/** Google exports at most this much at once; it is compared before anything of it is stored. */
const atOnceBytes = 10 * 2 ** 20

/**
 * A Google-native file in the format that comes back best. One that says the same as the newest snapshot keeps the content of that, whatever
 * its bytes: a new export alone makes no new version.
 */
export async function readExport(deps: ExportDeps, row: ManifestRow): Promise<Reading> {
  const format = exportFormat(row.mimeType)
  if (!format) throw driveFailure('NotDownloadable', { detail: `No format of ${row.mimeType} can be turned back into it.` })
  const { stream, size } = await deps.source.exportAs(row.id, format)
  const known = deps.before(row.id)
  const same = (digest: string | undefined) => digest !== undefined && known?.canonicalDigest === digest && known.exportMimeType === format

  const digest = exportDigest(format)
  const seen = watched(stream, (chunk) => digest.update(chunk))
  const small = size !== undefined && size <= atOnceBytes ? await Array.fromAsync(seen) : undefined
  const early = small && digest.finish()
  if (small && same(early)) return { content: known as ContentRef, bytes: size as number }

  const content = await deps.writer.putBlob(small ? chunks(small) : seen, { mimeType: format, md5: false })
  const canonicalDigest = small ? early : digest.finish()
  if (!small && (await moved(deps.source, row))) return { bytes: content.size }
  if (same(canonicalDigest)) return { content: known as ContentRef, bytes: content.size }
  return {
    content: { ...content, exportMimeType: format, ...(canonicalDigest !== undefined && { canonicalDigest }) },
    bytes: content.size,
  }
}

/** A long conversion may have seen a later state than the row tells of. */
async function moved(source: DriveSource, row: ManifestRow): Promise<boolean> {
  return (await source.item(row.id))?.modifiedTime !== row.modifiedTime
}

async function* watched(stream: AsyncIterable<Uint8Array>, look: (chunk: Uint8Array) => void): AsyncGenerator<Uint8Array> {
  for await (const chunk of stream) {
    look(chunk)
    yield chunk
  }
}

async function* chunks(all: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* all
}
