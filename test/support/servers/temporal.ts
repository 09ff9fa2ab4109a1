import { TestWorkflowEnvironment } from '@temporalio/testing'
import { newId, systemRandom } from '../../../db/kit/random.ts'
import { type TemporalPlace, whereIs } from './where.ts'

/** The run's shared Temporal server, and a task queue that nobody else listens on. Prefix workflow ids with it, too: the namespace is shared. */
export async function testTemporal(): Promise<TemporalPlace & { readonly taskQueue: string }> {
  return { ...(await whereIs('temporal')), taskQueue: newId(systemRandom, 'queue') }
}

/**
 * A Temporal server of one's own whose clock jumps over waiting: a day's timer ends at once while a workflow's result is awaited.
 * `env.sleep('1 day')` moves the clock. Call `teardown()` when done; the server itself ends with the run.
 */
export async function timeSkippingEnvironment(): Promise<TestWorkflowEnvironment> {
  const { address, namespace } = await whereIs('time-skipping')
  // Brackets, because it is private. The public factories either start the server themselves, so that it would outlive a killed run, or cannot skip time.
  return TestWorkflowEnvironment['create']({ server: { type: 'existing' }, address, namespace, supportsTimeSkipping: true })
}
