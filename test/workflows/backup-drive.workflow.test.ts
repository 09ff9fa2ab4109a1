import { Context } from '@temporalio/activity'
import { ApplicationFailure } from '@temporalio/common'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Activities } from '../../activities/index.ts'
import { systemClock } from '../../db/kit/clock.ts'
import { newId, systemRandom } from '../../db/kit/random.ts'
import { backupDriveType, backupRequested, cancelRun } from '../../workflows/contract/backup.ts'
import { sharedWorkflowServer, withWorkflows } from '../support/with-workflows.ts'

let env: Awaited<ReturnType<typeof sharedWorkflowServer>>
beforeAll(async () => {
  env = await sharedWorkflowServer()
})
afterAll(() => env.close())

type Mode = 'initial' | 'incremental' | 'full'

/** Activities that note what is called; `over` replaces some of them. Each entry of `queue` is one run that will be found open. */
function stage(queue: Mode[], over: Partial<Activities> = {}) {
  const calls: string[] = []
  const note =
    <Result>(name: string, result: Result) =>
    async (input: unknown): Promise<Result> => {
      calls.push(name === 'closeRun' ? `closeRun:${(input as { ended: string }).ended}` : name)
      return result
    }
  const activities: Partial<Activities> = {
    openRun: async () => {
      const mode = queue.shift()
      return mode ? { runId: `run-${queue.length}`, taskId: 'task', mode, reason: 'on demand' } : null
    },
    drainListing: note('drainListing', { done: true }),
    drainChanges: note('drainChanges', { done: true }),
    storePending: note('storePending', { done: true }),
    commitRun: note('commitRun', { generation: 1 }),
    closeRun: note('closeRun', undefined),
    listAgain: note('listAgain', undefined),
    archiveDrive: note('archiveDrive', undefined),
    markDisconnected: note('markDisconnected', undefined),
    touchSubject: note('touchSubject', undefined),
    ...over,
  }
  return { activities, calls }
}

const input = () => ({ accountId: 'acme', driveId: newId(systemRandom, 'drive') })
const run = (taskQueue: string) => {
  const drive = input()
  return env.client.workflow.signalWithStart(backupDriveType, {
    taskQueue,
    workflowId: drive.driveId,
    args: [drive],
    signal: backupRequested,
    signalArgs: [],
  })
}

/** An activity that works until it is told to stop, as a real one does. */
async function untilCanceled(): Promise<never> {
  const context = Context.current()
  const stop = systemClock.every(50, () => context.heartbeat())
  try {
    return await context.cancelled
  } finally {
    stop()
  }
}

test('ACT-04 an initial backup lists, follows the feed, stores and commits, in this order', async () => {
  const { activities, calls } = stage(['initial'])
  await withWorkflows(env, activities, async (taskQueue) => (await run(taskQueue)).result())
  expect(calls).toEqual(['drainListing', 'drainChanges', 'storePending', 'commitRun', 'closeRun:committed', 'touchSubject'])
})

test('an incremental backup never lists', async () => {
  const { activities, calls } = stage(['incremental'])
  await withWorkflows(env, activities, async (taskQueue) => (await run(taskQueue)).result())
  expect(calls).toEqual(['drainChanges', 'storePending', 'commitRun', 'closeRun:committed', 'touchSubject'])
})

test('a position in the feed that Drive has forgotten turns the run into a full listing', async () => {
  let first = true
  const { activities, calls } = stage(['incremental'], {
    drainChanges: async () => {
      if (!first) return { done: true }
      first = false
      throw ApplicationFailure.nonRetryable('Google no longer knows this position.', 'InvalidPageToken')
    },
  })
  await withWorkflows(env, activities, async (taskQueue) => (await run(taskQueue)).result())
  expect(calls).toEqual(['listAgain', 'drainListing', 'storePending', 'commitRun', 'closeRun:committed', 'touchSubject'])
})

test('ACT-09 a request that comes while a run goes on is carried out after it, never beside it', async () => {
  const runs: Mode[] = ['incremental']
  let commits = 0
  let together = 0
  let most = 0
  const { activities } = stage(runs, {
    storePending: async () => {
      most = Math.max(most, ++together)
      if (commits === 0) {
        runs.push('incremental')
        await handle?.signal(backupRequested)
      }
      together--
      return { done: true }
    },
    commitRun: async () => ({ generation: ++commits }),
  })
  let handle: Awaited<ReturnType<typeof run>> | undefined
  await withWorkflows(env, activities, async (taskQueue) => {
    handle = await run(taskQueue)
    await handle.result()
  })
  expect({ commits, most }).toEqual({ commits: 2, most: 1 })
})

test('SET-04 a revoked grant disconnects the task, and the run ends as failed', async () => {
  const { activities, calls } = stage(['incremental'], {
    drainChanges: async () => {
      throw ApplicationFailure.nonRetryable('Google no longer accepts the consent.', 'GrantRevoked')
    },
  })
  await withWorkflows(env, activities, async (taskQueue) => (await run(taskQueue)).result())
  expect(calls).toEqual(['markDisconnected', 'closeRun:failed', 'touchSubject'])
})

test('SET-10 a drive that is known to be deleted is archived, and the run ends so', async () => {
  const { activities, calls } = stage(['incremental'], {
    drainChanges: async () => {
      throw ApplicationFailure.nonRetryable('The shared drive does not exist any more.', 'DriveDeleted')
    },
  })
  await withWorkflows(env, activities, async (taskQueue) => (await run(taskQueue)).result())
  expect(calls).toEqual(['archiveDrive', 'closeRun:archived', 'touchSubject'])
})

test('G8 a drive that is out of reach is a failure and archives nothing', async () => {
  const { activities, calls } = stage(['incremental'], {
    drainChanges: async () => {
      throw ApplicationFailure.nonRetryable('The drive is out of reach.', 'AccessLost')
    },
  })
  await withWorkflows(env, activities, async (taskQueue) => (await run(taskQueue)).result())
  expect(calls).toEqual(['closeRun:failed', 'touchSubject'])
})

test('a run that is canceled ends as canceled, and the workflow goes on to the next', async () => {
  const runs: Mode[] = ['incremental', 'incremental']
  let handle: Awaited<ReturnType<typeof run>> | undefined
  let first = true
  const { activities, calls } = stage(runs, {
    drainChanges: async () => {
      if (!first) return { done: true }
      first = false
      await handle?.signal(cancelRun, { runId: 'run-1' })
      await handle?.signal(backupRequested)
      return untilCanceled()
    },
  })
  await withWorkflows(env, activities, async (taskQueue) => {
    handle = await run(taskQueue)
    await handle.result()
  })
  expect(calls.filter((call) => call.startsWith('closeRun'))).toEqual(['closeRun:canceled', 'closeRun:committed'])
})
