import { createCipheriv, createHash } from 'node:crypto'
import { constants, zstdCompressSync } from 'node:zlib'
import { type ObjectStore, openVault } from '../../activities/vault/index.ts'
import type { ObjectRef } from '../../activities/vault/store/object-store.ts'
import { systemClock as clock } from '../../db/kit/clock.ts'
import { systemRandom as random } from '../../db/kit/random.ts'
import { memoryStore, testKms } from '../vault/support/vaults.ts'
import { rounded, secondsOf } from './measure.ts'
import type { Measured } from './report.ts'

const mebibyte = 2 ** 20
const fileBytes = 64 * mebibyte
/** As large as what comes from a socket. */
const chunkBytes = 64 * 1024
const frameBytes = mebibyte
const rounds = 5

/** Two kinds of content: text, which is compressed, and pictures, which are not. */
const kinds = {
  text: { mimeType: 'text/csv', bytes: () => Buffer.from(table()) },
  image: { mimeType: 'image/jpeg', bytes: () => Buffer.from(random.bytes(chunkBytes)) },
}

const words = ['Lisbon', 'budget', 'approved', 'pending', 'Q3', 'invoice', 'northern region', 'carried over', 'see attachment', 'n/a']

/** Rows as in an exported sheet: zstd makes about a third of them. */
function table(): string {
  let rows = ''
  while (rows.length < chunkBytes) {
    const cells = Array.from({ length: 6 }, () =>
      random.fraction() < 0.5 ? (words[Math.floor(random.fraction() * words.length)] ?? '') : (random.fraction() * 1e6).toFixed(2),
    )
    rows += `${cells.join(',')}\n`
  }
  return rows
}

/** The vault's pipeline over large files, against the same cryptography and compression in a bare loop over the same bytes. */
export async function crypto(): Promise<Measured> {
  const figures: Record<string, number> = {}
  for (const [name, { mimeType, bytes }] of Object.entries(kinds)) {
    const content = filled(bytes)
    const ratios: number[] = []
    for (let round = 0; round < rounds; round++) {
      const bare = await mibPerSecond(async () => {
        bareLoop(content, mimeType)
        bareLoop(content, mimeType)
      })
      const pipeline = await mibPerSecond(() => throughVault(content, mimeType))
      figures[`${name}.bareMiBPerSecond`] = Math.max(figures[`${name}.bareMiBPerSecond`] ?? 0, Math.round(bare))
      figures[`${name}.pipelineMiBPerSecond`] = Math.max(figures[`${name}.pipelineMiBPerSecond`] ?? 0, Math.round(pipeline))
      ratios.push(pipeline / bare)
    }
    figures[`${name}.ratio`] = rounded(median(ratios))
  }
  return { figures, goals: { 'text.ratio': { atLeast: 0.8 }, 'image.ratio': { atLeast: 0.8 } } }
}

function filled(bytes: () => Buffer): Buffer {
  const content = Buffer.alloc(fileBytes)
  for (let at = 0; at < fileBytes; ) at += bytes().copy(content, at)
  return content
}

/** What no pipeline can do without: digest, compression where it pays, and sealing, on one core. */
function bareLoop(content: Buffer, mimeType: string): void {
  const hash = createHash('sha256')
  const cipher = createCipheriv('aes-256-gcm', random.bytes(32), random.bytes(12))
  for (let at = 0; at < content.length; at += frameBytes) {
    const frame = content.subarray(at, at + frameBytes)
    hash.update(frame)
    cipher.update(
      mimeType === kinds.text.mimeType ? zstdCompressSync(frame, { params: { [constants.ZSTD_c_compressionLevel]: 3 } }) : frame,
    )
  }
  cipher.final()
  hash.digest()
}

async function throughVault(content: Buffer, mimeType: string): Promise<void> {
  const vault = await openVault({ store: forgetful(memoryStore()), kms: testKms, accountId: 'bench', clock, random })
  const writer = await vault.drive('0ABench').writer('bench')
  const put = () => writer.putBlob(chunks(content), { mimeType, expectedSize: content.length, md5: false })
  await Promise.all([put(), put()])
  await writer.flush()
}

/** A store that takes large bodies as fast as they come and keeps nothing of them. */
function forgetful(store: ObjectStore): ObjectStore {
  return {
    ...store,
    async createFrom(key, body): Promise<ObjectRef> {
      let sizeBytes = 0
      for await (const chunk of body) sizeBytes += chunk.byteLength
      return { key, sizeBytes }
    },
  }
}

async function* chunks(content: Buffer): AsyncIterable<Uint8Array> {
  for (let at = 0; at < content.length; at += chunkBytes) yield content.subarray(at, at + chunkBytes)
}

async function mibPerSecond(work: () => Promise<void>): Promise<number> {
  return (2 * fileBytes) / mebibyte / (await secondsOf(work))
}

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0
