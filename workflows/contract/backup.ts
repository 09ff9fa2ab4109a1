import { defineSignal } from '@temporalio/workflow'

/** Names of the workflow functions in `workflows/index.ts`, for clients that start them by name. */
export const backupDriveType = 'backupDrive'
export const backupTaskType = 'backupTask'

/** Work for one drive. What exactly is to be done stands in the drive's current run in PostgreSQL. */
export type BackupDriveInput = { readonly accountId: string; readonly driveId: string }

/** Work for every active drive of a task, started by its schedule. */
export type BackupTaskInput = { readonly accountId: string; readonly taskId: string }

/** There is one workflow per drive, so two runs of a drive can never overlap (ACT-09). */
export const backupDriveId = (accountId: string, driveId: string): string => `backup-drive/${accountId}/${driveId}`

/** The Temporal schedule of a task, and the workflow that each of its slots starts. */
export const backupTaskId = (taskId: string): string => `backup-task/${taskId}`

/** A run has been queued for this drive. Sent with start, so it works whether or not a workflow is there. */
export const backupRequested = defineSignal('backupRequested')

/** The person who watches has pressed Cancel on this run. Ignored when another run is current. */
export const cancelRun = defineSignal<[{ readonly runId: string }]>('cancelRun')
