import { type EstimateDrive, endEstimate, failEstimateDrive, nextEstimateDrive } from '../../db/estimates.ts'
import { taskById } from '../../db/tasks.ts'
import type { EstimateInput } from '../../workflows/contract/estimate.ts'
import type { ActivityDeps } from '../deps.ts'
import { markDisconnected } from '../drive/connection.ts'
import { DriveFailure } from '../drive/failure-types.ts'
import { atMostEvery } from '../kit/at-most-every.ts'
import { failurePolicies } from '../kit/failure-policies.ts'
import { activityHeartbeat, whileBeating } from '../kit/heartbeat.ts'
import { showSubject } from '../notify/show.ts'
import { measureDrive } from './measure.ts'

/** Pages of one activity: 50,000 items, of one drive or of many. */
const pagesPerShard = 50
const progressMs = 1_000

/** The activities of an estimate. */
export function estimateActivities(deps: ActivityDeps) {
  const { db, clock } = deps
  const show = ({ accountId, estimateId }: EstimateInput) =>
    showSubject(deps, { accountId, subjectType: 'estimate', subjectId: estimateId })

  async function measure(input: EstimateInput, drive: EstimateDrive, mostPages: number, signal: AbortSignal, onPage: () => Promise<void>) {
    const { accountId, estimateId } = input
    const task = await taskById(db, accountId, drive.taskId)
    const { source, spent } = await deps.drive(accountId, drive.taskId, signal, 'background')
    return measureDrive(
      { db, source, calls: () => spent().calls, withComments: task?.withComments ?? false, onPage },
      { accountId, estimateId },
      drive,
      mostPages,
    )
  }

  return {
    /**
     * Measures drives until its share of pages is read, and says whether that was all. Idempotent by drive and page. What Google will not let
     * anybody list is written down with its reason, and the next drive goes on.
     */
    measureDrives: (input: EstimateInput) =>
      whileBeating(clock, activityHeartbeat<number>(), async (heartbeat) => {
        const onPage = atMostEvery(clock, progressMs, () => show(input))
        for (let pages = 0; pages < pagesPerShard; ) {
          const drive = await nextEstimateDrive(db, input.accountId, input.estimateId)
          if (!drive) return { done: true }
          try {
            pages += (await measure(input, drive, pagesPerShard - pages, heartbeat.signal, onPage)).pages
          } catch (error) {
            if (!(error instanceof DriveFailure) || failurePolicies[error.type].retry !== 'no') throw error
            if (error.type === 'GrantRevoked') {
              await markDisconnected(db, { accountId: input.accountId, taskId: drive.taskId, reason: error.message }, clock.now())
            }
            await failEstimateDrive(db, input.accountId, input.estimateId, drive.driveId, error.message)
            pages++
          }
          heartbeat.beat(pages)
        }
        return { done: false }
      }),

    /** Idempotent: an estimate that has ended stays as it ended. */
    async closeEstimate({ accountId, estimateId, error }: EstimateInput & { readonly error: string | null }) {
      await endEstimate(db, accountId, estimateId, error, clock.now())
      await show({ accountId, estimateId })
    },
  }
}
