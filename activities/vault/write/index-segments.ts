import type { BlobEntry, CommitRequest } from '../engine.ts'
import { entryToRecord } from '../format/entry-codec.ts'
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
