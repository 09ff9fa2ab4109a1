import {
  type Client,
  isGrpcServiceError,
  ServiceError,
  type WorkflowHandle,
  WorkflowNotFoundError,
  WorkflowUpdateFailedError,
  WorkflowUpdateRPCTimeoutOrCancelledError,
} from '@temporalio/client'
import { ApplicationFailure } from '@temporalio/common'
import type { Clock } from '../../db/kit/clock.ts'
import { approvalWorkflowId, castVote, type Refusal } from '../../workflows/contract/approval.ts'
import { backupDriveId, backupDriveType, backupRequested, cancelRun } from '../../workflows/contract/backup.ts'
import { estimateType, estimateWorkflowId } from '../../workflows/contract/estimate.ts'
import { cancelRestore, restoreType, restoreWorkflowId } from '../../workflows/contract/restore.ts'
import { type Durable, DurableUnavailable, type VoteAnswer } from './durable.ts'
import { startOnce } from './start-once.ts'

/** A person waits for each of these answers. */
const deadlineMs = 10_000
/** Being there is said sooner. */
const pingMs = 3_000
const startingTries = 10
const startingPauseMs = 200

export function temporalDurable(client: Client, options: { readonly taskQueue: string; readonly clock: Clock }): Durable {
  const { taskQueue, clock } = options

  /** The client's own deadline is late by its pauses between tries, so the wait is cut here. What still comes through then is harmless. */
  async function ask<Answer>(call: () => Promise<Answer>, withinMs = deadlineMs): Promise<Answer> {
    const answered = new AbortController()
    const work = client.withDeadline(clock.now().getTime() + withinMs, call)
    const late = clock.sleep(withinMs, answered.signal).then(() => {
      throw away()
    })
    // The one that loses the race is heard by nobody.
    for (const loser of [work, late]) loser.catch(() => {})
    try {
      return await Promise.race([work, late])
    } catch (error) {
      throw unavailable(error) ?? error
    } finally {
      answered.abort()
    }
  }

  const start = (type: string, workflowId: string, input: unknown) => ask(() => startOnce(client, type, { taskQueue, workflowId, input }))

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

    startRestore: (accountId, jobId) => start(restoreType, restoreWorkflowId(jobId), { accountId, jobId }),
    startEstimate: (accountId, estimateId) => start(estimateType, estimateWorkflowId(estimateId), { accountId, estimateId }),

    vote: (approvalId, vote, updateId) =>
      ask(async () => {
        const handle = client.workflow.getHandle(approvalWorkflowId(approvalId))
        for (let tries = 1; ; tries++) {
          try {
            return { outcome: 'taken', state: await handle.executeUpdate(castVote, { args: [vote], updateId }) }
          } catch (error) {
            // A request is written down a moment before its workflow runs; a vote typed in between waits for it.
            if (tries < startingTries && error instanceof WorkflowNotFoundError && !(await exists(handle)))
              await clock.sleep(startingPauseMs)
            else return refusalOf(error)
          }
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
        const { serverVersion } = await ask(() => client.connection.workflowService.getSystemInfo({}), pingMs)
        return { reachable: true, version: serverVersion ?? 'unknown' }
      } catch (error) {
        return { reachable: false, problem: error instanceof Error ? error.message : String(error) }
      }
    },
  }
}

/** A workflow that has ended exists; one that was never started does not, and Temporal says the same of both when it is sent an update. */
async function exists(handle: WorkflowHandle): Promise<boolean> {
  try {
    await handle.describe()
    return true
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return false
    throw error
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
  return away(error)
}

const away = (cause?: unknown): DurableUnavailable =>
  new DurableUnavailable('Temporal does not answer, so nothing was started or decided. Check that it runs (type doctor), and try again.', {
    cause,
  })
