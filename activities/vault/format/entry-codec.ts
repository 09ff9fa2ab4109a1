import type { BlobEntry } from '../engine.ts'
import { InvalidInput } from '../errors.ts'
import { canonicalBytes, parseObject } from './canonical-json.ts'
import type { StoredRecord } from './record.ts'

/** A blob entry as a record: the blob id, and the canonical JSON of the rest. @throws {InvalidInput} */
export function entryToRecord({ blobId, ...place }: BlobEntry): StoredRecord {
  if (!/^[0-9a-f]{64}$/.test(blobId)) throw new InvalidInput(`${JSON.stringify(blobId.slice(0, 80))} is not a blob id.`)
  return { key: blobId, value: canonicalBytes(place) }
}

/** The entry of an authentic record. */
export function recordToEntry(record: StoredRecord): BlobEntry {
  return { blobId: record.key, ...(parseObject(record.value) as unknown as Omit<BlobEntry, 'blobId'>) }
}
