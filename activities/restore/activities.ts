import { approvalsOfJob, decideApproval } from '../../db/approvals.ts'
import { jobItemTotals, skipOpenItems } from '../../db/job-items.ts'
import { countJob, endJob, type RestoreJob, restoreJob, saveJobPlan, setJobPhase } from '../../db/job-progress.ts'
import { endOfRestore, type RestoreEnding } from '../../workflows/policy/outcome.ts'
import type { ActivityDeps, DriveAccess } from '../deps.ts'
import { atMostEvery } from '../kit/at-most-every.ts'
import { activityHeartbeat, type Heartbeat, whileBeating } from '../kit/heartbeat.ts'
import { showSubject } from '../notify/show.ts'
import { applyShard } from './apply-restore.ts'
import { makePlan, type RestoreOrder, savePlan, selectItems } from './plan-restore.ts'
import { askedOf, worldNow } from './world.ts'

type Job = { readonly accountId: string; readonly jobId: string }

/** Progress is written down, and shown, this often. */
const progressMs = 1_000

/** The activities of a restore. Each takes ids, reads the job's state from the database, and can be repeated at any point. */
export function restoreActivities(deps: ActivityDeps) {
  const { db, clock } = deps

  const show = (job: Job) => showSubject(deps, { accountId: job.accountId, subjectType: 'job', subjectId: job.jobId })

  async function shard<Result>(job: Job, work: (state: RestoreJob, drive: DriveAccess, heartbeat: Heartbeat<number>) => Promise<Result>) {
    return whileBeating(clock, activityHeartbeat<number>(), async (heartbeat) => {
      const state = await restoreJob(db, job.accountId, job.jobId)
      return work(state, await deps.drive(job.accountId, state.taskId, heartbeat.signal, 'restore'), heartbeat)
    })
  }

  return {
    /** Idempotent: the same order against the same world gives the same plan. */
    planRestore: (job: Job) =>
      shard(job, async (state, drive) => {
        const order: RestoreOrder = { ...state, accountId: job.accountId }
        const selected = await selectItems(db, order)
        const world = await worldNow(db, drive, {
          accountId: job.accountId,
          driveId: state.destinationDriveId,
          generation: state.destinationGeneration,
          pageToken: state.destinationPageToken,
          ...askedOf(order, selected),
        })
        const plan = makePlan(order, selected, world)
        await savePlan(db, order, plan.items)
        const { folders, files, fromTrash, bytes } = plan.summary
        await saveJobPlan(db, job.accountId, job.jobId, {
          summary: plan.summary,
          planHash: plan.planHash,
          totalItems: folders + files + fromTrash,
          totalBytes: bytes,
        })
        return { planHash: plan.planHash, actions: folders + files + fromTrash }
      }),

    /** Nothing in Drive is touched before this. */
    async startRestore(job: Job) {
      await setJobPhase(db, job.accountId, job.jobId, 'applying', clock.now())
    },

    /** Idempotent by each line's target id or key; what has ended is not touched again. */
    applyRestore: (job: Job) =>
      shard(job, async (state, drive, heartbeat) => {
        const vault = (await deps.vault(job.accountId)).drive(state.driveId)
        const progress = async () => {
          await countJob(db, job.accountId, job.jobId)
          await show(job)
        }
        const applied = await applyShard({
          db,
          accountId: job.accountId,
          jobId: job.jobId,
          target: drive.target,
          snapshot: await vault.snapshot(state.generation),
          destinationDriveId: state.destinationDriveId,
          heartbeat,
          onEnded: atMostEvery(clock, progressMs, progress),
        })
        await progress()
        return applied
      }),

    /** Idempotent: a job that has ended stays as it ended. What was not reached is reported as skipped, with the reason. */
    async closeRestore(job: Job & RestoreEnding) {
      await cancelPendingApprovals(deps, job)
      await skipOpenItems(
        db,
        job.accountId,
        job.jobId,
        `Not reached: the restore ${job.ended === 'failed' ? 'failed' : 'was stopped'} before.`,
      )
      await countJob(db, job.accountId, job.jobId)
      const totals = await jobItemTotals(db, job.accountId, job.jobId)
      await endJob(db, job.accountId, job.jobId, { ...endOfRestore(job, totals), now: clock.now() })
    },
  }
}

/** A restore that ended before its request could be decided leaves nothing open for anybody to press. */
async function cancelPendingApprovals({ db, clock }: ActivityDeps, job: Job): Promise<void> {
  const pending = (await approvalsOfJob(db, job.accountId, job.jobId)).filter(({ status }) => status === 'pending')
  for (const { id } of pending) {
    await decideApproval(db, job.accountId, id, 'canceled', clock.now())
    await showSubject({ db }, { accountId: job.accountId, subjectType: 'approval', subjectId: id })
  }
}
