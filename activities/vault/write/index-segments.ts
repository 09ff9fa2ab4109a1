import type { BlobEntry, CommitRequest } from '../engine.ts'
import { entryToRecord, recordToEntry } from '../format/entry-codec.ts'
import type { OpenSnapshot } from '../read/snapshot.ts'
import type { Table } from '../read/table.ts'
import type { SegmentRef } from '../root.ts'
import { createTableWriter, type TableTarget } from './table-writer.ts'

/** Writes where the run's blobs lie. Of several places of one blob the first is kept: any of them will do. */
export async function writeIndex(target: TableTarget, entries: CommitRequest['blobEntries']): Promise<readonly SegmentRef[]> {
  const table = createTableWriter(target)
  let last: string | undefined
  for await (const entry of inOrder(entries)) {
    if (entry.blobId === last) continue
    last = entry.blobId
    await table.add(entryToRecord(entry))
  }
  return table.finish()
}

function inOrder(entries: CommitRequest['blobEntries']): Iterable<BlobEntry> | AsyncIterable<BlobEntry> {
  return Symbol.asyncIterator in entries ? entries : entries.toSorted((a, b) => (a.blobId < b.blobId ? -1 : a.blobId > b.blobId ? 1 : 0))
}

const windowBytes = 4 * 1024 * 1024

/** The snapshot's index without the entries that `drops` names. Segments that have none of them stay as they are. */
export async function filteredIndex(
  snapshot: OpenSnapshot,
  target: TableTarget,
  drops: (entry: BlobEntry) => boolean,
): Promise<readonly SegmentRef[]> {
  const kept: SegmentRef[] = []
  for (const table of await snapshot.indexTables()) {
    if (await anyDropped(table, drops)) kept.push(...(await rewritten(table, target, drops)))
    else kept.push(table.ref)
  }
  return kept
}

async function anyDropped(table: Table, drops: (entry: BlobEntry) => boolean): Promise<boolean> {
  for await (const records of table.scan(undefined, windowBytes)) if (records.some((record) => drops(recordToEntry(record)))) return true
  return false
}

async function rewritten(table: Table, target: TableTarget, drops: (entry: BlobEntry) => boolean): Promise<readonly SegmentRef[]> {
  const writer = createTableWriter(target)
  for await (const records of table.scan(undefined, windowBytes)) {
    for (const record of records) if (!drops(recordToEntry(record))) await writer.add(record)
  }
  return writer.finish()
}
