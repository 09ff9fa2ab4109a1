import '../support/quiet-temporal.ts'
import { Worker } from '@temporalio/worker'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { newId, systemRandom } from '../../db/kit/random.ts'
import { backupDriveType, backupRequested } from '../../workflows/contract/backup.ts'
import { shardQueue } from '../../workflows/contract/queues.ts'
import { restoreType } from '../../workflows/contract/restore.ts'
import { sharedWorkflowServer } from '../support/with-workflows.ts'
import { workflowBundle } from '../support/workflow-bundle.ts'

let env: Awaited<ReturnType<typeof sharedWorkflowServer>>
beforeAll(async () => {
  env = await sharedWorkflowServer()
})
afterAll(() => env.close())

test('of shards that wait for a place, those of a restore go first, then those that a person asked for, then those of a schedule', async () => {
  const taskQueue = newId(systemRandom, 'queue')
  const reasons = new Map<string, string>()
  const order: string[] = []
  const done = async (input: { readonly runId?: string }) => {
    order.push(reasons.get(input.runId ?? '') ?? 'restore')
    return { done: true, planHash: 'h', actions: 0 }
  }
  const records = {
    openRun: async ({ driveId }: { readonly driveId: string }) => ({
      runId: driveId,
      taskId: 'task',
      mode: 'incremental',
      reason: reasons.get(driveId),
    }),
    closeRun: async () => undefined,
    startRestore: async () => undefined,
    closeRestore: async () => undefined,
    tellRequester: async () => undefined,
    touchSubject: async () => undefined,
  }
  const shards = { drainChanges: done, storePending: done, commitRun: done, planRestore: done, applyRestore: done }
  const connection = env.nativeConnection
  const workflows = await Worker.create({ connection, taskQueue, workflowBundle: await workflowBundle(), activities: records })

  await workflows.runUntil(async () => {
    const started = []
    for (const reason of ['scheduled', 'scheduled', 'scheduled', 'on demand', 'restore'].flatMap((one) => Array<string>(5).fill(one))) {
      const workflowId = newId(systemRandom, 'wf')
      reasons.set(workflowId, reason)
      const start = { taskQueue, workflowId, args: [{ accountId: 'acme', driveId: workflowId, jobId: workflowId }] }
      started.push(
        await (reason === 'restore'
          ? env.client.workflow.start(restoreType, start)
          : env.client.workflow.signalWithStart(backupDriveType, { ...start, signal: backupRequested, signalArgs: [] })),
      )
    }
    // Each of them has come to its first shard, and there is nobody yet to do it.
    for (const handle of started) {
      await expect.poll(async () => (await handle.describe()).raw.pendingActivities?.length, { timeout: 10_000 }).toBe(1)
    }
    const worker = await Worker.create({
      connection,
      taskQueue: shardQueue(taskQueue),
      activities: shards,
      maxConcurrentActivityTaskExecutions: 1,
    })
    await worker.runUntil(Promise.all(started.map((handle) => handle.result())))
  })
  expect(middle('restore')).toBeLessThan(middle('on demand'))
  expect(middle('on demand')).toBeLessThan(middle('scheduled'))

  function middle(reason: string): number {
    const places = order.flatMap((one, index) => (one === reason ? [index] : []))
    return places.reduce((sum, place) => sum + place, 0) / places.length
  }
})
