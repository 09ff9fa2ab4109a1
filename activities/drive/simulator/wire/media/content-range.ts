import { wireError } from '../http/errors.ts'

/** What a `PUT` to an upload session brings: a question, everything at once, or bytes `[start, end)`. Without `total` the size is not known yet. */
export type ContentRange =
  | { readonly kind: 'question'; readonly total: number | undefined }
  | { readonly kind: 'everything' }
  | { readonly kind: 'chunk'; readonly start: number; readonly end: number; readonly total: number | undefined }

export const chunkUnitBytes = 256 * 1024

/**
 * Reads a `Content-Range` header of a resumable upload.
 * https://developers.google.com/workspace/drive/api/guides/manage-uploads#resumable
 * @throws {WireError} 400 when it is malformed, or a chunk that is not the last is no multiple of 256 KiB
 */
export function parseContentRange(header: string | undefined): ContentRange {
  if (header === undefined) return { kind: 'everything' }
  const match = /^bytes (?:\*|(\d{1,15})-(\d{1,15}))\/(\*|\d{1,15})$/.exec(header.trim())
  if (!match) throw badRange(`"${header.slice(0, 60)}" cannot be read`)
  const total = match[3] === '*' ? undefined : Number(match[3])
  if (match[1] === undefined) return { kind: 'question', total }
  const start = Number(match[1])
  const end = Number(match[2]) + 1
  if (end <= start || (total !== undefined && end > total)) throw badRange('its numbers do not fit together')
  if (end !== total && (end - start) % chunkUnitBytes !== 0) {
    throw badRange(`a chunk that is not the last must be a multiple of ${chunkUnitBytes} bytes`)
  }
  return { kind: 'chunk', start, end, total }
}

export function badRange(what: string) {
  return wireError(400, 'badRequest', `Bad Content-Range: ${what}.`, { location: 'Content-Range', locationType: 'header' })
}
