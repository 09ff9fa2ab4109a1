import type { Database } from '../../db/client.ts'
import { dropUnlistedObjects, putStoredObjects, type StoredObject, saveVerification } from '../../db/verification.ts'
import type { DriveVault } from '../vault/index.ts'
import { withNeeds } from '../vault/verify/check-drive.ts'
import { collectFindings, countOf, type Findings } from '../vault/verify/findings.ts'
import { type Presence, verifyPresence } from '../vault/verify/presence.ts'
import { distrust } from './distrust.ts'

const pageObjects = 2_000

export type Listed = { readonly findings: Findings; readonly presence: Presence }

/**
 * Level 0 of one drive: what is listed against what is needed, written down, so that level 1 knows what to read. Idempotent: a repeat only
 * takes a newer look.
 */
export async function verifyListing(
  deps: { readonly db: Database; readonly now: Date },
  accountId: string,
  drive: DriveVault,
): Promise<Listed> {
  const { db, now } = deps
  const found = collectFindings()
  const presence = await verifyPresence(drive, found, now)
  let page: StoredObject[] = []
  const flush = async () => {
    await putStoredObjects(db, accountId, drive.driveId, page, now)
    page = []
  }
  for (const { key, versionId, role, first, last } of presence.references.objects.values()) {
    const sizeBytes = presence.sizes.get(key)
    if (sizeBytes === undefined) continue
    page.push({ key, versionId: versionId ?? null, role, sizeBytes, firstNeeded: first, lastNeeded: last })
    if (page.length === pageObjects) await flush()
  }
  await flush()
  await dropUnlistedObjects(db, accountId, drive.driveId, now)
  const findings = await withNeeds(drive, presence.references, found.result())
  await distrust(db, accountId, drive.driveId, findings)
  await saveVerification(db, accountId, {
    driveId: drive.driveId,
    level: 0,
    finishedAt: now,
    alarms: countOf(findings, 'alarming'),
    findings: countOf(findings, 'all'),
    report: { findings, needed: presence.needed, bytes: presence.bytes, unreferenced: presence.unreferenced },
  })
  return { findings, presence }
}
