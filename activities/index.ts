/** Everything that a worker can do, as one object of activities. */
import { approvalActivities } from './approval/activities.ts'
import { backupActivities } from './backup/activities.ts'
import { scheduleActivities } from './backup/schedule-activities.ts'
import type { ActivityDeps } from './deps.ts'
import { connectActivities } from './drive/activities.ts'
import { estimateActivities } from './estimate/activities.ts'
import { withFailures } from './kit/failure.ts'
import { notifyActivities } from './notify/activities.ts'
import { restoreActivities } from './restore/activities.ts'
import { retentionActivities } from './retention/activities.ts'
import { verifyActivities } from './verify/activities.ts'

export type Activities = ReturnType<typeof gather>

function gather(deps: ActivityDeps) {
  return {
    ...backupActivities(deps),
    ...scheduleActivities(deps),
    ...restoreActivities(deps),
    ...retentionActivities(deps),
    ...approvalActivities(deps),
    ...notifyActivities(deps),
    ...connectActivities(deps),
    ...estimateActivities(deps),
    ...verifyActivities(deps),
  }
}

/** The activities with their errors turned into the closed list of failures; `report` gets each error as it was thrown, for the log. */
export function createActivities(deps: ActivityDeps, report: (activity: string, error: unknown) => void): Activities {
  const activities = gather(deps)
  const wrapped = Object.entries(activities).map(([name, activity]) => [
    name,
    withFailures(activity as (...args: readonly unknown[]) => Promise<unknown>, (error) => report(name, error)),
  ])
  return Object.fromEntries(wrapped) as Activities
}
