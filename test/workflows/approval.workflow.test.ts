import { WorkflowUpdateFailedError } from '@temporalio/client'
import { ApplicationFailure } from '@temporalio/common'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { newId, systemRandom } from '../../db/kit/random.ts'
import { type ApprovalRequest, type ApprovalState, approvalState, castVote, type Vote } from '../../workflows/contract/approval.ts'
import { sharedWorkflowServer, withWorkflows } from '../support/with-workflows.ts'

const dayMs = 86_400_000
let env: Awaited<ReturnType<typeof sharedWorkflowServer>>
beforeAll(async () => {
  env = await sharedWorkflowServer()
})
afterAll(() => env.close())

const request = (over: Partial<ApprovalRequest> = {}): ApprovalRequest => ({
  accountId: 'acme',
  approvalId: newId(systemRandom, 'apr'),
  requesterId: 'ana',
  planHash: 'h1',
  approverIds: ['bo', 'cy'],
  quorum: 1,
  ttlMs: dayMs,
  ...over,
})
const vote = (personId: string, over: Partial<Vote> = {}): Vote => ({ personId, choice: 'approve', planHash: 'h1', ...over })

type Recorded = { readonly status: string; readonly votes: readonly Vote[] }

/** Starts the approval and hands its handle over; `recorded` is what the rows were told, in order. */
async function asked<Result>(
  ask: ApprovalRequest,
  work: (handle: Awaited<ReturnType<typeof start>>, recorded: readonly Recorded[]) => Promise<Result>,
): Promise<Result> {
  const recorded: Recorded[] = []
  const recordDecision = async (decision: Recorded) => {
    recorded.push(decision)
  }
  return withWorkflows(env, { recordDecision, announceApproval: async () => {} }, async (taskQueue) => {
    const handle = await start(taskQueue, ask)
    const result = await work(handle, recorded)
    const { status } = await handle.describe()
    if (status.name === 'RUNNING') await handle.terminate()
    return result
  })
}

const start = (taskQueue: string, ask: ApprovalRequest) =>
  env.client.workflow.start<(ask: ApprovalRequest) => Promise<ApprovalState>>('approval', {
    taskQueue,
    workflowId: ask.approvalId,
    args: [ask],
  })

test('P6 the first approval decides at a quorum of one, and the rows are told', async () => {
  await asked(request(), async (handle, recorded) => {
    const answer = await handle.executeUpdate(castVote, { args: [vote('bo')] })
    expect(answer.status).toBe('approved')
    expect((await handle.result()).status).toBe('approved')
    expect(recorded.at(-1)).toMatchObject({ status: 'approved', votes: [{ personId: 'bo' }] })
  })
})

test('R1 a repeated click with the same id returns the first answer and counts once', async () => {
  await asked(request({ quorum: 2 }), async (handle) => {
    const first = await handle.executeUpdate(castVote, { args: [vote('bo')], updateId: 'click-1' })
    const second = await handle.executeUpdate(castVote, { args: [vote('bo')], updateId: 'click-1' })
    expect(second).toEqual(first)
    expect((await handle.query(approvalState)).votes).toHaveLength(1)
  })
})

test.for([
  ['own request', vote('ana')],
  ['not an approver', vote('eve')],
  ['plan changed', vote('bo', { planHash: 'h0' })],
] as const)('P6 a vote is refused as "%s" without leaving a trace', async ([refusal, cast]) => {
  await asked(request({ approverIds: ['ana', 'bo'] }), async (handle) => {
    const refused = await handle.executeUpdate(castVote, { args: [cast] }).catch((error: unknown) => error)
    expect(refused).toBeInstanceOf(WorkflowUpdateFailedError)
    expect((refused as WorkflowUpdateFailedError).cause).toBeInstanceOf(ApplicationFailure)
    expect(((refused as WorkflowUpdateFailedError).cause as ApplicationFailure).type).toBe(refusal)
    expect(await handle.query(approvalState)).toEqual({ status: 'pending', votes: [] })
  })
})

test('a canceled request ends as canceled', async () => {
  await asked(request(), async (handle) => {
    await handle.query(approvalState)
    await handle.cancel()
    expect((await handle.result()).status).toBe('canceled')
  })
})
