import type { TestWorkflowEnvironment } from '@temporalio/testing'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { newId, systemRandom } from '../../db/kit/random.ts'
import { type ApprovalRequest, type ApprovalState, castVote } from '../../workflows/contract/approval.ts'
import { timeSkippingEnvironment } from '../support/servers/temporal.ts'
import { withWorkflows } from '../support/with-workflows.ts'

const dayMs = 86_400_000

/** A server for each test: its clock is one for everything that runs on it. */
let env: TestWorkflowEnvironment
beforeEach(async () => {
  env = await timeSkippingEnvironment()
})
afterEach(() => env.teardown())

const recorded: string[] = []
const activities = {
  announceApproval: async () => {},
  recordDecision: async ({ status }: { status: string }) => {
    recorded.push(status)
  },
}

function start(taskQueue: string) {
  const approvalId = newId(systemRandom, 'apr')
  const ask: ApprovalRequest = {
    accountId: 'acme',
    approvalId,
    requesterId: 'ana',
    planHash: 'h1',
    approverIds: ['bo'],
    quorum: 1,
    ttlMs: dayMs,
  }
  return env.client.workflow.start<(ask: ApprovalRequest) => Promise<ApprovalState>>('approval', {
    taskQueue,
    workflowId: approvalId,
    args: [ask],
  })
}

test('R6 a request that nobody decides expires after its day, and is never approved by that', async () => {
  await withWorkflows(env, activities, async (taskQueue) => {
    const handle = await start(taskQueue)
    expect((await handle.result()).status).toBe('expired')
    expect(recorded).toEqual(['expired'])
  })
})

test('P5 a vote in the last second counts', async () => {
  await withWorkflows(env, activities, async (taskQueue) => {
    const handle = await start(taskQueue)
    await env.sleep(dayMs - 1_000)
    const answer = await handle.executeUpdate(castVote, { args: [{ personId: 'bo', choice: 'approve', planHash: 'h1' }] })
    expect(answer.status).toBe('approved')
  })
})
