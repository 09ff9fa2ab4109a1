import { ApplicationFailure } from '@temporalio/common'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Activities } from '../../activities/index.ts'
import { newId, systemRandom } from '../../db/kit/random.ts'
import { approvalWorkflowId, castVote } from '../../workflows/contract/approval.ts'
import { cancelRestore, restoreType } from '../../workflows/contract/restore.ts'
import { sharedWorkflowServer, withWorkflows } from '../support/with-workflows.ts'

let env: Awaited<ReturnType<typeof sharedWorkflowServer>>
beforeAll(async () => {
  env = await sharedWorkflowServer()
})
afterAll(() => env.close())

/** Activities that note what is called; `hashes` are the plans in the order in which they are made. */
function stage(options: {
  readonly hashes?: string[]
  readonly actions?: number
  readonly ttlMs?: number
  readonly over?: Partial<Activities>
}) {
  const calls: string[] = []
  const hashes = options.hashes ?? ['h1']
  const note = (name: string) => async () => {
    calls.push(name)
  }
  const activities: Partial<Activities> = {
    planRestore: async () => {
      calls.push('planRestore')
      return { planHash: (hashes.length > 1 ? hashes.shift() : hashes[0]) ?? '', actions: options.actions ?? 3 }
    },
    openApproval: async ({ accountId, jobId, planHash, round }) => {
      const approvalId = `apr-${jobId}-${round}`
      return { accountId, approvalId, planHash, requesterId: 'ana', approverIds: ['bo'], quorum: 1, ttlMs: options.ttlMs ?? 86_400_000 }
    },
    announceApproval: note('announceApproval'),
    recordDecision: async ({ status }) => {
      calls.push(`recordDecision:${status}`)
    },
    startRestore: note('startRestore'),
    applyRestore: async () => {
      calls.push('applyRestore')
      return { done: true }
    },
    closeRestore: async ({ ended }) => {
      calls.push(`closeRestore:${ended}`)
    },
    tellRequester: note('tellRequester'),
    touchSubject: async () => {},
    ...options.over,
  }
  return { activities, calls }
}

const start = (taskQueue: string, jobId = newId(systemRandom, 'job')) =>
  env.client.workflow.start(restoreType, { taskQueue, workflowId: jobId, args: [{ accountId: 'acme', jobId }] })

/** Votes as soon as the approval is there. The update waits for the workflow to be started. */
async function decide(approvalId: string, planHash: string, choice: 'approve' | 'deny' = 'approve'): Promise<void> {
  const handle = env.client.workflow.getHandle(approvalWorkflowId(approvalId))
  await expect
    .poll(
      () =>
        handle
          .executeUpdate(castVote, { args: [{ personId: 'bo', choice, planHash }], updateId: approvalId })
          .then((state) => state.status),
      {
        timeout: 20_000,
      },
    )
    .toBe(choice === 'approve' ? 'approved' : 'denied')
}

test('RES-05 nothing is applied before the approval', async () => {
  const { activities, calls } = stage({})
  await withWorkflows(env, activities, async (taskQueue) => {
    const handle = await start(taskQueue, 'job-a')
    // Nobody can decide what they have not been shown yet.
    await expect.poll(() => calls.includes('announceApproval'), { timeout: 20_000 }).toBe(true)
    await decide('apr-job-a-1', 'h1')
    await handle.result()
  })
  expect(calls).toEqual([
    'planRestore',
    'announceApproval',
    'recordDecision:approved',
    'recordDecision:approved',
    'planRestore',
    'startRestore',
    'applyRestore',
    'closeRestore:applied',
    'tellRequester',
  ])
})

test('P6 a plan that has changed since the approval is decided anew before anything is applied', async () => {
  const { activities, calls } = stage({ hashes: ['h1', 'h2'] })
  await withWorkflows(env, activities, async (taskQueue) => {
    const handle = await start(taskQueue, 'job-b')
    await decide('apr-job-b-1', 'h1')
    await decide('apr-job-b-2', 'h2')
    await handle.result()
  })
  expect(calls.filter((call) => call === 'announceApproval')).toHaveLength(2)
  expect(calls.indexOf('startRestore')).toBeGreaterThan(calls.lastIndexOf('announceApproval'))
})

test.for([
  ['denied', 86_400_000, () => decide('apr-job-c-1', 'h1', 'deny'), 'job-c'],
  ['expired', 200, async () => {}, 'job-d'],
] as const)('a restore whose request is %s touches nothing and says so', async ([ended, ttlMs, act, jobId]) => {
  const { activities, calls } = stage({ ttlMs })
  await withWorkflows(env, activities, async (taskQueue) => {
    const handle = await start(taskQueue, jobId)
    await act()
    await handle.result()
  })
  expect(calls).not.toContain('applyRestore')
  expect(calls.slice(-2)).toEqual([`closeRestore:${ended}`, 'tellRequester'])
})

test('a plan with nothing to do needs no approval', async () => {
  const { activities, calls } = stage({ actions: 0 })
  await withWorkflows(env, activities, async (taskQueue) => (await start(taskQueue)).result())
  expect(calls).toEqual(['planRestore', 'startRestore', 'applyRestore', 'closeRestore:applied', 'tellRequester'])
})

test('JOB-12 a restore that waits for its approval can be canceled', async () => {
  const { activities, calls } = stage({})
  await withWorkflows(env, activities, async (taskQueue) => {
    const handle = await start(taskQueue, 'job-e')
    await expect.poll(() => calls.includes('announceApproval'), { timeout: 20_000 }).toBe(true)
    expect(await handle.executeUpdate(cancelRestore, { args: [{ personId: 'ana' }] })).toBe('canceling')
    await handle.result()
  })
  expect(calls).not.toContain('applyRestore')
  expect(calls).toContain('closeRestore:canceled')
})

test('SET-04 a revoked grant ends the restore in words and disconnects the task', async () => {
  let error: string | undefined
  let disconnected: string | undefined
  const { activities } = stage({
    over: {
      planRestore: async () => {
        throw ApplicationFailure.nonRetryable('Google no longer accepts the consent of this task.', 'GrantRevoked')
      },
      closeRestore: async (ended) => {
        error = ended.error
      },
      markDisconnected: async (lost) => {
        disconnected = 'jobId' in lost ? lost.jobId : undefined
      },
    },
  })
  await withWorkflows(env, activities, async (taskQueue) => (await start(taskQueue, 'job-f')).result())
  expect(disconnected).toBe('job-f')
  expect(error).toBe('Google no longer accepts the consent of this task.')
})
