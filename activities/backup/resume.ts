import { putBlobs } from '../../db/blobs.ts'
import type { Database } from '../../db/client.ts'
import { dropSegments, putSegment, segmentsOf } from '../../db/segments.ts'
import type { BlobEntry, ContentSegment, DurableSegment, ManifestRow } from '../vault/index.ts'
import { holdStanding } from './standing.ts'
import type { RunKey } from './take-items.ts'

/** Where the download of a large file goes on after its worker died, or a whole run did. */
export type Resume = {
  /** The segments of the row's content that are in the vault already, from its start. */
  begun(row: ManifestRow): Promise<readonly DurableSegment[]>
  /** Writes down a segment that is durable. Number 0 is the first. */
  note(row: ManifestRow, number: number, durable: DurableSegment): Promise<void>
  /** What there is of the file is of no use any more. */
  forget(itemId: string): Promise<void>
}

/** Only a file that fills a segment can have one. */
export const segmentedFromBytes = 64 * 2 ** 20

export function resumeFrom(db: Database, run: RunKey): Resume {
  const { accountId, driveId } = run
  return {
    async begun(row) {
      const version = versionOf(row)
      if (version === undefined) return []
      const rows = await segmentsOf(db, accountId, driveId, row.id, version)
      return rows.map(({ segment, entry }) => ({ segment: segment as ContentSegment, entry: entry as BlobEntry }))
    },
    async note(row, number, { segment, entry }) {
      const version = versionOf(row)
      if (version === undefined) return
      await db.transaction(async (tx) => {
        await holdStanding(tx, run, 'storing')
        await putBlobs(tx, accountId, driveId, [entry])
        await putSegment(tx, accountId, { driveId, itemId: row.id, version, number }, segment)
      })
    },
    forget: (itemId) => dropSegments(db, accountId, driveId, [itemId]),
  }
}

/** What a segment belongs to: bytes of another revision must never be glued to it. Without a revision and a checksum nothing vouches for it. */
function versionOf({ size, headRevisionId, sha256Checksum, md5Checksum }: ManifestRow): string | undefined {
  const sum = sha256Checksum ?? md5Checksum
  if (sum === undefined && headRevisionId === undefined) return undefined
  return [headRevisionId, sum, size].join(' ')
}
