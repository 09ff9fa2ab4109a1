import { recordActivity } from '../../db/activity.ts'
import { recordAudit } from '../../db/audit.ts'
import { oldestInUse, retentionDays } from '../../db/expiry.ts'
import { newId } from '../../db/kit/random.ts'
import { nextDriveWithSnapshots } from '../../db/verification.ts'
import type { RetentionResult } from '../../workflows/contract/retention.ts'
import { usualGcPolicy } from '../../workflows/policy/gc.ts'
import type { ActivityDeps } from '../deps.ts'
import { activityHeartbeat, whileBeating } from '../kit/heartbeat.ts'
import { collectGarbage } from '../vault/gc/collect.ts'
import { databaseLedger } from '../vault/gc/database-ledger.ts'
import type { GcReport } from '../vault/gc/report.ts'
import { type DriveVault, Shredded } from '../vault/index.ts'
import { expireDrive } from '../vault/retention/expire-drive.ts'
import { sweepRetention } from '../vault/retention/sweep-locks.ts'

type RetentionDeps = Pick<ActivityDeps, 'db' | 'clock' | 'random' | 'vault'>
const dayMs = 86_400_000
const untouched: RetentionResult = { given: 0, removedObjects: 0, removedBytes: 0, asking: 0, late: 0 }

export function retentionActivities(deps: RetentionDeps) {
  const { db, clock } = deps
  return {
    /**
     * The next drive behind `after`; `last` is null when there are no more. Idempotent: what was given up or deleted already is not found
     * again, and each step is whole by itself.
     */
    tidyDrive: ({ accountId, after }: { readonly accountId: string; readonly after: string }) =>
      whileBeating(clock, activityHeartbeat<number>(), async (heartbeat): Promise<{ readonly last: string | null } & RetentionResult> => {
        const next = await nextDriveWithSnapshots(db, accountId, after)
        if (!next) return { last: null, ...untouched }
        const drive = (await deps.vault(accountId)).drive(next.id)
        let lines = 0
        const tidied = await tidy(deps, accountId, drive, heartbeat.signal, () => heartbeat.beat(++lines)).catch((error) => {
          // Its keys were destroyed on purpose: there is nothing left to be looked after.
          if (error instanceof Shredded) return untouched
          throw error
        })
        return { last: next.id, ...tidied }
      }),

    /** The night is over: a line in the activity log says how it went. A repeat writes the line again. */
    async closeRetention({ accountId, asking, late }: { readonly accountId: string } & RetentionResult) {
      const status = late > 0 ? 'Failed' : asking > 0 ? 'Partially succeeded' : 'Succeeded'
      const words = [
        late > 0 && `${late} objects had all but lost their lock`,
        asking > 0 && `${asking} drives wait for an approval, or for a key that may delete: backstop vault gc`,
      ].filter(Boolean)
      await recordActivity(db, accountId, { activity: 'Retention', status, item: words.join('; ') || undefined, now: clock.now() })
    },
  }
}

async function tidy(
  deps: RetentionDeps,
  accountId: string,
  drive: DriveVault,
  signal: AbortSignal,
  progress: () => void,
): Promise<RetentionResult> {
  const { db, clock, random } = deps
  const given = await giveUp(deps, accountId, drive)
  const gc = { drive, ledger: databaseLedger(db, accountId, drive.driveId), clock, random, policy: usualGcPolicy, signal, progress }
  const report = await collectGarbage(gc)
  // What was swept makes room for the next cycle, which then need not wait for another night.
  if (report.outcome.did === 'swept') await collectGarbage(gc)
  const locks = await sweepRetention(drive, { now: clock.now(), signal, progress })
  return { given, ...removedBy(report), late: locks.lateCount }
}

/** SET-16. The audit names no person: nobody asked for it but the setting. */
async function giveUp({ db, clock, random }: RetentionDeps, accountId: string, drive: DriveVault): Promise<number> {
  const days = await retentionDays(db, accountId)
  if (days === null) return 0
  const inUse = await oldestInUse(db, accountId, drive.driveId)
  const policy = { keepMs: days * dayMs, holds: inUse ? [{ from: inUse.getTime() }] : [] }
  const { given, ranges, root } = await expireDrive({ db, now: clock.now() }, accountId, drive, {
    policy,
    sessionId: newId(random, 'expire'),
  })
  if (root)
    await recordAudit(db, accountId, {
      at: clock.now(),
      actorId: null,
      surface: 'retention',
      verb: 'Backup deleted',
      target: drive.driveId,
      arguments: { snapshots: given, ranges: ranges.map(({ from, to }) => ({ from, to })), olderThanDays: days },
      decision: 'allowed',
      outcome: 'Completed',
      latencyMs: 0,
    })
  return given
}

function removedBy({ outcome }: GcReport) {
  const removed = outcome.did === 'swept' ? outcome.removed : { objects: 0, bytes: 0 }
  return {
    removedObjects: removed.objects,
    removedBytes: removed.bytes,
    asking: outcome.did === 'asked for approval' || outcome.did === 'was not allowed' ? 1 : 0,
  }
}
