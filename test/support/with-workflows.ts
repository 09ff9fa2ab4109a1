import './quiet-temporal.ts'
import { Client } from '@temporalio/client'
import { NativeConnection, Worker } from '@temporalio/worker'
import { expect } from 'vitest'
import type { Activities } from '../../activities/index.ts'
import { newId, systemRandom } from '../../db/kit/random.ts'
import { shardQueue } from '../../workflows/contract/queues.ts'
import { recordHistories, recording } from './record-histories.ts'
import { testTemporal } from './servers/temporal.ts'
import { workflowBundle } from './workflow-bundle.ts'

/** A server that workflows run on: the run's shared one, or a time-skipping one of `@temporalio/testing`. */
export type WorkflowServer = { readonly client: Client; readonly nativeConnection: NativeConnection }

/** The run's shared Temporal server. Waiting takes its time there; for a day's timer take a time-skipping server. */
export async function sharedWorkflowServer(): Promise<WorkflowServer & { close(): Promise<void> }> {
  const { address, namespace } = await testTemporal()
  const nativeConnection = await NativeConnection.connect({ address })
  return { nativeConnection, client: new Client({ connection: nativeConnection, namespace }), close: () => nativeConnection.close() }
}

/** Runs the real workflows with the given activities on both queues while `work` runs. An activity that is not given fails the test. */
export async function withWorkflows<Result>(
  server: WorkflowServer & { readonly supportsTimeSkipping?: boolean },
  activities: Partial<Activities>,
  work: (taskQueue: string) => Promise<Result>,
): Promise<Result> {
  const taskQueue = newId(systemRandom, 'queue')
  const quickHeartbeats = { maxHeartbeatThrottleInterval: '50ms', defaultHeartbeatThrottleInterval: '50ms' } as const
  const common = { connection: server.nativeConnection, activities, ...quickHeartbeats }
  const workflows = await Worker.create({ ...common, taskQueue, workflowBundle: await workflowBundle() })
  const shards = await Worker.create({ ...common, taskQueue: shardQueue(taskQueue) })
  return workflows.runUntil(
    shards.runUntil(async () => {
      const result = await work(taskQueue)
      // A time-skipping server cannot list; what runs there is told on the shared server too.
      if (recording && !server.supportsTimeSkipping) {
        await recordHistories(server.client, expect.getState().currentTestName ?? taskQueue, `TaskQueue = "${taskQueue}"`)
      }
      return result
    }),
  )
}
