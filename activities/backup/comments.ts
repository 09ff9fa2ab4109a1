import { isGoogleNative } from '../drive/resources.ts'
import type { DriveSource } from '../drive/source.ts'
import type { JsonObject, ManifestRow } from '../vault/index.ts'
import { exportFormat, isBare } from './row.ts'

/** A row must not outgrow the vault's records (12 MiB), nor a page of rows the memory. The newest comments are the ones that are kept. */
const mostBytes = 1 * 2 ** 20

/** True while a row lacks the comments that its task wants; files that nobody can comment on have none. */
export function needsComments(row: ManifestRow, withComments: boolean): boolean {
  return withComments && row.comments === undefined && isCommentable(row.mimeType)
}

const isCommentable = (mimeType: string): boolean =>
  !isBare(mimeType) && (!isGoogleNative(mimeType) || exportFormat(mimeType) !== undefined)

/** The row with the comments of its file and their replies. */
export async function withCommentsOf(source: DriveSource, row: ManifestRow): Promise<ManifestRow> {
  const all = (await source.comments(row.id)) as unknown as readonly JsonObject[]
  let bytes = 0
  const kept = all
    .toReversed()
    .filter((comment) => {
      bytes += Buffer.byteLength(JSON.stringify(comment))
      return bytes <= mostBytes
    })
    .reverse()
  return { ...row, comments: kept, ...(kept.length < all.length && { commentsOmitted: all.length - kept.length }) }
}
