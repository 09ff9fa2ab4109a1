/** The content store of one-machine mode: one file per content, named by its sha256. */
import { closeSync, createReadStream, fstatSync, mkdirSync, openSync, readdirSync, readSync, rmSync, writeFileSync } from 'node:fs'
import { open, rename, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { type ContentStore, digests, emptyContent, missingContent, type StoredContent } from './content-store.ts'

/** Receives an upload into `temporary`; when it breaks off, nothing is left behind. */
async function receive(bytes: AsyncIterable<Uint8Array>, temporary: string): Promise<StoredContent> {
  const sums = digests()
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
    return sums.done()
  } catch (error) {
    rmSync(temporary, { force: true })
    throw error
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
      const temporary = join(folder, `upload-${process.pid}-${++uploads}.tmp`)
      const content = await receive(bytes, temporary)
      await rename(temporary, place(content.sha256))
      return content
    },
    async *read(sha256, range) {
      if (range && range.end <= range.start) return
      await stat(place(sha256)).catch(() => {
        throw missingContent(sha256)
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
