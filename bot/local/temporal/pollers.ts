import type { Clock } from '../../../db/kit/clock.ts'
import { withTemporal } from './connection.ts'

/** `TASK_QUEUE_TYPE_ACTIVITY` of Temporal's API: a worker that takes activities of a queue has come up whole. */
const activities = 2

/**
 * How many workers listen on the queues.
 * @throws Error when nobody listens on one of them, or Temporal does not answer within `withinMs`
 */
export async function askPollers(
  address: string,
  namespace: string,
  queues: readonly string[],
  clock: Clock,
  withinMs: number,
): Promise<{ detail: string }> {
  return withTemporal(address, clock, withinMs, async ({ workflowService }) => {
    const counts = await Promise.all(
      queues.map(async (name) => {
        const { pollers } = await workflowService.describeTaskQueue({ namespace, taskQueue: { name }, taskQueueType: activities })
        if (!pollers?.length) throw new Error(`nobody listens on the task queue "${name}"`)
        return `${pollers.length} on "${name}"`
      }),
    )
    return { detail: `listening: ${counts.join(', ')}` }
  })
}
