/** Which blobs the live snapshots of a drive need. */
import { recordToRow } from '../format/row-codec.ts'
import type { DriveReader } from '../read/drive-reader.ts'
import { type EveryRecord, mergeEvery } from '../read/merge-every.ts'
import { openTable } from '../read/table.ts'
import type { Root, SegmentRef } from '../root.ts'
import type { IdSorter } from './id-sorter.ts'

/** Segments that are read side by side: bounds the memory, at the price of reading a base again for each group of snapshots. */
const mostTables = 64

/**
 * Hands the blob ids that the states of `roots` name to `ids`. A row counts where it is the newest of a snapshot, so that what a later run
 * has replaced in every live snapshot does not count. `progress` is told of every batch of rows.
 */
export async function liveBlobs(
  reader: DriveReader,
  roots: readonly Root[],
  ids: IdSorter,
  progress: (rows: number) => void = () => {},
): Promise<void> {
  for (const group of groups(roots)) await liveIn(reader, group, ids, progress)
}

/** Neighbouring snapshots share most of their segments, so they are looked at together. */
function* groups(roots: readonly Root[]): Iterable<readonly Root[]> {
  let group: Root[] = []
  let segments = new Set<string>()
  for (const root of roots) {
    const wider = new Set([...segments, ...segmentsOf(root).map(({ sha256 }) => sha256)])
    if (group.length > 0 && wider.size > mostTables) {
      yield group
      group = []
      segments = new Set(segmentsOf(root).map(({ sha256 }) => sha256))
    } else segments = wider
    group.push(root)
  }
  if (group.length > 0) yield group
}

const segmentsOf = ({ base, deltas }: Root): readonly SegmentRef[] => [...base, ...deltas]

async function liveIn(reader: DriveReader, roots: readonly Root[], ids: IdSorter, progress: (rows: number) => void): Promise<void> {
  const distinct = new Map(roots.flatMap(segmentsOf).map((ref) => [ref.sha256, ref]))
  const order = [...distinct.keys()]
  const tables = await Promise.all(
    [...distinct.values()].map((ref) => openTable(reader.sealed, 'manifest', reader.layout.manifest(ref.sha256), ref)),
  )
  /** For each snapshot its segments, newest first, as indexes into `tables`. The same list of two snapshots is one. */
  const states = distinctStates(roots, order)
  for await (const batch of mergeEvery(tables)) {
    for (const record of batch) {
      for (const value of liveValues(record, states)) {
        if (value.byteLength === 0) continue
        const { content } = recordToRow({ key: record.key, value })
        for (const { blobId } of content?.segments ?? []) await ids.add(blobId)
      }
    }
    progress(batch.length)
  }
}

function distinctStates(roots: readonly Root[], order: readonly string[]): readonly (readonly number[])[] {
  const place = new Map(order.map((sha256, n) => [sha256, n]))
  const states = roots.map((root) =>
    segmentsOf(root)
      .map(({ sha256 }) => place.get(sha256) ?? 0)
      .reverse(),
  )
  return [...new Map(states.map((state) => [state.join(), state])).values()]
}

/** The values that are the newest of their key in some state. */
function liveValues({ tables, values }: EveryRecord, states: readonly (readonly number[])[]): readonly Uint8Array[] {
  if (tables.length === 1) return values
  const live = new Set<number>()
  for (const state of states) {
    const newest = state.find((table) => tables.includes(table))
    if (newest !== undefined) live.add(newest)
  }
  return values.filter((_, n) => live.has(tables[n] ?? -1))
}
