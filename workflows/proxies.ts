/** The only activity proxies: one profile for each kind of work, each with its reason. */
import { ActivityCancellationType, proxyActivities, workflowInfo } from '@temporalio/workflow'
import type { Activities } from '../activities/index.ts'
import { shardQueue } from './contract/queues.ts'
import { type Lane, taskPriority } from './policy/lanes.ts'

/** Reads and writes rows of our own. Quick, and repeated for as long as the database is away: a run waits, it does not fail. */
export const records = proxyActivities<
  Pick<
    Activities,
    | 'openRun'
    | 'closeRun'
    | 'listAgain'
    | 'archiveDrive'
    | 'requestDriveBackups'
    | 'markDisconnected'
    | 'openApproval'
    | 'recordDecision'
    | 'startRestore'
    | 'closeRestore'
    | 'tellRequester'
    | 'ensureSchedule'
    | 'closeEstimate'
    | 'closeVerification'
    | 'closeRetention'
  >
>({
  startToCloseTimeout: '1m',
  retry: { initialInterval: '500ms', maximumInterval: '30s' },
})

/** A card: quick, and repeated for hours, because a silent failure is the worst kind. */
export const notify = proxyActivities<Pick<Activities, 'touchSubject' | 'announceApproval'>>({
  startToCloseTimeout: '30s',
  retry: { initialInterval: '500ms', maximumInterval: '1m', maximumAttempts: 200 },
})

/**
 * A shard of work against Drive and the vault. It heartbeats its cursor, so a dead worker is noticed in seconds and the next goes on from
 * there. Shards have a queue of their own, so that a night of backups never makes a card or a vote wait; where they wait for a worker's
 * place among themselves, the lane decides.
 */
export const shards = (lane: Lane = 'scheduled') =>
  proxyActivities<
    Pick<
      Activities,
      | 'drainListing'
      | 'drainChanges'
      | 'storePending'
      | 'commitRun'
      | 'planRestore'
      | 'applyRestore'
      | 'discoverDrives'
      | 'measureDrives'
      | 'verifyListing'
      | 'verifyReading'
      | 'verifyDrift'
      | 'tidyDrive'
    >
  >({
    priority: { priorityKey: taskPriority(lane) },
    taskQueue: shardQueue(workflowInfo().taskQueue),
    startToCloseTimeout: '2h',
    heartbeatTimeout: '20s',
    cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
    retry: { initialInterval: '1s', maximumInterval: '1m', maximumAttempts: 60 },
  })

export type Shards = ReturnType<typeof shards>

/** An authorisation code is good for one exchange and some minutes: a person waits, so it fails soon and in words. */
export const consent = proxyActivities<Pick<Activities, 'exchangeConsent'>>({
  startToCloseTimeout: '30s',
  retry: { initialInterval: '500ms', maximumInterval: '2s', maximumAttempts: 4 },
})
