import { defineUpdate } from '@temporalio/workflow'

export const restoreType = 'restore'

/** One restore job. What is to be restored, and where to, stands in the job's row. */
export type RestoreInput = { readonly accountId: string; readonly jobId: string }

export const restoreWorkflowId = (jobId: string): string => `restore/${jobId}`

export type CancelAnswer = 'canceling' | 'already finished'

/** JOB-12, G27: stops a pending or running restore. What is already restored stays and is reported. */
export const cancelRestore = defineUpdate<CancelAnswer, [{ readonly personId: string }]>('cancelRestore')
