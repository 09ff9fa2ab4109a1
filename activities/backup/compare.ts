import { isDeepStrictEqual } from 'node:util'
import { isGoogleNative } from '../drive/resources.ts'
import type { ManifestRow } from '../vault/index.ts'
import { isBare } from './row.ts'

/** What a run has to do for an item: nothing, write the row, or fetch content or sharing first. */
export type Comparison =
  | { readonly verdict: 'unchanged'; readonly row: ManifestRow }
  | { readonly verdict: 'ready'; readonly row: ManifestRow }
  | { readonly verdict: 'pending'; readonly row: ManifestRow; readonly bytes: number }

/**
 * Compares an item as Drive has it now with its row in the newest snapshot. A rename, a move or a trip to the trash keeps the stored
 * content and costs no media call; sharing is read again only where there are direct grants, since an entry of the feed does not say what
 * has changed.
 */
export function compare(now: ManifestRow, before: ManifestRow | undefined): Comparison {
  const kept = before && sameContent(now, before) && before.outcome.status === now.outcome.status ? before.content : undefined
  const row: ManifestRow = kept ? { ...now, content: kept } : now
  if (needsContent(row)) return { verdict: 'pending', row, bytes: row.size ?? 0 }
  if (row.permissions === undefined) return { verdict: 'pending', row, bytes: 0 }
  if (before && isDeepStrictEqual(row, before)) return { verdict: 'unchanged', row }
  return { verdict: 'ready', row }
}

/** True while the row stands for content that the vault does not hold yet. */
export function needsContent(row: ManifestRow): boolean {
  return row.outcome.status === 'stored' && !isBare(row.mimeType) && row.content === undefined
}

/** Blobs by checksum, Google-native files by the time of their last change: they have neither checksum nor revision. */
function sameContent(now: ManifestRow, before: ManifestRow): boolean {
  if (now.mimeType !== before.mimeType) return false
  if (isGoogleNative(now.mimeType)) return now.modifiedTime === before.modifiedTime
  if (now.sha256Checksum && before.sha256Checksum) return now.sha256Checksum === before.sha256Checksum && now.size === before.size
  return now.md5Checksum === before.md5Checksum && now.size === before.size && now.headRevisionId === before.headRevisionId
}
