import { type Client, ScheduleNotFoundError, ScheduleOverlapPolicy } from '@temporalio/client'
import { backupDriveId, backupDriveType, backupRequested, backupTaskId, backupTaskType } from '../workflows/contract/backup.ts'
import { retentionId, retentionType } from '../workflows/contract/retention.ts'
import { verifyId, verifyType } from '../workflows/contract/verify.ts'
import type { Slots } from '../workflows/policy/schedule.ts'

/** What activities ask of Temporal itself. */
export interface Durable {
  /** Wakes the drive's workflow, or starts it. Repeating is harmless: without a queued run it finds nothing to do. */
  requestBackup(accountId: string, driveId: string): Promise<void>
  /** Makes the task's schedule, or sets an existing one to these slots. */
  putSchedule(accountId: string, taskId: string, slots: Slots): Promise<void>
  /** Makes the schedule by which an account's vault is verified, or sets an existing one to these slots. */
  putVerification(accountId: string, slots: Slots): Promise<void>
  /** The same for the nightly upkeep of an account's vault. */
  putRetention(accountId: string, slots: Slots): Promise<void>
}

export function temporalDurable(client: Client, taskQueue: string): Durable {
  /** A schedule and each workflow of its slots have one id. */
  async function put(scheduleId: string, { everyMs, offsetMs }: Slots, action: { workflowType: string; args: unknown[] }): Promise<void> {
    const spec = { intervals: [{ every: everyMs, offset: offsetMs }] }
    try {
      await client.schedule.getHandle(scheduleId).update((current) => ({ ...current, spec }))
    } catch (error) {
      if (!(error instanceof ScheduleNotFoundError)) throw error
      await client.schedule.create({
        scheduleId,
        spec,
        policies: { overlap: ScheduleOverlapPolicy.SKIP, catchupWindow: '12h' },
        action: { type: 'startWorkflow', taskQueue, workflowId: scheduleId, ...action },
      })
    }
  }

  return {
    requestBackup: async (accountId, driveId) => {
      await client.workflow.signalWithStart(backupDriveType, {
        taskQueue,
        workflowId: backupDriveId(accountId, driveId),
        args: [{ accountId, driveId }],
        signal: backupRequested,
        signalArgs: [],
      })
    },
    putSchedule: (accountId, taskId, slots) =>
      put(backupTaskId(taskId), slots, { workflowType: backupTaskType, args: [{ accountId, taskId }] }),
    putRetention: (accountId, slots) => put(retentionId(accountId), slots, { workflowType: retentionType, args: [{ accountId }] }),
    putVerification: (accountId, slots) => put(verifyId(accountId), slots, { workflowType: verifyType, args: [{ accountId }] }),
  }
}
