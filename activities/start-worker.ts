import { Client } from '@temporalio/client'
import { NativeConnection, Worker } from '@temporalio/worker'
import { shardWorkerOptions, type TemporalConfig, workflowWorkerOptions } from '../temporal.config.ts'
import { shardQueue } from '../workflows/contract/queues.ts'
import type { ActivityDeps } from './deps.ts'
import { temporalDurable } from './durable.ts'
import { createActivities } from './index.ts'

export type RunningWorker = {
  /** Settles when the worker has stopped; rejects when it could not go on. */
  readonly finished: Promise<void>
  /** Lets what is running end within the grace time, then stops. */
  stop(): Promise<void>
}

export type WorkerSetup = {
  readonly temporal: TemporalConfig
  readonly deps: Omit<ActivityDeps, 'durable'>
  readonly report: (activity: string, error: unknown) => void
  readonly workflowBundle: { readonly code: string } | { readonly codePath: string }
}

/** Starts the two workers of a process: workflows with small activities, and shards. Returns when both are polling. */
export async function startWorker(setup: WorkerSetup): Promise<RunningWorker> {
  const { address, namespace, taskQueue } = setup.temporal
  const connection = await NativeConnection.connect({ address })
  const durable = temporalDurable(new Client({ connection, namespace }), taskQueue)
  const activities = createActivities({ ...setup.deps, durable }, setup.report)

  const workers = [
    await Worker.create({ connection, namespace, taskQueue, workflowBundle: setup.workflowBundle, activities, ...workflowWorkerOptions }),
    await Worker.create({ connection, namespace, taskQueue: shardQueue(taskQueue), activities, ...shardWorkerOptions }),
  ]
  // One that ends by itself takes the other with it, so that a half-dead worker is never left polling.
  const stopAll = () => {
    for (const worker of workers) if (worker.getState() === 'RUNNING') worker.shutdown()
  }
  const finished = Promise.all(workers.map((worker) => worker.run().finally(stopAll))).then(() => connection.close())
  return {
    finished,
    stop: async () => {
      stopAll()
      await finished
    },
  }
}
