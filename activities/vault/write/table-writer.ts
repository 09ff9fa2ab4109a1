/** Writes sorted records as immutable segments: blocks of about 256 KiB, each one frame, and a directory of where each block begins. */
import { createHash } from 'node:crypto'
import type { Random } from '../../../db/kit/random.ts'
import { InvalidInput } from '../errors.ts'
import { canonicalBytes } from '../format/canonical-json.ts'
import { compressedBody } from '../format/codec.ts'
import { sealDirectory } from '../format/directory.ts'
import { blockTargetBytes, tableTargetBytes } from '../format/limits.ts'
import { encodeRecord, type StoredRecord } from '../format/record.ts'
import { createSealer, type DataKey, type Scope, type Sealer } from '../format/seal.ts'
import type { SegmentRef } from '../root.ts'
import type { ObjectStore } from '../store/object-store.ts'

export type TableTarget = {
  readonly store: ObjectStore
  readonly scope: Scope
  readonly kind: 'manifest' | 'index'
  readonly dataKey: DataKey
  readonly random: Random
  /** The object key for a segment of this name. */
  keyOf(sha256: string): string
}

export type TableWriter = {
  /** Adds a record; its key must be greater than the last one's. A promise comes back only when a block went out. @throws {InvalidInput} */
  add(record: StoredRecord, encoded?: Buffer): Promise<void> | undefined
  /** Writes what is left. One segment, more when there is more than about 32 MiB, none when nothing was added. */
  finish(): Promise<readonly SegmentRef[]>
}

type OpenSegment = {
  readonly sealer: Sealer
  readonly parts: Buffer[]
  readonly directory: StoredRecord[]
  size: number
  rows: number
  firstKey: string
}

export function createTableWriter(target: TableTarget): TableWriter {
  const written: SegmentRef[] = []
  let segment: OpenSegment | undefined
  let block: { firstKey: string; parts: Buffer[]; size: number } | undefined
  let lastKey: string | undefined

  async function closeBlock(): Promise<void> {
    if (!block) return
    segment ??= openSegment(target, block.firstKey)
    await appendBlock(segment, block.firstKey, block.parts)
    block = undefined
    if (segment.size >= tableTargetBytes) await closeSegment()
  }

  async function closeSegment(): Promise<void> {
    if (segment && lastKey !== undefined) written.push(await storeSegment(target, segment, lastKey))
    segment = undefined
  }

  return {
    add(record, encoded = encodeRecord(record)) {
      if (lastKey !== undefined && record.key <= lastKey) {
        throw new InvalidInput(`Records must come in ascending order, each key once: ${record.key} came after ${lastKey}.`)
      }
      lastKey = record.key
      block ??= { firstKey: record.key, parts: [], size: 0 }
      block.parts.push(encoded)
      block.size += encoded.length
      return block.size >= blockTargetBytes ? closeBlock() : undefined
    },
    async finish() {
      await closeBlock()
      await closeSegment()
      return written
    },
  }
}

function openSegment({ scope, kind, dataKey, random }: TableTarget, firstKey: string): OpenSegment {
  const sealer = createSealer(scope, kind, dataKey, random)
  return { sealer, parts: [sealer.header], directory: [], size: sealer.header.length, rows: 0, firstKey }
}

async function appendBlock(segment: OpenSegment, firstKey: string, parts: readonly Buffer[]): Promise<void> {
  const body = await compressedBody(Buffer.concat(parts))
  const place = { frame: segment.sealer.nextFrame(), offset: segment.size }
  const sealed = segment.sealer.seal(body, 'data', true)
  segment.directory.push({ key: firstKey, value: canonicalBytes({ ...place, length: sealed.length, rows: parts.length }) })
  segment.parts.push(sealed)
  segment.size += sealed.length
  segment.rows += parts.length
}

async function storeSegment({ store, keyOf }: TableTarget, segment: OpenSegment, lastKey: string): Promise<SegmentRef> {
  const { sealer, parts, directory, size, rows, firstKey } = segment
  const bytes = Buffer.concat([...parts, await sealDirectory(sealer, size, directory)])
  const sha256 = createHash('sha256').update(bytes).digest('hex')
  const { versionId } = await store.create(keyOf(sha256), bytes)
  return {
    sha256,
    containerId: sealer.containerId,
    sizeBytes: bytes.length,
    rows,
    firstKey,
    lastKey,
    ...(versionId !== undefined && { versionId }),
  }
}
