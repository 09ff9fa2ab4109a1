import { recordActivity } from '../../db/activity.ts'
import { bumpSubject } from '../../db/chat-outbox.ts'
import { setLifecycle } from '../../db/drive-changes.ts'
import { listTasks } from '../../db/tasks.ts'
import { drivesChangedCard } from '../cards/drives-changed.ts'
import { nextBackup } from '../cards/load.ts'
import type { Outcome } from './command.ts'
import type { CommandContext } from './context.ts'
import type { Drive } from './subjects.ts'

export type DriveVerb = 'activated' | 'paused' | 'resumed'

/** ACT-03, ACT-07, ACT-08: brings the drives into the state, tells which stayed as they were and why, and shows their tasks anew. */
export async function changeDrives(verb: DriveVerb, drives: readonly Drive[], context: CommandContext): Promise<Outcome> {
  const { db, account, person, clock, dryRun } = context
  const hindered = new Map(drives.map((drive) => [drive.id, hindrance(verb, drive)]))
  const able = drives.filter(({ id }) => hindered.get(id) === undefined)
  const changed = dryRun
    ? able
    : await setLifecycle(
        db,
        account.id,
        able.map(({ id }) => id),
        verb === 'paused' ? 'paused' : 'active',
        clock.now(),
      )
  const changedIds = new Set(changed.map(({ id }) => id))
  const tasks = await listTasks(db, account.id)
  if (!dryRun) {
    for (const taskId of new Set(changed.map((drive) => drive.taskId))) {
      const task = tasks.find(({ id }) => id === taskId)
      const item = changed
        .filter((drive) => drive.taskId === taskId)
        .map(({ name }) => name)
        .join(', ')
      await recordActivity(db, account.id, {
        activity: activities[verb],
        status: 'Succeeded',
        taskName: task?.name,
        item,
        actorId: person.id,
        now: clock.now(),
      })
      await bumpSubject(db, account.id, { type: 'task', id: taskId })
    }
  }
  const unchanged = drives
    .filter(({ id }) => !changedIds.has(id))
    .map(({ id, name }) => ({ name, why: hindered.get(id) ?? 'somebody else changed it at the same moment' }))
  const slots = tasks.filter(({ id }) => changed.some(({ taskId }) => taskId === id)).map((task) => nextBackup(task, clock.now()).getTime())
  const nextSlot = slots.length > 0 ? new Date(Math.min(...slots)) : undefined
  return {
    card: drivesChangedCard({ verb, changed, unchanged, nextSlot, dryRun }),
    ...(changed.length === 0 && { refused: 'no drive could be changed' }),
  }
}

const activities: Readonly<Record<DriveVerb, string>> = { activated: 'Activate', paused: 'Pause', resumed: 'Resume' }

/** Why a drive stays as it is. */
function hindrance(verb: DriveVerb, { lifecycle }: Drive): string | undefined {
  if (lifecycle === 'archived') return 'it is archived: Google does not have it any more, and what is backed up stays recoverable'
  if (verb === 'activated') return lifecycle === 'active' ? 'it is active already' : undefined
  if (verb === 'paused')
    return lifecycle === 'active'
      ? undefined
      : lifecycle === 'paused'
        ? 'it is paused already'
        : 'it is not active, so there is nothing to pause'
  return lifecycle === 'paused' ? undefined : lifecycle === 'active' ? 'it is active already' : 'it is not paused: activate it'
}
