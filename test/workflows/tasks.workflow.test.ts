import { ApplicationFailure } from '@temporalio/common'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { newId, systemRandom } from '../../db/kit/random.ts'
import { backupTaskType } from '../../workflows/contract/backup.ts'
import { connectTaskType } from '../../workflows/contract/task.ts'
import { sharedWorkflowServer, withWorkflows } from '../support/with-workflows.ts'

let env: Awaited<ReturnType<typeof sharedWorkflowServer>>
beforeAll(async () => {
  env = await sharedWorkflowServer()
})
afterAll(() => env.close())

const consent = { accountId: 'acme', stateHash: 'aa', sealedCode: 'sealed', redirectUri: 'http://backstop.test/oauth/google/callback' }
const execute = (type: string, taskQueue: string, args: unknown[]) =>
  env.client.workflow.execute(type, { taskQueue, workflowId: newId(systemRandom, 'wf'), args })

test('TASK-03 a consent makes the task, finds its drives and sets its schedule', async () => {
  const calls: string[] = []
  const activities = {
    exchangeConsent: async () => ({ outcome: 'connected', taskId: 'tsk_1', created: true }) as const,
    discoverDrives: async () => ({ found: 5, added: 5 }),
    ensureSchedule: async ({ taskId }: { taskId: string }) => void calls.push(`schedule ${taskId}`),
    touchSubject: async ({ subjectId }: { subjectId: string }) => void calls.push(`show ${subjectId}`),
  }
  const result = await withWorkflows(env, activities, (taskQueue) => execute(connectTaskType, taskQueue, [consent]))
  expect(result).toEqual({ outcome: 'connected', taskId: 'tsk_1', created: true, drives: 5 })
  expect(calls).toEqual(['schedule tsk_1', 'show tsk_1'])
})

test('TASK-02 a consent that Google refuses makes nothing, and says why', async () => {
  const activities = { exchangeConsent: async () => ({ outcome: 'refused', reason: 'The code has expired.' }) as const }
  const result = await withWorkflows(env, activities, (taskQueue) => execute(connectTaskType, taskQueue, [consent]))
  expect(result).toEqual({ outcome: 'refused', reason: 'The code has expired.' })
})

test('a slot of the schedule looks for new drives first, then asks for backups', async () => {
  const activities = { discoverDrives: async () => ({ found: 5, added: 0 }), requestDriveBackups: async () => ({ requested: 3 }) }
  const result = await withWorkflows(env, activities, (taskQueue) =>
    execute(backupTaskType, taskQueue, [{ accountId: 'acme', taskId: 't' }]),
  )
  expect(result).toEqual({ requested: 3 })
})

test('SET-04 a slot that meets a revoked grant disconnects the task and asks for nothing', async () => {
  const lost: string[] = []
  const activities = {
    discoverDrives: async () => {
      throw ApplicationFailure.nonRetryable('Google no longer accepts the consent.', 'GrantRevoked')
    },
    markDisconnected: async ({ reason }: { reason: string }) => void lost.push(reason),
  }
  const result = await withWorkflows(env, activities, (taskQueue) =>
    execute(backupTaskType, taskQueue, [{ accountId: 'acme', taskId: 't' }]),
  )
  expect(result).toEqual({ requested: 0 })
  expect(lost).toEqual(['Google no longer accepts the consent.'])
})
