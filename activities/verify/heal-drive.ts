import type { Database } from '../../db/client.ts'
import { putIndexedBlobs } from '../../db/rebuild.ts'
import type { DriveVault } from '../vault/index.ts'
import type { Findings } from '../vault/verify/findings.ts'
import { type Healing, healBlobs, type Refetch } from '../vault/verify/heal.ts'

/**
 * Heals what a check of the drive has found, and lets the database know where the healed blobs lie now. Repeating it heals what is left.
 */
export async function healDrive(
  deps: { readonly db: Database; readonly refetch: Refetch; readonly sessionId: string },
  accountId: string,
  drive: DriveVault,
  { list }: Findings,
): Promise<Healing> {
  const { db } = deps
  const damaged = [...new Set(list.flatMap(({ blobIds = [], needs }) => (needs && needs.itemCount > 0 ? blobIds : [])))]
  if (damaged.length === 0) return { healed: [], lost: [], entries: [] }
  const healing = await healBlobs(drive, damaged, deps.refetch, deps.sessionId)
  if (healing.generation !== undefined) await putIndexedBlobs(db, accountId, drive.driveId, healing.generation, healing.entries)
  return healing
}
