import { createHash, createHmac, type Hash } from 'node:crypto'

/** Digests of one content, and the ids of its segments, taken while it streams by. */
export type ContentDigest = {
  /** Counts bytes of the segment at hand. */
  update(bytes: Uint8Array): void
  /** Ends the segment. @returns the id of its blob */
  endSegment(): string
  /** Of the whole content, in hex. Call it once, after the last segment's end. */
  finish(): { readonly sha256: string; readonly md5?: string }
}

/** Content of one segment, which is nearly all, goes through SHA-256 once: the blob's id is made from the digest, not from the bytes. */
export function contentDigest(idKey: Uint8Array, { md5: withMd5 = false } = {}): ContentDigest {
  const md5 = withMd5 ? createHash('md5') : undefined
  let segment: Hash | undefined
  let whole: Hash | undefined
  return {
    update(bytes) {
      segment ??= createHash('sha256')
      segment.update(bytes)
      whole?.update(bytes)
      md5?.update(bytes)
    },
    endSegment() {
      const ended = segment ?? createHash('sha256')
      whole ??= ended.copy()
      segment = undefined
      return blobId(idKey, ended.digest())
    },
    finish: () => ({ sha256: (whole ?? createHash('sha256')).digest('hex'), ...(md5 && { md5: md5.digest('hex') }) }),
  }
}

/**
 * Id of a blob: HMAC-SHA256, under the drive's id key, of the SHA-256 of its plaintext (ADR 0010). Who reads the store cannot tell which
 * files it holds.
 */
function blobId(idKey: Uint8Array, sha256: Uint8Array): string {
  return createHmac('sha256', idKey).update(sha256).digest('hex')
}

/** Id of content in several segments: HMAC-SHA256 of a fixed text and the segments' ids. That of one segment is the segment's own. */
export function contentId(idKey: Uint8Array, blobIds: readonly string[]): string {
  const [only, ...more] = blobIds
  if (only !== undefined && more.length === 0) return only
  const hash = createHmac('sha256', idKey)
  if (blobIds.length > 1) hash.update('backstop content v1\n').update(Buffer.from(blobIds.join(''), 'hex'))
  return hash.digest('hex')
}
