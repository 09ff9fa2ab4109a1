import { type Client, WorkflowFailedError, WorkflowNotFoundError } from '@temporalio/client'
import type { Clock } from '../../../db/kit/clock.ts'
import { type ConnectTaskInput, type ConnectTaskResult, connectTaskType, connectTaskWorkflowId } from '../../../workflows/contract/task.ts'
import { failureOf } from '../../../workflows/policy/failure.ts'
import { startOnce } from '../../gateway/start-once.ts'
import type { Connecting } from './connecting.ts'

const deadlineMs = 10_000

export function temporalConnecting(
  client: Client,
  { taskQueue, clock }: { readonly taskQueue: string; readonly clock: Clock },
): Connecting {
  return {
    start: (input: ConnectTaskInput) =>
      client.withDeadline(clock.now().getTime() + deadlineMs, () =>
        startOnce(client, connectTaskType, { taskQueue, workflowId: connectTaskWorkflowId(input.stateHash), input }),
      ),

    async state(stateHash, waitMs) {
      const enough = new AbortController()
      const waiting = clock.sleep(waitMs, enough.signal).then(
        () => enough.abort(),
        () => {},
      )
      try {
        const handle = client.workflow.getHandle(connectTaskWorkflowId(stateHash))
        return (await client.withAbortSignal(enough.signal, () => handle.result())) as ConnectTaskResult
      } catch (error) {
        if (error instanceof WorkflowNotFoundError) return undefined
        if (error instanceof WorkflowFailedError) return { outcome: 'failed', reason: failureOf(error.cause).message }
        if (enough.signal.aborted) return { outcome: 'under way' }
        throw error
      } finally {
        enough.abort()
        await waiting
      }
    },
  }
}
