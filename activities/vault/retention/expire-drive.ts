import type { Database } from '../../../db/client.ts'
import { dropSnapshots, timeEvidence } from '../../../db/expiry.ts'
import type { RetentionPolicy } from '../../../workflows/policy/retention.ts'
import type { DriveVault } from '../engine.ts'
import { type ExpiryReport, expireSnapshots } from './expire.ts'

/**
 * Gives up what is older than the retention, and takes it out of the catalogue, so that nobody is offered it any more. The vault decides:
 * whatever its newest root has given up is taken out, also by an earlier attempt. Idempotent by `sessionId`.
 * @throws what {@link expireSnapshots} throws
 */
export async function expireDrive(
  { db, now }: { readonly db: Database; readonly now: Date },
  accountId: string,
  drive: DriveVault,
  options: { readonly policy: RetentionPolicy; readonly sessionId: string; readonly dryRun?: boolean },
): Promise<ExpiryReport> {
  const evidence = await timeEvidence(db, accountId, drive.driveId)
  const report = await expireSnapshots(drive, { ...options, now, evidence })
  if (options.dryRun) return report
  const expired = (report.root ?? (await drive.latestRoot()))?.expired ?? []
  await db.transaction((tx) => dropSnapshots(tx, accountId, drive.driveId, expired))
  return report
}
