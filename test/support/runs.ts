import { expect } from 'vitest'
import { approvalsOfJob } from '../../db/approvals.ts'
import { createJob, type NewJob } from '../../db/job-requests.ts'
import { type Job, jobById } from '../../db/jobs.ts'
import { systemClock } from '../../db/kit/clock.ts'
import { newId, systemRandom } from '../../db/kit/random.ts'
import { type BackupRun, queueRun, type RunRequest, runSummary } from '../../db/runs.ts'
import { approvalWorkflowId, castVote } from '../../workflows/contract/approval.ts'
import { backupDriveId, backupDriveType, backupRequested } from '../../workflows/contract/backup.ts'
import { restoreType, restoreWorkflowId } from '../../workflows/contract/restore.ts'
import type { System } from './system.ts'

/** What it takes to run a backup. */
export type Runs = Pick<System, 'db' | 'client' | 'accountId' | 'taskQueue'>

/** Queues a backup of a drive as a command would, without waiting for it. */
export async function queueBackup(
  system: Runs,
  driveId: string,
  asked: Pick<RunRequest, 'mode' | 'acceptedRemovals'> = {},
): Promise<BackupRun> {
  const queued = await queueRun(system.db, system.accountId, {
    id: newId(systemRandom, 'run'),
    driveId,
    reason: 'on demand',
    now: systemClock.now(),
    ...asked,
  })
  if (!queued) throw new Error(`There is no drive ${driveId}.`)
  await system.client.workflow.signalWithStart(backupDriveType, {
    taskQueue: system.taskQueue,
    workflowId: backupDriveId(system.accountId, driveId),
    args: [{ accountId: system.accountId, driveId }],
    signal: backupRequested,
    signalArgs: [],
  })
  return queued.run
}

/** Backs a drive up and waits for its end. */
export async function backUp(system: Runs, driveId: string, asked?: Pick<RunRequest, 'mode' | 'acceptedRemovals'>): Promise<BackupRun> {
  const { id } = await queueBackup(system, driveId, asked)
  await system.client.workflow.getHandle(backupDriveId(system.accountId, driveId)).result()
  const run = await runSummary(system.db, system.accountId, id)
  if (!run?.finishedAt) throw new Error(`The run ${id} has not ended.`)
  return run
}

/** Asks for a restore as Ada, without deciding it. */
export async function askRestore(
  system: System,
  job: Pick<NewJob, 'driveId' | 'generation' | 'selection'> & Partial<NewJob>,
): Promise<Job> {
  const made = await createJob(system.db, system.accountId, {
    id: newId(systemRandom, 'job'),
    kind: 'restore',
    destinationDriveId: job.driveId,
    withSharing: true,
    requestedBy: system.people.ada.id,
    now: systemClock.now(),
    ...job,
  })
  if (!made) throw new Error('The job was not made.')
  await system.client.workflow.start(restoreType, {
    taskQueue: system.taskQueue,
    workflowId: restoreWorkflowId(made.id),
    args: [{ accountId: system.accountId, jobId: made.id }],
  })
  return made
}

/** Waits for the job's newest request and approves it as Bo. */
export async function approve(system: System, jobId: string): Promise<void> {
  await expect.poll(async () => (await approvalsOfJob(system.db, system.accountId, jobId))[0]?.status, { timeout: 30_000 }).toBe('pending')
  const [approval] = await approvalsOfJob(system.db, system.accountId, jobId)
  if (!approval) throw new Error(`The job ${jobId} has no request.`)
  const { id, planHash } = approval
  const handle = system.client.workflow.getHandle(approvalWorkflowId(id))
  await expect
    .poll(
      () =>
        handle
          .executeUpdate(castVote, { args: [{ personId: system.people.bo.id, choice: 'approve', planHash }], updateId: id })
          .then(({ status }) => status),
      {
        timeout: 30_000,
      },
    )
    .toBe('approved')
}

/** The job once its workflow has ended. */
export async function endOf(system: System, jobId: string): Promise<Job> {
  await system.client.workflow.getHandle(restoreWorkflowId(jobId)).result()
  const job = await jobById(system.db, system.accountId, jobId)
  if (!job) throw new Error(`There is no job ${jobId}.`)
  return job
}
