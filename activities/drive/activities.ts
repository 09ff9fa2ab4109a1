import type { ConnectTaskInput } from '../../workflows/contract/task.ts'
import type { ActivityDeps } from '../deps.ts'
import { activityHeartbeat, whileBeating } from '../kit/heartbeat.ts'
import { showSubject } from '../notify/show.ts'
import { exchangeConsent } from './connect.ts'
import { type LostConnection, markDisconnected } from './connection.ts'
import { discoverDrives, type Task } from './discover.ts'

/** The activities around a task's connection to Google. */
export function connectActivities(deps: ActivityDeps) {
  const { db, clock } = deps

  return {
    /** Idempotent by the consent's state. */
    exchangeConsent: (input: ConnectTaskInput) => exchangeConsent(deps, input),

    /** Idempotent by drive id. Begins anew when it is repeated: a hundred drives cost one call. */
    discoverDrives: (task: Task) =>
      whileBeating(clock, activityHeartbeat<number>(), async (heartbeat) => {
        const { source } = await deps.drive(task.accountId, task.taskId, heartbeat.signal)
        let pages = 0
        return discoverDrives({ db, source, now: clock.now(), onPage: () => heartbeat.beat(++pages) }, task)
      }),

    /** Idempotent: a task that is disconnected already only gets the newest reason. */
    async markDisconnected(lost: LostConnection) {
      const { taskId } = await markDisconnected(db, lost, clock.now())
      await showSubject(deps, { accountId: lost.accountId, subjectType: 'task', subjectId: taskId })
    },
  }
}
