/** Merging segments, so that a reader never opens many. */
import { createHash } from 'node:crypto'
import { encodeRecord } from '../format/record.ts'
import { mergeTables } from '../read/merge.ts'
import type { OpenSnapshot } from '../read/snapshot.ts'
import type { Root, SegmentRef } from '../root.ts'
import { createTableWriter, type TableTarget } from './table-writer.ts'

const mostDeltas = 32
const mostIndexSegments = 32
/** Below this many changed rows a merge of the whole drive costs more than it saves. */
const fewRows = 10_000

/** More than 32 deltas, or deltas of more than a quarter of the base (and 10,000 rows). */
export function needsMergedBase({ base, deltas }: Pick<Root, 'base' | 'deltas'>): boolean {
  const changed = rowsOf(deltas)
  return deltas.length > mostDeltas || (changed > fewRows && changed > rowsOf(base) / 4)
}

/** More than 32 index segments, beside those that are large already. */
export function needsMergedIndex({ idx }: Pick<Root, 'idx'>): boolean {
  return idx.filter(({ rows }) => rows < fewRows).length > mostIndexSegments
}

/** Writes the merged state as a new base. The hash of that state is computed from what is written. */
export async function mergedBase(
  snapshot: OpenSnapshot,
  target: TableTarget,
): Promise<{ readonly segments: readonly SegmentRef[]; readonly stateHash: string }> {
  const table = createTableWriter(target)
  const hash = createHash('sha256')
  for await (const batch of snapshot.records()) {
    for (const record of batch) {
      const encoded = encodeRecord(record)
      hash.update(encoded)
      await table.add(record, encoded)
    }
  }
  return { segments: await table.finish(), stateHash: hash.digest('hex') }
}

/** Writes all index segments as one. */
export async function mergedIndex(snapshot: OpenSnapshot, target: TableTarget): Promise<readonly SegmentRef[]> {
  const table = createTableWriter(target)
  for await (const batch of mergeTables(await snapshot.indexTables())) for (const record of batch) await table.add(record)
  return table.finish()
}

function rowsOf(segments: readonly SegmentRef[]): number {
  return segments.reduce((sum, { rows }) => sum + rows, 0)
}
