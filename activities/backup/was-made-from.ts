import { createHash } from 'node:crypto'
import { encodeRecord } from '../vault/format/record.ts'
import { isTombstone, rowToRecord } from '../vault/format/row-codec.ts'
import type { ManifestChange, Root } from '../vault/index.ts'

/** Whether a root was made from exactly these changes, in ascending order of their ids: by the hash that it keeps of them. */
export async function wasMadeFrom(changes: AsyncIterable<ManifestChange>, { deltaHash, parentGen }: Root): Promise<boolean> {
  const hash = createHash('sha256')
  for await (const change of changes) {
    // A first root holds a whole state, in which there is nothing to bury.
    if (parentGen === 0 && isTombstone(change)) continue
    hash.update(encodeRecord(rowToRecord(change)))
  }
  return hash.digest('hex') === deltaHash
}
