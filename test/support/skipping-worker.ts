import './quiet-temporal.ts'
import type { TestWorkflowEnvironment } from '@temporalio/testing'
import { Worker } from '@temporalio/worker'
import type { Activities } from '../../activities/index.ts'
import { newId, systemRandom } from '../../db/kit/random.ts'
import { shardQueue } from '../../workflows/contract/queues.ts'
import { workflowBundle } from './workflow-bundle.ts'

/** Runs the real workflows with the given activities on both queues while `work` runs. An activity that is not given fails the test. */
export async function withWorkflows<Result>(
  env: TestWorkflowEnvironment,
  activities: Partial<Activities>,
  work: (taskQueue: string) => Promise<Result>,
): Promise<Result> {
  const taskQueue = newId(systemRandom, 'queue')
  const common = { connection: env.nativeConnection, activities }
  const workflows = await Worker.create({ ...common, taskQueue, workflowBundle: await workflowBundle() })
  const shards = await Worker.create({ ...common, taskQueue: shardQueue(taskQueue) })
  return workflows.runUntil(shards.runUntil(work(taskQueue)))
}
