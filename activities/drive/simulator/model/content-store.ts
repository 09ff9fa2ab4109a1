/** Uploaded bytes, addressed by their sha256. Generated content is never here: it is computed (`generated-content.ts`). */
import { createHash } from 'node:crypto'

/** What is known of stored bytes; the hashes are lower-case hex. */
export type StoredContent = { readonly sha256: string; readonly md5: string; readonly sha1: string; readonly size: number }

export interface ContentStore {
  /** Stores a stream of bytes. When it resolves they survive a kill of the process. The same bytes twice are stored once. */
  put(bytes: AsyncIterable<Uint8Array>): Promise<StoredContent>
  /**
   * Bytes `[start, end)` of a content, the whole when no range is given.
   * @throws {Error} nothing is stored under that hash
   */
  read(sha256: string, range?: { readonly start: number; readonly end: number }): AsyncIterable<Uint8Array>
  /** The first bytes, at most `maxBytes`, at once: for search and for conversions. */
  peek(sha256: string, maxBytes: number): Uint8Array
}

/** The content of no bytes: every store holds it from the beginning. */
export const emptyContent: StoredContent = digests().done()

/** Hashes and length of bytes as they come. */
export function digests() {
  const sha256 = createHash('sha256')
  const md5 = createHash('md5')
  const sha1 = createHash('sha1')
  let size = 0
  return {
    add(chunk: Uint8Array) {
      sha256.update(chunk)
      md5.update(chunk)
      sha1.update(chunk)
      size += chunk.length
    },
    done: (): StoredContent => ({ sha256: sha256.digest('hex'), md5: md5.digest('hex'), sha1: sha1.digest('hex'), size }),
  }
}

export const missingContent = (sha256: string) =>
  new Error(`The practice Drive holds no uploaded content ${sha256}: its folder was changed by hand. Upload the file again.`)

export function memoryContentStore(): ContentStore {
  const held = new Map([[emptyContent.sha256, Buffer.alloc(0)]])
  const find = (sha256: string) => {
    const bytes = held.get(sha256)
    if (!bytes) throw missingContent(sha256)
    return bytes
  }
  return {
    async put(bytes) {
      const sums = digests()
      const chunks: Uint8Array[] = []
      for await (const chunk of bytes) {
        sums.add(chunk)
        chunks.push(chunk)
      }
      const content = sums.done()
      if (!held.has(content.sha256)) held.set(content.sha256, Buffer.concat(chunks))
      return content
    },
    async *read(sha256, range) {
      const bytes = find(sha256)
      const { start, end } = range ?? { start: 0, end: bytes.length }
      for (let at = start; at < end; at += 1 << 18) yield Buffer.from(bytes.subarray(at, Math.min(end, at + (1 << 18))))
    },
    peek: (sha256, maxBytes) => find(sha256).subarray(0, maxBytes),
  }
}
