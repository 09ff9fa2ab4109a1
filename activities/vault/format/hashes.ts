import { createHash, createHmac, type Hash, type Hmac } from 'node:crypto'

/** Digests of one whole content, taken while it streams by. */
export type ContentHashes = { readonly sha256: Hash; readonly md5: Hash | undefined }

export function contentHashes(withMd5: boolean): ContentHashes {
  return { sha256: createHash('sha256'), md5: withMd5 ? createHash('md5') : undefined }
}

/** Id of a blob: HMAC-SHA256 of its plaintext under the drive's id key. Who reads the store cannot tell which files it holds. */
export function blobHash(idKey: Uint8Array): Hmac {
  return createHmac('sha256', idKey)
}

/** Id of content in several segments: HMAC-SHA256 of a fixed text and the segments' ids. That of one segment is the segment's own. */
export function contentId(idKey: Uint8Array, blobIds: readonly string[]): string {
  const [only, ...more] = blobIds
  if (only !== undefined && more.length === 0) return only
  const hash = blobHash(idKey)
  if (blobIds.length > 1) hash.update('backstop content v1\n').update(Buffer.from(blobIds.join(''), 'hex'))
  return hash.digest('hex')
}
