import { ActivityFailure, ApplicationFailure, ChildWorkflowFailure } from '@temporalio/common'

/** What went wrong, as a type to decide on and a sentence to show. */
export type Failure = { readonly type: string; readonly message: string }

/** Looks through the wrappers that Temporal puts around an error, for the one that an activity threw. */
export function failureOf(error: unknown): Failure {
  let inner = error
  while ((inner instanceof ActivityFailure || inner instanceof ChildWorkflowFailure) && inner.cause) inner = inner.cause
  if (inner instanceof ApplicationFailure) return { type: inner.type ?? 'Unknown', message: inner.message }
  return { type: 'Unknown', message: inner instanceof Error ? inner.message : String(inner) }
}
