import type { Db } from '../../db/client.ts'
import { restoreJob } from '../../db/job-progress.ts'
import { runById } from '../../db/run-progress.ts'
import { disconnectTask } from '../../db/tasks.ts'

/** The task that has lost its connection, named itself, by a run of one of its drives, or by a restore that it serves. */
export type LostConnection = { readonly accountId: string; readonly reason: string } & (
  | { readonly taskId: string }
  | { readonly runId: string }
  | { readonly jobId: string }
)

/**
 * SET-04: the grant is not good any more; backups of the task end as failures until someone reconnects it. Idempotent.
 * @returns the task
 */
export async function markDisconnected(db: Db, lost: LostConnection, now: Date): Promise<{ readonly taskId: string }> {
  const taskId = await taskOf(db, lost)
  await disconnectTask(db, lost.accountId, taskId, lost.reason, now)
  return { taskId }
}

async function taskOf(db: Db, lost: LostConnection): Promise<string> {
  if ('taskId' in lost) return lost.taskId
  const { taskId } = 'runId' in lost ? await runById(db, lost.accountId, lost.runId) : await restoreJob(db, lost.accountId, lost.jobId)
  return taskId
}
