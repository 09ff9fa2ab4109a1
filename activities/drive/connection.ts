import type { Db } from '../../db/client.ts'
import { runById } from '../../db/run-progress.ts'
import { disconnectTask } from '../../db/tasks.ts'

/** The task that has lost its connection, named itself or by a run of one of its drives. */
export type LostConnection = { readonly accountId: string; readonly reason: string } & (
  | { readonly taskId: string }
  | { readonly runId: string }
)

/**
 * SET-04: the grant is not good any more; backups of the task end as failures until someone reconnects it. Idempotent.
 * @returns the task
 */
export async function markDisconnected(db: Db, lost: LostConnection, now: Date): Promise<{ readonly taskId: string }> {
  const taskId = 'taskId' in lost ? lost.taskId : (await runById(db, lost.accountId, lost.runId)).taskId
  await disconnectTask(db, lost.accountId, taskId, lost.reason, now)
  return { taskId }
}
