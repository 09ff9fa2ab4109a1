import { ApplicationFailure } from '@temporalio/common'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Activities } from '../../activities/index.ts'
import { newId, systemRandom } from '../../db/kit/random.ts'
import { estimateType, estimateWorkflowId } from '../../workflows/contract/estimate.ts'
import { sharedWorkflowServer, withWorkflows } from '../support/with-workflows.ts'

let env: Awaited<ReturnType<typeof sharedWorkflowServer>>
beforeAll(async () => {
  env = await sharedWorkflowServer()
})
afterAll(() => env.close())

function stage(measureDrives: Activities['measureDrives']) {
  const closed: unknown[] = []
  const shown: string[] = []
  const activities: Partial<Activities> = {
    measureDrives,
    closeEstimate: async ({ error }) => void closed.push(error),
    touchSubject: async ({ subjectType }) => void shown.push(subjectType),
  }
  return { activities, closed, shown }
}

async function run(activities: Partial<Activities>): Promise<void> {
  const estimateId = newId(systemRandom, 'est')
  await withWorkflows(env, activities, async (taskQueue) => {
    const args = [{ accountId: 'acme', estimateId }]
    await (await env.client.workflow.start(estimateType, { taskQueue, workflowId: estimateWorkflowId(estimateId), args })).result()
  })
}

test('an estimate measures shard by shard until nothing is left, then ends and is shown', async () => {
  let shards = 0
  const { activities, closed, shown } = stage(async () => ({ done: ++shards === 3 }))
  await run(activities)
  expect({ shards, closed, shown }).toEqual({ shards: 3, closed: [null], shown: ['estimate'] })
})

test('an estimate that cannot go on ends in words', async () => {
  const { activities, closed, shown } = stage(async () => {
    throw ApplicationFailure.nonRetryable('The key of the stored secrets does not fit.', 'KeyUnavailable')
  })
  await run(activities)
  expect({ closed, shown }).toEqual({ closed: ['The key of the stored secrets does not fit.'], shown: ['estimate'] })
})
