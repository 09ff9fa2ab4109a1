import type { StoredRecord } from '../format/record.ts'
import type { Table } from './table.ts'

/** Read-ahead for all tables of a merge together, and for one of them at most. */
const mergeBytes = 32 * 1024 * 1024
const windowBytes = 4 * 1024 * 1024

type Cursor = { readonly blocks: AsyncIterator<readonly StoredRecord[]>; records: readonly StoredRecord[]; at: number }

/**
 * The records of all tables in ascending order, in batches; of several with one key only that of the latest table. `tables` goes from
 * oldest to newest. Memory is bounded by the number of tables, not by their size. Begins at `from` when it is given.
 */
export async function* mergeTables(tables: readonly Table[], from?: string): AsyncIterable<readonly StoredRecord[]> {
  const window = Math.min(windowBytes, Math.floor(mergeBytes / Math.max(1, tables.length)))
  const relevant = tables.filter(({ ref }) => from === undefined || ref.lastKey >= from)
  const cursors: Cursor[] = relevant.map((table) => ({ blocks: table.scan(from, window)[Symbol.asyncIterator](), records: [], at: 0 }))
  let open = await Promise.all(cursors.map((cursor) => refill(cursor))).then((more) => cursors.filter((_, n) => more[n]))
  while (open.length > 0) {
    const { batch, empty } = takeBatch(open, from)
    if (batch.length > 0) yield batch
    for (const cursor of empty) if (!(await refill(cursor))) open = open.filter((other) => other !== cursor)
  }
}

/** Takes merged records until one of the cursors has none left in memory. */
function takeBatch(open: readonly Cursor[], from: string | undefined): { batch: StoredRecord[]; empty: Cursor[] } {
  const batch: StoredRecord[] = []
  for (;;) {
    let newest: StoredRecord | undefined
    for (const cursor of open) {
      const record = cursor.records[cursor.at]
      // Later cursors are newer tables: at equal keys they win.
      if (record && (newest === undefined || record.key <= newest.key)) newest = record
    }
    if (newest === undefined) return { batch, empty: [...open] }
    if (from === undefined || newest.key >= from) batch.push(newest)
    const empty: Cursor[] = []
    for (const cursor of open) {
      if (cursor.records[cursor.at]?.key === newest.key) cursor.at += 1
      if (cursor.at >= cursor.records.length) empty.push(cursor)
    }
    if (empty.length > 0) return { batch, empty }
  }
}

async function refill(cursor: Cursor): Promise<boolean> {
  const next = await cursor.blocks.next()
  cursor.records = next.done ? [] : next.value
  cursor.at = 0
  return !next.done
}
