import { TestWorkflowEnvironment } from '@temporalio/testing'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { defaultCache, findTemporal } from '../../bot/local/temporal/binary.ts'
import { newId, systemRandom } from '../../db/kit/random.ts'
import { type RetentionResult, retentionType } from '../../workflows/contract/retention.ts'
import { sharedWorkflowServer, withWorkflows } from '../support/with-workflows.ts'

let env: Awaited<ReturnType<typeof sharedWorkflowServer>>
beforeAll(async () => {
  env = await sharedWorkflowServer()
})
afterAll(() => env.close())

const none: RetentionResult = { given: 0, removedObjects: 0, removedBytes: 0, asking: 0, late: 0 }

/** Drives in order of their id, each with what its night came to. */
function noting(drives: Readonly<Record<string, Partial<RetentionResult>>>) {
  const closed: RetentionResult[] = []
  const tidied: string[] = []
  return {
    closed,
    tidied,
    activities: {
      tidyDrive: async ({ after }: { readonly after: string }) => {
        const last = Object.keys(drives).find((id) => id > after) ?? null
        if (last) tidied.push(last)
        return { last, ...none, ...(last ? drives[last] : {}) }
      },
      closeRetention: async ({ accountId: _, ...sum }: { readonly accountId: string } & RetentionResult) => void closed.push(sum),
    },
  }
}

const execute = (taskQueue: string) =>
  env.client.workflow.execute(retentionType, { taskQueue, workflowId: newId(systemRandom, 'retention'), args: [{ accountId: 'acme' }] })

test('SET-16 a night goes from drive to drive and adds up what was given up and deleted', async () => {
  const { closed, tidied, activities } = noting({
    a: { given: 3, removedObjects: 5, removedBytes: 700 },
    b: {},
    c: { given: 1, asking: 1, late: 2 },
  })
  const result = await withWorkflows(env, activities, execute)
  const sum = { given: 4, removedObjects: 5, removedBytes: 700, asking: 1, late: 2 }
  expect(result).toEqual(sum)
  expect(closed).toEqual([sum])
  expect(tidied).toEqual(['a', 'b', 'c'])
})

test('SET-16 a night in a large account goes on in a new run, and forgets nothing', async () => {
  const path = await findTemporal({ cache: defaultCache, env: process.env, onFetch: console.error })
  const extraArgs = ['--dynamic-config-value', 'limit.historyCount.suggestContinueAsNew=40']
  const small = await TestWorkflowEnvironment.createLocal({ server: { executable: { type: 'existing-path', path }, extraArgs } })
  onTestFinished(() => small.teardown())
  const drives = Object.fromEntries(Array.from({ length: 20 }, (_, n) => [`d${String(n).padStart(2, '0')}`, { given: 1 }]))
  const { closed, tidied, activities } = noting(drives)
  const workflowId = newId(systemRandom, 'retention')
  await withWorkflows(small, activities, (taskQueue) =>
    small.client.workflow.execute(retentionType, { taskQueue, workflowId, args: [{ accountId: 'acme' }] }),
  )
  expect(closed).toEqual([{ ...none, given: 20 }])
  expect(tidied).toEqual(Object.keys(drives))
  const { events } = await small.client.workflow.getHandle(workflowId).fetchHistory()
  expect(events?.[0]?.workflowExecutionStartedEventAttributes?.continuedExecutionRunId).toMatch(/./)
})
