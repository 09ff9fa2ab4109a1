/** Reads from the database what the cards of subjects show. */
import { type Approval, approvalById, approvalsOfJob } from '../../db/approvals.ts'
import type { Db } from '../../db/client.ts'
import { listDrives } from '../../db/drives.ts'
import { estimateById, estimateDrives, runSpeeds } from '../../db/estimates.ts'
import { itemsById } from '../../db/items.ts'
import { type JobItem, jobItemsPage, jobItemTotals } from '../../db/job-items.ts'
import { type Job, jobById } from '../../db/jobs.ts'
import { listPeople } from '../../db/people.ts'
import { quotaStanding } from '../../db/quota.ts'
import { runEta } from '../../db/run-eta.ts'
import { runSummary } from '../../db/runs.ts'
import { snapshotAt } from '../../db/snapshots.ts'
import { type Task, taskById } from '../../db/tasks.ts'
import { speedOf } from '../../workflows/policy/estimate.ts'
import type { Eta } from '../../workflows/policy/eta.ts'
import { limitsOf } from '../../workflows/policy/quota-time.ts'
import { nextSlot, slots } from '../../workflows/policy/schedule.ts'
import type { ApprovalView } from './approval.ts'
import type { BackupRunView } from './backup-run.ts'
import type { EstimateView } from './estimate.ts'
import type { JobView } from './job.ts'
import type { TaskView } from './task.ts'

/** Lines of a job that its card names; the sums cover all of them. */
const linesShown = 10

export async function loadRunView(db: Db, accountId: string, runId: string, now: Date): Promise<BackupRunView | undefined> {
  const run = await runSummary(db, accountId, runId)
  if (!run) return undefined
  const [task, lastGood, eta] = await Promise.all([
    taskById(db, accountId, run.taskId),
    snapshotAt(db, accountId, run.driveId),
    runEta(db, accountId, runId),
  ])
  return task && { run, reasons: run.reasons, task, lastGood, eta: eta as Eta | undefined, now }
}

export async function loadTaskView(db: Db, accountId: string, taskId: string, now: Date): Promise<TaskView | undefined> {
  const task = await taskById(db, accountId, taskId)
  return task && { task, drives: await listDrives(db, accountId, { taskId }), nextSlot: nextBackup(task, now) }
}

/** When the schedule of a task comes around next. */
export const nextBackup = (task: Task, now: Date): Date => nextSlot(slots(task.frequency, task.hourUtc, task.createdAt), now)

/** Runs whose speed tells what to expect. */
const runsLookedAt = 20

export async function loadEstimateView(db: Db, accountId: string, id: string, now: Date): Promise<EstimateView | undefined> {
  const estimate = await estimateById(db, accountId, id)
  if (!estimate) return undefined
  const drives = await estimateDrives(db, accountId, id)
  const tasks = new Set(drives.map(({ taskId }) => taskId))
  const [standing, runs] = await Promise.all([quotaStanding(db, accountId), runSpeeds(db, accountId, runsLookedAt)])
  const mine = standing.filter(({ taskIds }) => taskIds.some((taskId) => tasks.has(taskId)))
  return {
    estimate,
    drives,
    limits: limitsOf(mine),
    identities: mine.filter(({ key }) => key.startsWith('user:')).length,
    speed: speedOf(runs),
    now,
  }
}

export async function loadJobView(db: Db, accountId: string, jobId: string, now: Date): Promise<JobView | undefined> {
  const job = await jobById(db, accountId, jobId)
  if (!job) return undefined
  const [totals, approvals, people, sourceNames, remarks, opened] = await Promise.all([
    jobItemTotals(db, accountId, jobId),
    approvalsOfJob(db, accountId, jobId),
    listPeople(db, accountId),
    namesOf(db, accountId, job),
    remarksOf(db, accountId, jobId),
    jobItemsPage(db, accountId, jobId, { states: ['done'], limit: linesShown * 3 }),
  ])
  const names = new Map(people.map(({ id, displayName }) => [id, displayName]))
  return {
    job,
    sourceNames,
    totals,
    approvals,
    approverNames: (approvals[0]?.approverIds ?? []).map((id) => names.get(id) ?? 'someone who has left'),
    remarks,
    opened: opened.filter(({ action, link }) => action !== 'reuse-folder' && link !== null).slice(0, linesShown),
    now,
  }
}

async function namesOf(db: Db, accountId: string, job: Job): Promise<string[]> {
  if (job.selection.kind === 'drive') return []
  const items = await itemsById(db, accountId, job.driveId, job.generation, job.selection.itemIds.slice(0, linesShown))
  return items.map(({ name }) => name)
}

/** What failed first, then what was left out, then what came back with a remark. */
async function remarksOf(db: Db, accountId: string, jobId: string): Promise<JobItem[]> {
  const page = (state: JobItem['state'], limit: number) => jobItemsPage(db, accountId, jobId, { states: [state], limit })
  const [failed, skipped, done] = await Promise.all([page('failed', linesShown), page('skipped', linesShown), page('done', linesShown * 3)])
  return [...failed, ...skipped, ...done.filter(({ note, action }) => note !== null && action !== 'reuse-folder').slice(0, linesShown)]
}

export async function loadApprovalView(
  db: Db,
  accountId: string,
  approvalId: string,
  options: { readonly viewer?: { readonly id: string } | undefined; readonly now: Date },
): Promise<ApprovalView | undefined> {
  const approval: Approval | undefined = await approvalById(db, accountId, approvalId)
  const view = approval && (await loadJobView(db, accountId, approval.jobId, options.now))
  return approval && view && { ...view, approval, viewer: options.viewer }
}
