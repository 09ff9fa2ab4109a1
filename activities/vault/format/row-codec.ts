import { InvalidInput } from '../errors.ts'
import type { ManifestChange, ManifestRow } from '../manifest-row.ts'
import { canonicalBytes, parseObject } from './canonical-json.ts'
import type { StoredRecord } from './record.ts'

const validId = /^[\x21-\x7e]{1,256}$/

/** A row as a record: the id, and the canonical JSON of all of it. A tombstone is a record without a value. @throws {InvalidInput} */
export function rowToRecord(change: ManifestChange): StoredRecord {
  if (!validId.test(change.id)) throw new InvalidInput(`${JSON.stringify(change.id.slice(0, 80))} cannot be the id of a row.`)
  return { key: change.id, value: isTombstone(change) ? new Uint8Array() : canonicalBytes(change) }
}

export function isTombstone(change: ManifestChange): change is Extract<ManifestChange, { removed: true }> {
  return 'removed' in change
}

/** The row of an authentic record that is no tombstone. */
export function recordToRow(record: StoredRecord): ManifestRow {
  return parseObject(record.value) as unknown as ManifestRow
}
