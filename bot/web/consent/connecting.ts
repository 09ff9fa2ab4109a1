import type { ConnectTaskInput, ConnectTaskResult } from '../../../workflows/contract/task.ts'

/** How far the connecting of a task has come. */
export type ConnectingState =
  | ConnectTaskResult
  | { readonly outcome: 'under way' }
  | { readonly outcome: 'failed'; readonly reason: string }

/** Turning a consent into a task, as durable work. */
export interface Connecting {
  /** Starts it. A repeat for the same consent changes nothing. */
  start(input: ConnectTaskInput): Promise<void>
  /** Where it stands, after waiting for its end for at most `waitMs`; undefined when it was never started. */
  state(stateHash: string, waitMs: number): Promise<ConnectingState | undefined>
}
