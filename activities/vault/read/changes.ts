/** What a snapshot changed over an earlier one, read at the cost of what its run has written. */
import { createHash } from 'node:crypto'
import { IntegrityError } from '../errors.ts'
import { encodeRecord, type StoredRecord } from '../format/record.ts'
import type { Root, SegmentRef } from '../root.ts'
import type { DriveReader } from './drive-reader.ts'
import { mergeTables } from './merge.ts'

/**
 * The records that `after` has otherwise than `before`, in ascending order, in batches; one without a value says that the item is gone.
 * Without `before`, all that `after` holds. Where a run has only added segments, those alone are read, and compared with the hash that the
 * root keeps of them; where it has merged them, as every 33rd or so does, both states are read side by side.
 * @throws {IntegrityError}
 */
export async function* changedRecords(reader: DriveReader, before: Root | undefined, after: Root): AsyncIterable<readonly StoredRecord[]> {
  const added = before && addedSegments(before, after)
  if (!before) yield* reader.open(after).records()
  else if (added) yield* addedRecords(reader, before, after, added)
  else yield* differences(reader.open(before).records(), reader.open(after).records())
}

/** The segments that `after` has beyond those of `before`; nothing when it does not go on from the same ones. */
function addedSegments(before: Root, after: Root): readonly SegmentRef[] | undefined {
  const same = (one: readonly SegmentRef[], other: readonly SegmentRef[]) => one.every(({ sha256 }, n) => sha256 === other[n]?.sha256)
  const goesOn = before.base.length === after.base.length && same(before.base, after.base) && same(before.deltas, after.deltas)
  return goesOn ? after.deltas.slice(before.deltas.length) : undefined
}

async function* addedRecords(
  reader: DriveReader,
  before: Root,
  after: Root,
  added: readonly SegmentRef[],
): AsyncIterable<readonly StoredRecord[]> {
  const tables = await reader.open({ ...after, base: [], deltas: added }).manifestTables()
  const hash = createHash('sha256')
  for await (const batch of mergeTables(tables)) {
    for (const record of batch) hash.update(encodeRecord(record))
    yield batch
  }
  if (after.parentGen === before.gen && hash.digest('hex') !== after.deltaHash)
    throw new IntegrityError(reader.layout.root(after.gen), 'its changes are not those that it was committed with')
}

async function* differences(
  before: AsyncIterable<readonly StoredRecord[]>,
  after: AsyncIterable<readonly StoredRecord[]>,
): AsyncIterable<readonly StoredRecord[]> {
  const old = oneByOne(before)[Symbol.asyncIterator]()
  let earlier = await old.next()
  const gone = async (until: string | undefined) => {
    const records: StoredRecord[] = []
    for (; !earlier.done && (until === undefined || earlier.value.key < until); earlier = await old.next())
      records.push({ key: earlier.value.key, value: new Uint8Array() })
    return records
  }
  for await (const batch of after) {
    const changes: StoredRecord[] = []
    for (const record of batch) {
      changes.push(...(await gone(record.key)))
      const known = !earlier.done && earlier.value.key === record.key ? earlier.value : undefined
      if (!known || Buffer.compare(known.value, record.value) !== 0) changes.push(record)
      if (known) earlier = await old.next()
    }
    if (changes.length > 0) yield changes
  }
  const rest = await gone(undefined)
  if (rest.length > 0) yield rest
}

async function* oneByOne(batches: AsyncIterable<readonly StoredRecord[]>): AsyncIterable<StoredRecord> {
  for await (const batch of batches) yield* batch
}
