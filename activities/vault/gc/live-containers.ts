/** Which containers hold the blobs that are needed, by the index segments of the live snapshots. */
import { IntegrityError } from '../errors.ts'
import { recordToEntry } from '../format/entry-codec.ts'
import type { DriveReader } from '../read/drive-reader.ts'
import { type EveryRecord, mergeEvery } from '../read/merge-every.ts'
import { openTable } from '../read/table.ts'
import type { Root, SegmentRef } from '../root.ts'
import type { IdSorter } from './id-sorter.ts'

const mostTables = 64

/** A container as hex digits that sort as its key does: `objs/` before `packs/`. */
export function containerDigits(container: string): string {
  return (container.startsWith('objs/') ? '00' : '01') + container.slice(-32)
}
export const containerDigitBytes = 17

/**
 * Hands the containers of all places of the blobs `live` to `containers`: of a blob that was stored twice, both, for an older snapshot's
 * index may name the one and a newer one's the other.
 * @throws {IntegrityError} the newest index lacks a blob that a snapshot needs: nothing may be deleted
 */
export async function liveContainers(
  reader: DriveReader,
  roots: readonly Root[],
  live: () => AsyncIterable<readonly string[]>,
  containers: IdSorter,
): Promise<void> {
  const head = roots.at(-1)
  if (!head) return
  const newest = new Set(head.idx.map(({ sha256 }) => sha256))
  const older = new Map(roots.flatMap(({ idx }) => idx).map((ref) => [ref.sha256, ref]))
  const rest = [...older.values()].filter(({ sha256 }) => !newest.has(sha256))
  await join(reader, head.idx, live(), containers, (missing) => {
    throw new IntegrityError(reader.layout.root(head.gen), `a snapshot needs blob ${missing}, but the newest index does not know it`)
  })
  for (let at = 0; at < rest.length; at += mostTables) await join(reader, rest.slice(at, at + mostTables), live(), containers, () => {})
}

async function join(
  reader: DriveReader,
  refs: readonly SegmentRef[],
  live: AsyncIterable<readonly string[]>,
  containers: IdSorter,
  missing: (blobId: string) => void,
): Promise<void> {
  const tables = await Promise.all(refs.map((ref) => openTable(reader.sealed, 'index', reader.layout.index(ref.sha256), ref)))
  const entries = records(mergeEvery(tables))[Symbol.asyncIterator]()
  let entry = await entries.next()
  for await (const ids of live) {
    for (const id of ids) {
      while (!entry.done && entry.value.key < id) entry = await entries.next()
      if (entry.done || entry.value.key !== id) missing(id)
      else for (const value of entry.value.values) await containers.add(containerDigits(recordToEntry({ key: id, value }).container))
    }
  }
}

async function* records(batches: AsyncIterable<readonly EveryRecord[]>): AsyncIterable<EveryRecord> {
  for await (const batch of batches) yield* batch
}
