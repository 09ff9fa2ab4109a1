import { listDrives } from '../../db/drives.ts'
import { newId } from '../../db/kit/random.ts'
import { queueRun } from '../../db/runs.ts'
import { taskById } from '../../db/tasks.ts'
import { retentionSlots } from '../../workflows/policy/retention.ts'
import { slots } from '../../workflows/policy/schedule.ts'
import { verificationSlots } from '../../workflows/policy/verification.ts'
import type { ActivityDeps } from '../deps.ts'

type Task = { readonly accountId: string; readonly taskId: string }

export function scheduleActivities(deps: ActivityDeps) {
  const { db, clock, random, durable } = deps
  return {
    /** SET-18, SET-19: makes the task's schedule, and the account's for verification (P9) and upkeep (SET-16), or brings them in line. Idempotent by the task. */
    async ensureSchedule({ accountId, taskId }: Task) {
      const task = await taskById(db, accountId, taskId)
      if (!task) throw new Error(`There is no task ${taskId}.`)
      await durable.putSchedule(accountId, taskId, slots(task.frequency, task.hourUtc, task.createdAt))
      await durable.putVerification(accountId, verificationSlots)
      await durable.putRetention(accountId, retentionSlots)
    },

    /**
     * Asks for a backup of each active drive of a task (ACT-01, ACT-03). Idempotent: a drive whose run is queued or going on joins it. A paused or
     * disconnected task asks for nothing; what it missed shows on its card.
     */
    async requestDriveBackups({ accountId, taskId }: Task) {
      const task = await taskById(db, accountId, taskId)
      if (!task || task.state === 'paused' || task.connection === 'Disconnected') return { requested: 0 }
      // For accounts that were connected before there was verification.
      await durable.putVerification(accountId, verificationSlots)
      await durable.putRetention(accountId, retentionSlots)
      const drives = await listDrives(db, accountId, { taskId, lifecycle: 'active' })
      for (const drive of drives) {
        await queueRun(db, accountId, { id: newId(random, 'run'), driveId: drive.id, reason: 'scheduled', now: clock.now() })
        await durable.requestBackup(accountId, drive.id)
      }
      return { requested: drives.length }
    },
  }
}
