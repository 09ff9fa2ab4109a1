/** Reads the segments that `write/table-writer.ts` writes: in order with read-ahead, or one record by two small reads. */
import { IntegrityError } from '../errors.ts'
import { parseObject } from '../format/canonical-json.ts'
import type { ContainerKind } from '../format/header.ts'
import type { StoredRecord } from '../format/record.ts'
import type { Opener } from '../format/seal.ts'
import type { SegmentRef } from '../root.ts'
import { parseRecords, readDirectory, readReferenced, type SealedStore } from './container.ts'

export type Table = {
  readonly ref: SegmentRef
  /** The records from `from` on (from the first, without it), a block at a time, reading about `windowBytes` ahead. */
  scan(from: string | undefined, windowBytes: number): AsyncIterable<readonly StoredRecord[]>
  /** The records of the only block that can hold `key`. */
  blockFor(key: string): Promise<readonly StoredRecord[]>
  /** A name of that block within the table. */
  blockName(key: string): string
}

type Block = { readonly firstKey: string; readonly offset: number; readonly length: number; readonly frame: number; readonly rows: number }

/** Opens a segment by its directory. @throws {IntegrityError} it is not the segment that the root names */
export async function openTable(
  sealed: SealedStore,
  kind: ContainerKind & ('manifest' | 'index'),
  key: string,
  ref: SegmentRef,
): Promise<Table> {
  const address = { key, sizeBytes: ref.sizeBytes, ...(ref.versionId !== undefined && { versionId: ref.versionId }) }
  const { opener, records, whole } = await readDirectory(sealed, address, kind, ref.containerId)
  const blocks = parseBlocks(key, records)
  const read = (start: number, end: number) =>
    whole ? Promise.resolve(whole.subarray(start, end)) : readReferenced(sealed.store, address, { start, end })

  async function* scan(from: string | undefined, windowBytes: number): AsyncIterable<readonly StoredRecord[]> {
    let first = from === undefined ? 0 : blockIndex(blocks, from)
    while (first < blocks.length) {
      const window = windowFrom(blocks, first, windowBytes)
      const bytes = await read(window.start, window.end)
      for (const block of blocks.slice(first, window.next)) {
        yield await openBlock(key, opener, block, bytes.subarray(block.offset - window.start))
      }
      first = window.next
    }
  }

  return {
    ref,
    scan,
    blockName: (wanted) => String(blockIndex(blocks, wanted)),
    async blockFor(wanted) {
      const block = wanted < ref.firstKey || wanted > ref.lastKey ? undefined : blocks[blockIndex(blocks, wanted)]
      return block ? openBlock(key, opener, block, await read(block.offset, block.offset + block.length)) : []
    },
  }
}

async function openBlock(key: string, opener: Opener, block: Block, bytes: Buffer): Promise<readonly StoredRecord[]> {
  const records = parseRecords(key, await opener.open(bytes.subarray(0, block.length), block.frame, 'data', true))
  if (records.length !== block.rows || records[0]?.key !== block.firstKey)
    throw new IntegrityError(key, 'a block is not what its directory says')
  return records
}

/** The last block that begins at or before `key`; the first one when none does. */
function blockIndex(blocks: readonly Block[], key: string): number {
  let [low, high] = [0, blocks.length - 1]
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if ((blocks[middle]?.firstKey ?? '') <= key) low = middle
    else high = middle - 1
  }
  return low
}

/** As many whole blocks from `first` on as fit in the window; at least one. */
function windowFrom(blocks: readonly Block[], first: number, windowBytes: number): { start: number; end: number; next: number } {
  const start = blocks[first]?.offset ?? 0
  let [next, end] = [first, start]
  for (const block of blocks.slice(first)) {
    if (next > first && block.offset + block.length - start > windowBytes) break
    end = block.offset + block.length
    next += 1
  }
  return { start, end, next }
}

function parseBlocks(key: string, records: readonly StoredRecord[]): readonly Block[] {
  return records.map(({ key: firstKey, value }) => {
    const { offset, length, frame, rows } = parseObject(value)
    if (typeof offset !== 'number' || typeof length !== 'number' || typeof frame !== 'number' || typeof rows !== 'number') {
      throw new IntegrityError(key, 'its directory cannot be read')
    }
    return { firstKey, offset, length, frame, rows }
  })
}
