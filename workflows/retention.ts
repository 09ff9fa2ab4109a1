/**
 * A night's upkeep of one account's vault: drive by drive, snapshots that are older than the retention are given up, what nothing needs any
 * more is deleted, and what is needed stays locked.
 *
 * Trigger   the account's Temporal schedule, once a night; skipped by it while an earlier one still runs
 * Result    what was given up and deleted, how many drives ask for an approval, and how many locks had all but ended
 * Promises  SET-16: nothing younger than the retention ever goes. P3: by age alone, never the last good snapshot. P4: the lock margin is kept
 */
import { allHandlersFinished, condition, continueAsNew, workflowInfo } from '@temporalio/workflow'
import type { RetentionInput, RetentionResult } from './contract/retention.ts'
import { records, shards } from './proxies.ts'

const nothing: RetentionResult = { given: 0, removedObjects: 0, removedBytes: 0, asking: 0, late: 0 }

export async function retention({ accountId, after = '', so = nothing }: RetentionInput): Promise<RetentionResult> {
  let [at, sum]: [string | null, RetentionResult] = [after, so]
  while (at !== null) {
    const { last, ...done }: { readonly last: string | null } & RetentionResult = await shards('background').tidyDrive({
      accountId,
      after: at,
    })
    sum = added(sum, done)
    at = last
    if (at !== null && workflowInfo().continueAsNewSuggested) {
      await condition(allHandlersFinished)
      await continueAsNew<typeof retention>({ accountId, after: at, so: sum })
    }
  }
  await records.closeRetention({ accountId, ...sum })
  return sum
}

function added(one: RetentionResult, other: RetentionResult): RetentionResult {
  return {
    given: one.given + other.given,
    removedObjects: one.removedObjects + other.removedObjects,
    removedBytes: one.removedBytes + other.removedBytes,
    asking: one.asking + other.asking,
    late: one.late + other.late,
  }
}
