/** Which blobs the live snapshots of a drive need. */
import { recordToRow } from '../format/row-codec.ts'
import type { DriveReader } from '../read/drive-reader.ts'
import { mergeEvery } from '../read/merge-every.ts'
import { openTable } from '../read/table.ts'
import type { Root } from '../root.ts'
import { groups, liveValues } from './groups.ts'
import type { IdSorter } from './id-sorter.ts'

/**
 * Hands the blob ids that the states of `roots` name to `ids`. A row counts where it is the newest of a snapshot, so that what a later run
 * has replaced in every live snapshot does not count. `progress` is told of every batch of rows.
 */
export async function liveBlobs(
  { sealed, layout }: DriveReader,
  roots: readonly Root[],
  ids: IdSorter,
  progress: (rows: number) => void = () => {},
): Promise<void> {
  for (const { refs, states } of groups(roots, ({ base, deltas }) => [...base, ...deltas])) {
    const tables = await Promise.all(refs.map((ref) => openTable(sealed, 'manifest', layout.manifest(ref.sha256), ref)))
    for await (const batch of mergeEvery(tables)) {
      for (const record of batch) for (const value of liveValues(record, states)) await addBlobs(record.key, value, ids)
      progress(batch.length)
    }
  }
}

async function addBlobs(key: string, value: Uint8Array, ids: IdSorter): Promise<void> {
  if (value.byteLength === 0) return
  for (const { blobId } of recordToRow({ key, value }).content?.segments ?? []) await ids.add(blobId)
}
