/** A merge that keeps what `mergeTables` drops: for each key the records of every table that has it. */
import type { StoredRecord } from '../format/record.ts'
import type { Table } from './table.ts'

/** One key with its values: `tables[n]` (an index into what was merged) holds `values[n]`; ascending. */
export type EveryRecord = { readonly key: string; readonly tables: readonly number[]; readonly values: readonly Uint8Array[] }

/** Read-ahead for all tables together. */
const mergeBytes = 32 * 1024 * 1024
const windowBytes = 4 * 1024 * 1024

type Cursor = {
  readonly table: number
  readonly blocks: AsyncIterator<readonly StoredRecord[]>
  records: readonly StoredRecord[]
  at: number
}

/** All keys in ascending order, in batches. Memory is bounded by the number of tables (a block of each, and the read-ahead), not by their size. */
export async function* mergeEvery(tables: readonly Table[]): AsyncIterable<readonly EveryRecord[]> {
  const window = Math.min(windowBytes, Math.floor(mergeBytes / Math.max(1, tables.length)))
  const cursors: Cursor[] = tables.map((table, n) => ({
    table: n,
    blocks: table.scan(undefined, window)[Symbol.asyncIterator](),
    records: [],
    at: 0,
  }))
  let open = cursors
  for (;;) {
    const more = await Promise.all(open.map((cursor) => cursor.at < cursor.records.length || refill(cursor)))
    open = open.filter((_, n) => more[n])
    if (open.length === 0) return
    yield takeBatch(open)
  }
}

/** Takes keys until one of the cursors has no record left in memory. */
function takeBatch(open: readonly Cursor[]): EveryRecord[] {
  const batch: EveryRecord[] = []
  for (let empty = false; !empty; ) {
    let key: string | undefined
    for (const { records, at } of open) {
      const next = records[at]?.key
      if (next !== undefined && (key === undefined || next < key)) key = next
    }
    if (key === undefined) break
    const [found, values]: [number[], Uint8Array[]] = [[], []]
    for (const cursor of open) {
      const record = cursor.records[cursor.at]
      if (record?.key !== key) continue
      found.push(cursor.table)
      values.push(record.value)
      cursor.at += 1
      if (cursor.at >= cursor.records.length) empty = true
    }
    batch.push({ key, tables: found, values })
  }
  return batch
}

async function refill(cursor: Cursor): Promise<boolean> {
  const next = await cursor.blocks.next()
  cursor.records = next.done ? [] : next.value
  cursor.at = 0
  return !next.done
}
