import { recordActivity } from '../../db/activity.ts'
import { dropUnlistedObjects, nextDriveWithSnapshots, saveVerification, verificationSummary } from '../../db/verification.ts'
import type { ActivityDeps } from '../deps.ts'
import { DriveFailure } from '../drive/failure-types.ts'
import { activityHeartbeat, type Heartbeat, whileBeating } from '../kit/heartbeat.ts'
import { Shredded } from '../vault/index.ts'
import { verifyDrift } from './drift.ts'
import { verifyListing } from './listing.ts'
import { readShard } from './reading.ts'

type After = { readonly accountId: string; readonly after: string }

/** Drives of one shard; a large one is a shard by itself all the same, since it takes the time of many. */
const drivesPerShard = 20
const longEnoughMs = 5 * 60_000

/** Refusals that leave one drive out of a comparison, and say nothing of the others. */
const outOfReach: ReadonlySet<string> = new Set(['GrantRevoked', 'AccessLost', 'NotFound', 'ScopeMissing'])

/** The activities of verification. They change nothing in the vault and nothing in Drive. */
export function verifyActivities(deps: Pick<ActivityDeps, 'db' | 'clock' | 'vault' | 'drive'>) {
  const { db, clock } = deps

  /** Goes through the drives behind `after` for some minutes. `last` is null when there are no more. */
  function eachDrive(
    { accountId, after }: After,
    work: (drive: { id: string; taskId: string }, heartbeat: Heartbeat<string>) => Promise<void>,
  ) {
    return whileBeating(clock, activityHeartbeat<string>(), async (heartbeat): Promise<{ readonly last: string | null }> => {
      const began = clock.now().getTime()
      let last = heartbeat.last ?? after
      for (let n = 0; n < drivesPerShard && clock.now().getTime() - began < longEnoughMs; n++) {
        const drive = await nextDriveWithSnapshots(db, accountId, last)
        if (!drive) return { last: null }
        heartbeat.signal.throwIfAborted()
        await work(drive, heartbeat)
        last = drive.id
        heartbeat.beat(last)
      }
      return { last }
    })
  }

  return {
    /** Level 0 of some drives. Idempotent: a repeat takes a newer look, and resumes at the drive that was not through. */
    verifyListing: (from: After) =>
      eachDrive(from, async ({ id }) => {
        const vault = await deps.vault(from.accountId)
        const now = clock.now()
        await verifyListing({ db, now }, from.accountId, vault.drive(id)).catch(async (error) => {
          if (!(error instanceof Shredded)) throw error
          // Its keys were destroyed on purpose: there is nothing left to be read.
          await dropUnlistedObjects(db, from.accountId, id, now)
        })
      }),

    /** Level 1, as far as the budget goes. Idempotent: what was read since `since` is not read again. */
    verifyReading: ({
      accountId,
      since,
      budgetBytes,
    }: {
      readonly accountId: string
      readonly since: string
      readonly budgetBytes: number
    }) =>
      whileBeating(clock, activityHeartbeat<number>(), async (heartbeat) => {
        const vault = await deps.vault(accountId)
        let objects = 0
        const onObject = () => heartbeat.beat(++objects)
        const shard = { db, vault, now: () => clock.now(), signal: heartbeat.signal, onObject }
        const { driveId, bytes } = await readShard(shard, new Date(since), budgetBytes)
        return { bytes, storedBytes: (await verificationSummary(db, accountId)).bytes, done: driveId === undefined }
      }),

    /** Level 2 of some drives. Idempotent: a repeat takes a newer look. A drive that is out of reach is left out; its backups say so. */
    verifyDrift: (from: After) =>
      eachDrive(from, async ({ id, taskId }, heartbeat) => {
        const { accountId } = from
        const vault = await deps.vault(accountId)
        const report = await leavingOut(async () => {
          const { source } = await deps.drive(accountId, taskId, heartbeat.signal, 'background')
          return verifyDrift({ source, drive: vault.drive(id), onPage: () => heartbeat.signal.throwIfAborted() })
        })
        if (!report) return
        const drifts = report.counts.differs + report.counts.gone + report.counts['not backed up']
        await saveVerification(db, accountId, { driveId: id, level: 2, finishedAt: clock.now(), alarms: 0, findings: drifts, report })
      }),

    /** The round is over, or cannot go on: a line in the activity log says how it went. A repeat writes the line again. */
    async closeVerification({ accountId, error }: { readonly accountId: string; readonly error?: string }) {
      const { alarms } = await verificationSummary(db, accountId)
      const status = error !== undefined || alarms > 0 ? 'Failed' : 'Succeeded'
      await recordActivity(db, accountId, { activity: 'Verification', status, item: error, now: clock.now() })
    },
  }
}

async function leavingOut<Result>(work: () => Promise<Result>): Promise<Result | undefined> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof Shredded || (error instanceof DriveFailure && outOfReach.has(error.type))) return undefined
    throw error
  }
}
