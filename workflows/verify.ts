/**
 * Verifies what is stored of one account: list, read in turns, compare with Google.
 *
 * Trigger   the account's Temporal schedule, once a day; skipped by it while an earlier round still runs
 * Result    how much was read; what was found is written down and shown where things stand
 * Promises  P9: everything is read within a quarter, least recently verified first. Nothing is changed or deleted, whatever is found
 */
import { allHandlersFinished, CancellationScope, condition, continueAsNew, workflowInfo } from '@temporalio/workflow'
import type { VerifyInput, VerifyProgress, VerifyResult } from './contract/verify.ts'
import { failureOf } from './policy/failure.ts'
import { comparesDrives, dailyReadBytes, shardReadBytes } from './policy/verification.ts'
import { records, shards } from './proxies.ts'

export async function verify({ accountId, progress }: VerifyInput): Promise<VerifyResult> {
  let at: VerifyProgress = progress ?? { step: 'listing', after: '', since: workflowInfo().startTime.toISOString(), bytes: 0 }
  while (at.step !== 'done') {
    at = await shard(accountId, at).catch(async (error) => {
      // A check that cannot be made must not pass for one that found nothing.
      await CancellationScope.nonCancellable(() => records.closeVerification({ accountId, error: failureOf(error).message }))
      throw error
    })
    if (workflowInfo().continueAsNewSuggested) {
      await condition(allHandlersFinished)
      await continueAsNew<typeof verify>({ accountId, progress: at })
    }
  }
  await records.closeVerification({ accountId })
  return { bytes: at.bytes }
}

/** One shard of the round, and where it stands then. */
async function shard(accountId: string, at: VerifyProgress): Promise<VerifyProgress> {
  if (at.step === 'listing') {
    const { last } = await shards('background').verifyListing({ accountId, after: at.after })
    return last === null ? { ...at, step: 'reading', after: '' } : { ...at, after: last }
  }
  if (at.step === 'reading') {
    const { bytes, storedBytes, done } = await shards('background').verifyReading({
      accountId,
      since: at.since,
      budgetBytes: shardReadBytes,
    })
    const read = { ...at, bytes: at.bytes + bytes }
    if (!done && read.bytes < dailyReadBytes(storedBytes)) return read
    return { ...read, step: comparesDrives(new Date(at.since)) ? 'drift' : 'done', after: '' }
  }
  const { last } = await shards('background').verifyDrift({ accountId, after: at.after })
  return last === null ? { ...at, step: 'done' } : { ...at, after: last }
}
