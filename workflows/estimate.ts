/**
 * Measures drives by listing them, to say beforehand what a first backup would take.
 *
 * Trigger   the command `estimate`; which drives is a row each in PostgreSQL
 * Result    nothing; the rows say what was seen, and the card what follows from it
 * Promises  nothing but lists is asked of Google, a call for each 1,000 items. A drive that cannot be listed says why, and the others go on
 */
import { continueAsNew, workflowInfo } from '@temporalio/workflow'
import type { EstimateInput } from './contract/estimate.ts'
import { failureOf } from './policy/failure.ts'
import { notify, records, shards } from './proxies.ts'

export async function estimate(input: EstimateInput): Promise<void> {
  const ended = await measure(input)
  if (ended === 'later') return continueAsNew<typeof estimate>(input)
  await records.closeEstimate({ ...input, error: ended.error })
  await notify.touchSubject({ accountId: input.accountId, subjectType: 'estimate', subjectId: input.estimateId })
}

async function measure(input: EstimateInput): Promise<'later' | { readonly error: string | null }> {
  try {
    while (!(await shards('background').measureDrives(input)).done) {
      if (workflowInfo().continueAsNewSuggested) return 'later'
    }
    return { error: null }
  } catch (error) {
    return { error: failureOf(error).message }
  }
}
