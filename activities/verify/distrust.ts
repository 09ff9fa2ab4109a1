import type { Sql } from '../../db/client.ts'
import { forgetContents } from '../../db/verification.ts'
import type { Findings } from '../vault/verify/findings.ts'

/**
 * What is lost must not stand in for a later download: the next backup that meets the same content fetches it and stores it anew, which
 * heals every snapshot that needs it.
 */
export async function distrust(db: Sql, accountId: string, driveId: string, { list }: Findings): Promise<void> {
  const lost = list.flatMap(({ kind, needs, blobIds = [] }) => (kind !== 'healed' && needs ? blobIds : []))
  if (lost.length > 0) await forgetContents(db, accountId, driveId, lost)
}
