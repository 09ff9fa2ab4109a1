import { WorkflowFailedError } from '@temporalio/client'
import { ApplicationFailure } from '@temporalio/common'
import { TestWorkflowEnvironment } from '@temporalio/testing'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { defaultCache, findTemporal } from '../../bot/local/temporal/binary.ts'
import { newId, systemRandom } from '../../db/kit/random.ts'
import { type VerifyInput, type VerifyResult, verifyType } from '../../workflows/contract/verify.ts'
import { shardReadBytes } from '../../workflows/policy/verification.ts'
import { sharedWorkflowServer, withWorkflows } from '../support/with-workflows.ts'

let env: Awaited<ReturnType<typeof sharedWorkflowServer>>
beforeAll(async () => {
  env = await sharedWorkflowServer()
})
afterAll(() => env.close())

const sunday = '2026-11-22T13:00:00.000Z'
const monday = '2026-11-23T13:00:00.000Z'
type Shard = { readonly bytes: number; readonly storedBytes: number; readonly done: boolean }

/** Activities on drives a and b that note what they are asked for; reading gives the shards one by one, and is done after them. */
function noting(shards: readonly Shard[]) {
  const calls: string[] = []
  const drives = ['a', 'b']
  const next =
    (what: string) =>
    async ({ after }: { readonly after: string }) => {
      const last = drives.find((id) => id > after) ?? null
      calls.push(`${what} ${last}`)
      return { last }
    }
  const left = [...shards]
  return {
    calls,
    activities: {
      verifyListing: next('list'),
      verifyReading: async () => {
        calls.push('read')
        return left.shift() ?? { bytes: 0, storedBytes: 0, done: true }
      },
      verifyDrift: next('compare'),
      closeVerification: async () => void calls.push('close'),
    },
  }
}

const execute = (taskQueue: string, input: VerifyInput, workflowId = newId(systemRandom, 'verify')) =>
  env.client.workflow.execute(verifyType, { taskQueue, workflowId, args: [input] }) as Promise<VerifyResult>

const reading = (since: string): VerifyInput => ({ accountId: 'acme', progress: { step: 'reading', after: '', since, bytes: 0 } })
const full: Shard = { bytes: shardReadBytes, storedBytes: 10, done: false }

test('P9 a round lists every drive, then reads until everything has been read', async () => {
  const { calls, activities } = noting([full, { ...full, bytes: 7 }])
  const result = await withWorkflows(env, activities, (taskQueue) => execute(taskQueue, { accountId: 'acme' }))
  expect(result).toEqual({ bytes: shardReadBytes + 7 })
  expect(calls.slice(0, 6)).toEqual(['list a', 'list b', 'list null', 'read', 'read', 'read'])
  expect(calls.at(-1)).toBe('close')
})

test('P9 a day has a budget, and what is left waits for the next', async () => {
  const { calls, activities } = noting(Array.from({ length: 30 }, () => full))
  expect(await withWorkflows(env, activities, (taskQueue) => execute(taskQueue, reading(monday)))).toEqual({ bytes: 20 * shardReadBytes })
  expect(calls.filter((call) => call === 'read')).toHaveLength(20)
  expect(calls.at(-1)).toBe('close')
})

test('P9 on Sundays the drives are compared with Google too', async () => {
  const { calls, activities } = noting([])
  await withWorkflows(env, activities, (taskQueue) => execute(taskQueue, reading(sunday)))
  expect(calls).toEqual(['read', 'compare a', 'compare b', 'compare null', 'close'])
})

test('P9 a round that cannot go on is written down as failed, in words', async () => {
  const closed: (string | undefined)[] = []
  const activities = {
    ...noting([]).activities,
    verifyReading: async () => {
      throw ApplicationFailure.nonRetryable('The account key is missing.', 'KeyUnavailable')
    },
    closeVerification: async ({ error }: { readonly error?: string }) => void closed.push(error),
  }
  const failed = withWorkflows(env, activities, (taskQueue) => execute(taskQueue, reading(monday)))
  await expect(failed).rejects.toBeInstanceOf(WorkflowFailedError)
  expect(closed).toEqual(['The account key is missing.'])
})

test('P9 a round that has grown long goes on in a new run and loses nothing', async () => {
  const path = await findTemporal({ cache: defaultCache, env: process.env, onFetch: console.error })
  const extraArgs = ['--dynamic-config-value', 'limit.historyCount.suggestContinueAsNew=40']
  const small = await TestWorkflowEnvironment.createLocal({ server: { executable: { type: 'existing-path', path }, extraArgs } })
  onTestFinished(() => small.teardown())
  const large = { ...full, storedBytes: 91 * 1_000 * shardReadBytes }
  const { calls, activities } = noting(Array.from({ length: 30 }, () => large))
  const workflowId = newId(systemRandom, 'verify')
  const result = await withWorkflows(small, activities, (taskQueue) =>
    small.client.workflow.execute(verifyType, { taskQueue, workflowId, args: [reading(monday)] }),
  )
  expect(result).toEqual({ bytes: 30 * shardReadBytes })
  expect(calls.filter((call) => call === 'read')).toHaveLength(31)
  const { events } = await small.client.workflow.getHandle(workflowId).fetchHistory()
  expect(events?.[0]?.workflowExecutionStartedEventAttributes?.continuedExecutionRunId).toMatch(/./)
})
