/** Which containers hold the blobs that are needed, by the index segments of the live snapshots. */
import { IntegrityError } from '../errors.ts'
import { recordToEntry } from '../format/entry-codec.ts'
import type { DriveReader } from '../read/drive-reader.ts'
import { type EveryRecord, mergeEvery } from '../read/merge-every.ts'
import { openTable } from '../read/table.ts'
import type { Root } from '../root.ts'
import { type Group, groups, liveValues } from './groups.ts'
import type { IdSorter } from './id-sorter.ts'

/** A container as hex digits that sort as its key does: `objs/` before `packs/`. */
export function containerDigits(container: string): string {
  return (container.startsWith('objs/') ? '00' : '01') + container.slice(-32)
}
export const containerDigitBytes = 17

/**
 * Hands the containers of the blobs `live` to `containers`. Of a blob that was stored twice, the place that counts is each snapshot's own:
 * the one that the latest of its index segments names.
 * @throws {IntegrityError} the newest index lacks a blob that a snapshot needs: nothing may be deleted
 */
export async function liveContainers(
  reader: DriveReader,
  roots: readonly Root[],
  live: () => AsyncIterable<readonly string[]>,
  containers: IdSorter,
): Promise<void> {
  const all = [...groups(roots, ({ idx }) => idx)]
  const missing = (blobId: string) => {
    throw new IntegrityError(
      reader.layout.root(roots.at(-1)?.gen ?? 0),
      `a snapshot needs blob ${blobId}, but the newest index does not know it`,
    )
  }
  for (const [n, group] of all.entries()) await join(reader, group, live(), containers, n === all.length - 1 ? missing : () => {})
}

/** Two sorted streams side by side: what is needed, and where it lies. */
async function join(
  { sealed, layout }: DriveReader,
  { refs, states }: Group,
  live: AsyncIterable<readonly string[]>,
  containers: IdSorter,
  missing: (blobId: string) => void,
): Promise<void> {
  const newest = new Set(states.at(-1))
  const tables = await Promise.all(refs.map((ref) => openTable(sealed, 'index', layout.index(ref.sha256), ref)))
  const entries = records(mergeEvery(tables))[Symbol.asyncIterator]()
  let entry = await entries.next()
  for await (const ids of live) {
    for (const id of ids) {
      while (!entry.done && entry.value.key < id) entry = await entries.next()
      const found = entry.done || entry.value.key !== id ? undefined : entry.value
      if (!found?.tables.some((table) => newest.has(table))) missing(id)
      for (const value of found ? liveValues(found, states) : [])
        await containers.add(containerDigits(recordToEntry({ key: id, value }).container))
    }
  }
}

async function* records(batches: AsyncIterable<readonly EveryRecord[]>): AsyncIterable<EveryRecord> {
  for await (const batch of batches) yield* batch
}
