import { isDeepStrictEqual } from 'node:util'
import { isGoogleNative } from '../drive/resources.ts'
import type { ManifestRow } from '../vault/index.ts'
import { needsComments } from './comments.ts'
import { isBare, isShortcut } from './row.ts'

/** What a run has to do for an item: nothing, write the row, or fetch content, sharing or comments first. */
export type Comparison =
  | { readonly verdict: 'unchanged'; readonly row: ManifestRow }
  | { readonly verdict: 'ready'; readonly row: ManifestRow }
  | { readonly verdict: 'pending'; readonly row: ManifestRow; readonly bytes: number }

/** What the task of the drive wants stored beyond the items themselves. */
export type Wants = { readonly withComments: boolean }

/**
 * Compares an item as Drive has it now with its row in the newest snapshot. A rename, a move or a trip to the trash keeps the stored
 * content and costs no media call; sharing is read again only where there are direct grants, since an entry of the feed does not say what
 * has changed.
 */
export function compare(now: ManifestRow, before: ManifestRow | undefined, wants: Wants): Comparison {
  const row = before ? carried(now, before, wants) : now
  if (needsContent(row)) return { verdict: 'pending', row, bytes: row.size ?? 0 }
  if (row.permissions === undefined || needsComments(row, wants.withComments) || needsTarget(row, before)) {
    return { verdict: 'pending', row, bytes: 0 }
  }
  if (before && isDeepStrictEqual(row, before)) return { verdict: 'unchanged', row }
  return { verdict: 'ready', row }
}

/** True while the row stands for content that the vault does not hold yet. */
export function needsContent(row: ManifestRow): boolean {
  return row.outcome.status === 'stored' && !isBare(row.mimeType) && row.content === undefined
}

/** The row with what still holds of the one before. */
function carried(now: ManifestRow, before: ManifestRow, wants: Wants): ManifestRow {
  const sameStatus = before.outcome.status === now.outcome.status
  return {
    ...now,
    ...(sameStatus && before.content && sameContent(now, before) && { content: before.content }),
    // Whether the parent is seen was worked out for the row before, and its parent is the same.
    ...(sameStatus && now.outcome.status === 'stored' && before.parentId === now.parentId && { outcome: before.outcome }),
    ...(wants.withComments && now.version !== undefined && before.version === now.version && commentsOf(before)),
  }
}

/** Comments count in a file's version (https://developers.google.com/workspace/drive/api/reference/rest/v3/files#File.FIELDS.version). */
function commentsOf({ comments, commentsOmitted }: ManifestRow) {
  return { ...(comments && { comments }), ...(commentsOmitted !== undefined && { commentsOmitted }) }
}

/** A shortcut whose target was found when the newest snapshot was made, or is another one since. */
function needsTarget(row: ManifestRow, before: ManifestRow | undefined): boolean {
  return isShortcut(row.mimeType) && (before === undefined || !sameTarget(row, before))
}

function sameTarget(now: ManifestRow, before: ManifestRow): boolean {
  return isShortcut(now.mimeType) && before.outcome.status === 'stored' && now.shortcut?.targetId === before.shortcut?.targetId
}

/** Blobs by checksum, Google-native files by the time of their last change: they have neither checksum nor revision. */
function sameContent(now: ManifestRow, before: ManifestRow): boolean {
  if (now.mimeType !== before.mimeType) return false
  if (isGoogleNative(now.mimeType)) return now.modifiedTime === before.modifiedTime
  if (now.sha256Checksum && before.sha256Checksum) return now.sha256Checksum === before.sha256Checksum && now.size === before.size
  return now.md5Checksum === before.md5Checksum && now.size === before.size && now.headRevisionId === before.headRevisionId
}
