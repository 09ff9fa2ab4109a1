/** Uploaded bytes, addressed by their sha256. Generated content is never here: it is computed (`generated-content.ts`). */
import { createHash } from 'node:crypto'
import { closeSync, createReadStream, fstatSync, mkdirSync, openSync, readdirSync, readSync, rmSync, writeFileSync } from 'node:fs'
import { open, rename, stat, unlink } from 'node:fs/promises'
import { join } from 'node:path'

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

function digests() {
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

const missing = (sha256: string) =>
  new Error(`The practice Drive holds no uploaded content ${sha256}: its folder was changed by hand. Upload the file again.`)

export function memoryContentStore(): ContentStore {
  const held = new Map([[emptyContent.sha256, Buffer.alloc(0)]])
  const find = (sha256: string) => {
    const bytes = held.get(sha256)
    if (!bytes) throw missing(sha256)
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

/** One file per content, written beside its place and renamed into it. */
export function folderContentStore(folder: string): ContentStore {
  mkdirSync(folder, { recursive: true })
  // What a killed process was still receiving was never answered.
  for (const name of readdirSync(folder)) if (name.endsWith('.tmp')) rmSync(join(folder, name))
  const place = (sha256: string) => join(folder, sha256)
  writeFileSync(place(emptyContent.sha256), '')
  let uploads = 0
  return {
    async put(bytes) {
      const sums = digests()
      const temporary = join(folder, `upload-${process.pid}-${++uploads}.tmp`)
      try {
        const file = await open(temporary, 'w')
        try {
          for await (const chunk of bytes) {
            sums.add(chunk)
            await file.writeFile(chunk)
          }
          await file.datasync()
        } finally {
          await file.close()
        }
        const content = sums.done()
        await rename(temporary, place(content.sha256))
        return content
      } catch (error) {
        await unlink(temporary).catch((second: NodeJS.ErrnoException) => {
          if (second.code !== 'ENOENT') throw second
        })
        throw error
      }
    },
    async *read(sha256, range) {
      if (range && range.end <= range.start) return
      await stat(place(sha256)).catch(() => {
        throw missing(sha256)
      })
      yield* createReadStream(
        place(sha256),
        range ? { start: range.start, end: range.end - 1, highWaterMark: 1 << 18 } : { highWaterMark: 1 << 18 },
      )
    },
    peek(sha256, maxBytes) {
      const file = openSync(place(sha256), 'r')
      try {
        const buffer = Buffer.alloc(Math.min(maxBytes, fstatSync(file).size))
        let filled = 0
        for (let got = -1; got !== 0 && filled < buffer.length; filled += got)
          got = readSync(file, buffer, filled, buffer.length - filled, filled)
        return buffer
      } finally {
        closeSync(file)
      }
    },
  }
}
