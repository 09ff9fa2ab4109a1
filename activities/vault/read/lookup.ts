import type { StoredRecord } from '../format/record.ts'
import type { Table } from './table.ts'

/** The blocks that point reads used last: a restore looks up thousands of blobs in a few of them. About 16 MiB. */
export type PointCache = (table: Table, key: string) => Promise<ReadonlyMap<string, StoredRecord>>

const rememberedBlocks = 64

export function pointCache(): PointCache {
  const blocks = new Map<string, Promise<ReadonlyMap<string, StoredRecord>>>()
  return (table, key) => {
    const name = `${table.ref.sha256} ${table.blockName(key)}`
    const block = blocks.get(name) ?? table.blockFor(key).then((records) => new Map(records.map((record) => [record.key, record])))
    blocks.delete(name)
    blocks.set(name, block)
    block.catch(() => blocks.delete(name))
    const oldest = blocks.keys().next().value
    if (blocks.size > rememberedBlocks && oldest !== undefined) blocks.delete(oldest)
    return block
  }
}

/** The newest record with this key. `tables` goes from oldest to newest. */
export async function findRecord(tables: readonly Table[], key: string, cache: PointCache): Promise<StoredRecord | undefined> {
  for (const table of tables.toReversed()) {
    if (key < table.ref.firstKey || key > table.ref.lastKey) continue
    const record = (await cache(table, key)).get(key)
    if (record) return record
  }
  return undefined
}
