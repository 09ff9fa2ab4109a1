import type { Database } from '../../db/client.ts'
import {
  damagedObjects,
  driveLongestUnverified,
  longestUnverified,
  type ObjectVerdict,
  recordVerdicts,
  type StoredObject,
  saveVerification,
} from '../../db/verification.ts'
import type { DriveVault, Vault } from '../vault/index.ts'
import { batchObjects, damageOf, withinBudget, withNeeds } from '../vault/verify/check-drive.ts'
import { type Verdict, verifyContent } from '../vault/verify/content.ts'
import { collectFindings, countOf, type Findings } from '../vault/verify/findings.ts'
import { gatherReferences, gatherSegments, type Needed } from '../vault/verify/references.ts'
import { distrust } from './distrust.ts'

export type ReadingDeps = {
  readonly db: Database
  readonly vault: Vault
  readonly now: () => Date
  readonly signal: AbortSignal
  readonly onObject: (bytes: number) => void
}

export type ReadShard = {
  /** The drive that was read; absent when everything has been read since `since`. */
  readonly driveId?: string
  readonly objects: number
  readonly bytes: number
  readonly damaged: number
}

const mostDamaged = 1_000

/**
 * Level 1, one shard: of the drive that waits longest, the objects that were not read since `since`, least recently verified first, up to
 * about `budgetBytes`. Idempotent: what is written down is not read again, so a repeat goes on behind the last verdict.
 */
export async function readShard(deps: ReadingDeps, since: Date, budgetBytes: number): Promise<ReadShard> {
  const { db, vault } = deps
  const driveId = await driveLongestUnverified(db, vault.accountId, since)
  if (driveId === undefined) return { objects: 0, bytes: 0, damaged: 0 }
  const drive = vault.drive(driveId)
  const references = await gatherSegments(drive, collectFindings())
  const read = { objects: 0, bytes: 0, damaged: 0 }
  while (read.bytes < budgetBytes) {
    const oldest = await longestUnverified(db, vault.accountId, driveId, since, batchObjects)
    const batch = withinBudget(oldest, new Map(oldest.map(({ key, sizeBytes }) => [key, sizeBytes])), budgetBytes - read.bytes)
    if (batch.length === 0) break
    const verdicts: ObjectVerdict[] = []
    try {
      await verifyContent(drive, references, batch.map(needed), async ({ key, bytes, damage, blobIds }) => {
        deps.signal.throwIfAborted()
        verdicts.push({ key, damage: damage === undefined ? null : { damage, ...(blobIds && { blobIds }) } })
        read.objects += 1
        read.bytes += Math.max(bytes, 1)
        if (damage !== undefined) read.damaged += 1
        deps.onObject(bytes)
      })
    } finally {
      // What was read is worth keeping, also when the shard has to stop.
      await recordVerdicts(db, vault.accountId, driveId, verdicts, deps.now())
    }
  }
  await reportDamage(deps, drive)
  return { driveId, ...read }
}

/** Everything of a drive that is damaged as far as is known and that snapshots still need, with who needs it. */
export async function knownDamage(db: Database, accountId: string, drive: DriveVault): Promise<Findings> {
  const damaged = await damagedObjects(db, accountId, drive.driveId, mostDamaged)
  if (damaged.length === 0) return { counts: {}, list: [] }
  const references = await gatherReferences(drive, collectFindings())
  const found = collectFindings()
  for (const { key, damage } of damaged) {
    // Given up, or stored again elsewhere, since it was read: then its loss is none.
    if (!references.objects.has(key)) continue
    found.add(damageOf({ key, bytes: 0, ...(damage as Pick<Verdict, 'damage' | 'blobIds'>) }))
  }
  return withNeeds(drive, references, found.result())
}

async function reportDamage({ db, vault, now }: ReadingDeps, drive: DriveVault): Promise<void> {
  const findings = await knownDamage(db, vault.accountId, drive)
  await distrust(db, vault.accountId, drive.driveId, findings)
  await saveVerification(db, vault.accountId, {
    driveId: drive.driveId,
    level: 1,
    finishedAt: now(),
    alarms: countOf(findings, 'alarming'),
    findings: countOf(findings, 'all'),
    report: { findings },
  })
}

const needed = ({ key, versionId, role, firstNeeded, lastNeeded, sizeBytes }: StoredObject): Needed => ({
  key,
  role,
  sizeBytes,
  first: firstNeeded,
  last: lastNeeded,
  ...(versionId !== null && { versionId }),
})
