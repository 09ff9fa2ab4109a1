/** Uploaded bytes, addressed by their sha256. Generated content is never here: it is computed (`generated-content.ts`). */

/** What is known of stored bytes; `sha256` and `md5` are lower-case hex. */
export type StoredContent = { readonly sha256: string; readonly md5: string; readonly sha1: string; readonly size: number }

export interface ContentStore {
  /** Stores a stream of bytes. When it resolves they survive a kill of the process. The same bytes twice are stored once. */
  put(bytes: AsyncIterable<Uint8Array>): Promise<StoredContent>
  /**
   * Bytes `[start, end)` of a content, the whole when no range is given.
   * @throws {Error} nothing is stored under that hash
   */
  read(sha256: string, range?: { readonly start: number; readonly end: number }): AsyncIterable<Uint8Array>
}
