import { type Client, ScheduleNotFoundError, ScheduleOverlapPolicy } from '@temporalio/client'
import { backupDriveId, backupDriveType, backupRequested, backupTaskId, backupTaskType } from '../workflows/contract/backup.ts'
import type { Slots } from '../workflows/policy/schedule.ts'

/** What activities ask of Temporal itself. */
export interface Durable {
  /** Wakes the drive's workflow, or starts it. Repeating is harmless: without a queued run it finds nothing to do. */
  requestBackup(accountId: string, driveId: string): Promise<void>
  /** Makes the task's schedule, or sets an existing one to these slots. */
  putSchedule(accountId: string, taskId: string, slots: Slots): Promise<void>
}

export function temporalDurable(client: Client, taskQueue: string): Durable {
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
    putSchedule: async (accountId, taskId, slots) => {
      const scheduleId = backupTaskId(taskId)
      const spec = { intervals: [{ every: slots.everyMs, offset: slots.offsetMs }] }
      const handle = client.schedule.getHandle(scheduleId)
      try {
        await handle.update((current) => ({ ...current, spec }))
      } catch (error) {
        if (!(error instanceof ScheduleNotFoundError)) throw error
        await client.schedule.create({
          scheduleId,
          spec,
          policies: { overlap: ScheduleOverlapPolicy.SKIP, catchupWindow: '12h' },
          action: { type: 'startWorkflow', workflowType: backupTaskType, taskQueue, workflowId: scheduleId, args: [{ accountId, taskId }] },
        })
      }
    },
  }
}
