import { createHash } from 'node:crypto'

/**
 * A digest of what matters in an exported document. Google makes an export anew for each call and stamps it with the moment, so that bytes
 * differ where nothing has changed; this digest does not. Feed it the chunks as they pass.
 */
export type ExportDigest = {
  update(chunk: Uint8Array): void
  /** Hex, or nothing when the bytes are not of a kind that it knows how to compare. Call it after the last chunk. */
  finish(): string | undefined
}

/** `mimeType`: the format of the export. */
export function exportDigest(mimeType: string): ExportDigest {
  if (mimeType === 'image/svg+xml') return drawingDigest()
  return officeDigest()
}

const mebibyte = 2 ** 20
/** A directory of some ten thousand parts, and the end record with its comment. */
const tailBytes = 2 * mebibyte
/** Drawings are small; a larger one counts as new each time. */
const mostDrawingBytes = 16 * mebibyte

/**
 * An office document is a ZIP: names, checksums and sizes of its inflated parts stand in the directory at its end (APPNOTE.TXT 4.3.12), and
 * only that is kept in memory. Times are left out, and so is `docProps/`, which describes the file and not its content.
 */
function officeDigest(): ExportDigest {
  let tail: Buffer[] = []
  let held = 0
  let total = 0
  return {
    update(chunk) {
      tail.push(Buffer.from(chunk))
      held += chunk.length
      total += chunk.length
      while (tail[0] && held - tail[0].length >= tailBytes) held -= tail.shift()?.length ?? 0
    },
    finish() {
      const bytes = Buffer.concat(tail)
      tail = []
      const parts = partsOf(bytes, total - bytes.length)
      if (!parts) return undefined
      const lines = parts
        .filter(({ name }) => !name.startsWith('docProps/'))
        .map(({ name, crc, size }) => JSON.stringify([name, crc, size]))
      return hashed('office', lines.sort().join('\n'))
    },
  }
}

type Part = { readonly name: string; readonly crc: number; readonly size: number }

/** The directory of a ZIP of which `tail`, its last bytes, begins at `start`; nothing when it is none, is ZIP64, or begins before. */
function partsOf(tail: Buffer, start: number): readonly Part[] | undefined {
  const end = tail.lastIndexOf(Buffer.from('504b0506', 'hex'))
  if (end < 0 || end + 22 > tail.length) return undefined
  const count = tail.readUInt16LE(end + 10)
  let at = tail.readUInt32LE(end + 16) - start
  if (count === 0xffff || at < 0) return undefined
  const parts: Part[] = []
  for (let left = count; left > 0; left--) {
    if (at + 46 > end || tail.readUInt32LE(at) !== 0x02014b50) return undefined
    const nameEnd = at + 46 + tail.readUInt16LE(at + 28)
    const size = tail.readUInt32LE(at + 24)
    if (nameEnd > end || size === 0xffffffff) return undefined
    parts.push({ name: tail.toString('utf8', at + 46, nameEnd), crc: tail.readUInt32LE(at + 16), size })
    at = nameEnd + tail.readUInt16LE(at + 30) + tail.readUInt16LE(at + 32)
  }
  return parts
}

/** A drawing is text; its comments are the writer's own. */
function drawingDigest(): ExportDigest {
  let chunks: Buffer[] = []
  let size = 0
  return {
    update(chunk) {
      size += chunk.length
      if (size <= mostDrawingBytes) chunks.push(Buffer.from(chunk))
      else chunks = []
    },
    finish() {
      if (size > mostDrawingBytes) return undefined
      return hashed(
        'drawing',
        Buffer.concat(chunks)
          .toString('utf8')
          .replace(/<!--[\s\S]*?-->/g, ''),
      )
    },
  }
}

function hashed(kind: string, what: string): string {
  return createHash('sha256').update(`backstop export v1 ${kind}\n`).update(what).digest('hex')
}
