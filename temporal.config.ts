/** Temporal in one page: where it is, what the queues are, how a worker of this machine's size is set up. */
import { defaultTaskQueue } from './workflows/contract/queues.ts'

export type TemporalConfig = { readonly address: string; readonly namespace: string; readonly taskQueue: string }

/** Connection from the environment; the defaults fit a Temporal dev server on this machine. */
export function temporalConfig(environment: NodeJS.ProcessEnv): TemporalConfig {
  return {
    address: environment['TEMPORAL_ADDRESS'] ?? '127.0.0.1:7233',
    namespace: environment['TEMPORAL_NAMESPACE'] ?? 'default',
    taskQueue: environment['TEMPORAL_TASK_QUEUE'] ?? defaultTaskQueue,
  }
}

/** Heartbeats carry cursors; sending them every two seconds makes a dead worker noticed soon. */
const common = { shutdownGraceTime: '4s', maxHeartbeatThrottleInterval: '2s', defaultHeartbeatThrottleInterval: '2s' } as const

/** Workflows and the activities that only touch rows: milliseconds each. */
export const workflowWorkerOptions = {
  ...common,
  maxConcurrentActivityTaskExecutions: 20,
  maxConcurrentWorkflowTaskExecutions: 8,
  maxCachedWorkflows: 200,
} as const

/** Shards: four at once keep two cores and the network busy, and hold at most 4 × 48 MiB in flight. */
export const shardWorkerOptions = { ...common, maxConcurrentActivityTaskExecutions: 4 } as const

/**
 * How a worker's process is started. Content streams through it in buffers that only the collector of young objects gives back, and the C
 * library keeps an arena for every thread; without these two a worker grows to half as much again, for nothing. On a machine of two cores Node
 * has one thread for files and compression, where four keep both cores busy (measured: 320 MiB of text a second instead of 170).
 */
export const workerProcess = {
  nodeFlags: ['--max-semi-space-size=4'],
  env: { MALLOC_ARENA_MAX: '2', UV_THREADPOOL_SIZE: '4' },
} as const
