import { DriveFailure } from '../drive/failure-types.ts'
import { type DriveItem, isGoogleNative } from '../drive/resources.ts'
import type { DriveSource } from '../drive/source.ts'
import type { ManifestRow } from '../vault/index.ts'
import type { Refetch } from '../vault/verify/heal.ts'

/** Takes bytes from Google Drive where the item still has the version that was backed up. */
export function refetchFrom(source: DriveSource): Refetch {
  return async (row) => {
    const now = await source.item(row.id)
    if (!now) return { reason: 'the item is gone from Drive' }
    if (!sameVersion(row, now)) return { reason: 'the item has changed in Drive since' }
    try {
      const format = row.content?.exportMimeType
      return format === undefined ? await source.download(row.id) : await source.exportAs(row.id, format)
    } catch (error) {
      if (!(error instanceof DriveFailure) || !oneItem.has(error.type)) throw error
      return { reason: `Drive does not hand it out any more (${error.type})` }
    }
  }
}

/** Refusals that concern one item. A revoked consent or a used-up quota stops the healing as a whole. */
const oneItem: ReadonlySet<string> = new Set(['NotFound', 'Abusive', 'Blocked', 'NotDownloadable', 'ExportTooLarge', 'AccessLost'])

/** By checksum where Drive has one; Google-native files by the time of their last change. */
function sameVersion({ content, size, md5Checksum, modifiedTime, mimeType }: ManifestRow, now: DriveItem): boolean {
  if (isGoogleNative(mimeType)) return now.modifiedTime === modifiedTime
  if (now.sha256Checksum !== undefined) return now.sha256Checksum === content?.sha256
  return now.md5Checksum === md5Checksum && now.size === size
}
