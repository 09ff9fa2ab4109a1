import {
  type Client,
  isGrpcServiceError,
  ServiceError,
  WorkflowExecutionAlreadyStartedError,
  WorkflowNotFoundError,
  WorkflowUpdateFailedError,
  WorkflowUpdateRPCTimeoutOrCancelledError,
} from '@temporalio/client'
import { ApplicationFailure } from '@temporalio/common'
import type { Clock } from '../../db/kit/clock.ts'
import { approvalWorkflowId, castVote, type Refusal } from '../../workflows/contract/approval.ts'
import { backupDriveId, backupDriveType, backupRequested, cancelRun } from '../../workflows/contract/backup.ts'
import { cancelRestore, restoreType, restoreWorkflowId } from '../../workflows/contract/restore.ts'
import { type Durable, DurableUnavailable, type VoteAnswer } from './durable.ts'

/** A person waits for each of these answers. */
const deadlineMs = 10_000

export function temporalDurable(client: Client, options: { readonly taskQueue: string; readonly clock: Clock }): Durable {
  const { taskQueue, clock } = options

  async function ask<Answer>(call: () => Promise<Answer>): Promise<Answer> {
    try {
      return await client.withDeadline(clock.now().getTime() + deadlineMs, call)
    } catch (error) {
      throw unavailable(error) ?? error
    }
  }

  return {
    startBackup: (accountId, driveId) =>
      ask(async () => {
        await client.workflow.signalWithStart(backupDriveType, {
          taskQueue,
          workflowId: backupDriveId(accountId, driveId),
          args: [{ accountId, driveId }],
          signal: backupRequested,
          signalArgs: [],
        })
      }),

    startRestore: (accountId, jobId) =>
      ask(async () => {
        try {
          await client.workflow.start(restoreType, {
            taskQueue,
            workflowId: restoreWorkflowId(jobId),
            args: [{ accountId, jobId }],
            workflowIdReusePolicy: 'REJECT_DUPLICATE',
          })
        } catch (error) {
          if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error
        }
      }),

    vote: (approvalId, vote, updateId) =>
      ask(async () => {
        try {
          const handle = client.workflow.getHandle(approvalWorkflowId(approvalId))
          return { outcome: 'taken', state: await handle.executeUpdate(castVote, { args: [vote], updateId }) }
        } catch (error) {
          return refusalOf(error)
        }
      }),

    cancelRestore: (jobId, personId) =>
      ask(async () => {
        try {
          return await client.workflow.getHandle(restoreWorkflowId(jobId)).executeUpdate(cancelRestore, { args: [{ personId }] })
        } catch (error) {
          if (error instanceof WorkflowNotFoundError) return 'already finished'
          throw error
        }
      }),

    cancelRun: (accountId, driveId, runId) =>
      ask(async () => {
        try {
          await client.workflow.getHandle(backupDriveId(accountId, driveId)).signal(cancelRun, { runId })
        } catch (error) {
          if (!(error instanceof WorkflowNotFoundError)) throw error
        }
      }),

    reachable: async () => {
      try {
        const { serverVersion } = await ask(() => client.connection.workflowService.getSystemInfo({}))
        return { reachable: true, version: serverVersion ?? 'unknown' }
      } catch (error) {
        return { reachable: false, problem: error instanceof Error ? error.message : String(error) }
      }
    },
  }
}

/** What the update's validator said, as a value. */
function refusalOf(error: unknown): VoteAnswer {
  if (error instanceof WorkflowNotFoundError) return { outcome: 'over' }
  if (error instanceof WorkflowUpdateFailedError && error.cause instanceof ApplicationFailure && error.cause.type) {
    return { outcome: 'refused', refusal: error.cause.type as Refusal }
  }
  throw error
}

/** gRPC's codes for a deadline that has passed and for a server that is not there. */
const silent = [4, 14]

function unavailable(error: unknown): DurableUnavailable | undefined {
  if (error instanceof WorkflowUpdateRPCTimeoutOrCancelledError) {
    return new DurableUnavailable('No worker answers. Check that a worker runs (type doctor), and press again.', { cause: error })
  }
  const inner = error instanceof ServiceError ? error.cause : error
  if (!isGrpcServiceError(inner) || !silent.includes(inner.code)) return undefined
  return new DurableUnavailable(
    'Temporal does not answer, so nothing was started or decided. Check that it runs (type doctor), and try again.',
    { cause: error },
  )
}
