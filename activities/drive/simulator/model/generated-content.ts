/**
 * The bytes of files that nobody uploaded: a pure function of (seed, file id, revision), computed from any offset and never held. Text and PDF files
 * can be read by people; all others have the right first bytes and then noise that does not compress.
 */
import { createCipheriv, createHash, hash } from 'node:crypto'
import { pdfEnvelope } from './generated-pdf.ts'
import { fillLines, type LineKind } from './generated-text.ts'
import { hash32 } from './seeded.ts'

export type GeneratedContent = {
  readonly seed: number
  readonly id: string
  readonly revision: number
  readonly size: number
  readonly mime: string
  readonly noise?: true | undefined
}

const chunkBytes = 256 * 1024
const zeros = Buffer.alloc(chunkBytes)

const magic: Readonly<Record<string, Uint8Array>> = {
  'image/png': Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex'),
  'image/jpeg': Buffer.from('ffd8ffe000104a46494600010100000100010000', 'hex'),
  'application/zip': Buffer.from('504b0304', 'hex'),
  'video/mp4': Buffer.from('00000018667479706d70343200000000', 'hex'),
  'application/vnd.openxmlformats-officedocument.wordprocessingml.document': Buffer.from('504b030414000600', 'hex'),
  'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet': Buffer.from('504b030414000600', 'hex'),
  'application/vnd.openxmlformats-officedocument.presentationml.presentation': Buffer.from('504b030414000600', 'hex'),
}

/** Bytes `[start, end)` in chunks of at most 256 KiB, each the caller's to keep. */
export function* generatedChunks(content: GeneratedContent, start = 0, end = content.size): Generator<Uint8Array> {
  const fill = filler(content)
  for (let at = start; at < end; at += chunkBytes) {
    const chunk = Buffer.allocUnsafe(Math.min(chunkBytes, end - at))
    fill(chunk, at)
    yield chunk
  }
}

const scratch = Buffer.allocUnsafeSlow(chunkBytes)

/** sha256 and md5 of the whole, as 48 latin-1 letters (a quarter of what two hex strings take). */
export function digestGenerated(content: GeneratedContent): string {
  if (content.size <= chunkBytes) {
    // Nearly all files: filled into one buffer that is used again, and hashed in one call each.
    const whole = scratch.subarray(0, content.size)
    filler(content)(whole, 0)
    return hash('sha256', whole, 'binary') + hash('md5', whole, 'binary')
  }
  const sha256 = createHash('sha256')
  const md5 = createHash('md5')
  const fill = filler(content)
  for (let at = 0; at < content.size; at += chunkBytes) {
    const chunk = scratch.subarray(0, Math.min(chunkBytes, content.size - at))
    fill(chunk, at)
    sha256.update(chunk)
    md5.update(chunk)
  }
  return sha256.digest('binary') + md5.digest('binary')
}

type Fill = (into: Buffer, offset: number) => void

function filler(content: GeneratedContent): Fill {
  if (content.noise) return noise(content)
  // Every text names its file and revision in its first line: no two of them are the same, as no two real ones are.
  const reference = `Reference ${content.id}/${content.revision}`
  if (content.mime === 'application/pdf') {
    const envelope = pdfEnvelope(reference, saltOf(content), content.size)
    if (envelope) return around(envelope.before, lines(content, 'comment'), envelope.after, content.size)
  }
  const head = Buffer.from(`${reference}\n`, 'latin1')
  if (content.mime === 'text/csv') return around(head, lines(content, 'row'), none, content.size)
  if (content.mime.startsWith('text/') || content.mime === 'application/json')
    return around(head, lines(content, 'sentence'), none, content.size)
  const first = magic[content.mime]
  return first ? around(first, noise(content), none, content.size) : noise(content)
}

const none = Buffer.alloc(0)
const saltOf = ({ id, seed, revision }: GeneratedContent) => hash32(id, seed ^ Math.imul(revision, 0x9e3779b1))

/** AES in counter mode: gigabytes a second, from any offset, and as incompressible as encrypted files are. */
function noise(content: GeneratedContent): Fill {
  // Repeatable, not secret: four words of a cheap hash are key enough.
  const name = `${content.seed}/${content.id}/${content.revision}`
  const key = Buffer.alloc(16)
  for (let at = 0, word = 0x811c9dc5; at < 16; at += 4) {
    word = hash32(name, word)
    key.writeUInt32LE(word, at)
  }
  return (into, offset) => {
    const counter = Buffer.alloc(16)
    counter.writeBigUInt64BE(BigInt(Math.floor(offset / 16)), 8)
    const cipher = createCipheriv('aes-128-ctr', key, counter)
    const skip = offset % 16
    if (skip > 0) cipher.update(zeros.subarray(0, skip))
    cipher.update(zeros.subarray(0, into.length)).copy(into)
  }
}

function lines(content: GeneratedContent, kind: LineKind): Fill {
  const salt = saltOf(content)
  return (into, offset) => fillLines(kind, salt, into, offset)
}

function around(before: Uint8Array, middle: Fill, after: Uint8Array, size: number): Fill {
  const tail = size - after.length
  return (into, offset) => {
    middle(into, offset)
    const end = offset + into.length
    if (offset < before.length) into.set(before.subarray(offset, Math.min(end, before.length)), 0)
    if (end > tail) {
      const from = Math.max(offset, tail)
      into.set(after.subarray(from - tail, end - tail), from - offset)
    }
  }
}
