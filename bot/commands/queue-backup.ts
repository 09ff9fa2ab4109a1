import { bumpSubject } from '../../db/chat-outbox.ts'
import { listRuns, queueRun } from '../../db/runs.ts'
import { button, run } from '../cards/buttons.ts'
import type { ActionOf, Meant } from '../cards/model.ts'
import { notice } from '../cards/notice.ts'
import { draftSubject } from '../cards/subjects.ts'
import type { Outcome } from './command.ts'
import type { CommandContext } from './context.ts'
import { idOfEvent } from './ids.ts'
import type { Drive, Task } from './subjects.ts'

export type QueuedBackup = { readonly drive: Drive; readonly started: boolean; readonly said: string; readonly outcome: Outcome }

/** Queues a run in the database and wakes the drive's workflow. The row comes first: a workflow that wakes without one finds nothing to do. */
export async function queueBackup(
  drive: Drive,
  task: Task | undefined,
  options: { readonly full: boolean; readonly acceptRemovals: boolean },
  context: CommandContext,
): Promise<QueuedBackup> {
  const { db, account, person, clock, temporal, dryRun } = context
  const hindered = hindrance(drive, task) ?? (options.acceptRemovals ? nothingHeld(drive) : undefined)
  if (hindered) return refusal(drive, hindered.why, hindered.action)
  if (dryRun) {
    const said = `${drive.name} would be backed up now${drive.currentRunId ? ', together with the backup that is under way' : ''}. Nothing was done.`
    return { drive, started: false, said, outcome: { card: notice('info', 'Dry run', said) } }
  }

  const request = {
    id: idOfEvent(context, 'run', drive.id),
    driveId: drive.id,
    reason: 'on demand',
    requestedBy: person.id,
    now: clock.now(),
    ...(await asked(drive, options, context)),
  } as const
  const queued = await queueRun(db, account.id, request)
  if (!queued) return refusal(drive, 'it is not there any more')
  await temporal.startBackup(account.id, drive.id)
  await bumpSubject(db, account.id, { type: 'task', id: drive.taskId })

  const subject = { type: 'backup-run', id: queued.run.id } as const
  const card = await draftSubject(context, account.id, subject)
  const said = queued.joined ? 'a backup was under way already, and this one joins it' : 'queued'
  return {
    drive,
    started: true,
    said,
    outcome: card ? { card, subject } : { card: notice('warn', 'Gone', `The drive ${drive.name} is not there any more.`) },
  }
}

/** What a held listing found missing, only another listing finds missing again: the feed may never have told of it. */
async function asked(drive: Drive, options: { readonly full: boolean; readonly acceptRemovals: boolean }, { db, account }: CommandContext) {
  const [last] = options.acceptRemovals ? await listRuns(db, account.id, drive.id, { limit: 1 }) : []
  const full = options.full || (last?.outcome === 'held' && last.mode === 'full')
  return {
    ...(full && { mode: 'full' as const }),
    ...(options.acceptRemovals && { acceptedRemovals: drive.heldRemovals ?? 0 }),
  }
}

function nothingHeld({ heldRemovals }: Drive): ReturnType<typeof hindrance> {
  return heldRemovals === null ? { why: 'none of its removals are held. Leave --accept-removals out' } : undefined
}

function refusal(drive: Drive, why: string, action?: ActionOf<Meant>): QueuedBackup {
  const card = notice(
    'warn',
    `Not backed up · ${drive.name}`,
    `${drive.name} was not backed up: ${why}.`,
    action ? { actions: [action] } : {},
  )
  return { drive, started: false, said: why, outcome: { card, refused: why } }
}

/** ACT-01, ACT-08, SET-04: why a backup would not even be tried. */
function hindrance(drive: Drive, task: Task | undefined): { readonly why: string; readonly action?: ActionOf<Meant> } | undefined {
  switch (drive.lifecycle) {
    case 'archived':
      return { why: 'it is archived: Google does not have it any more' }
    case 'not-active':
      return {
        why: 'it is Not Active. Activate it first',
        action: button('Activate', run('activate', { drives: [drive.id] }), { style: 'primary' }),
      }
    case 'paused':
      return { why: 'it is Paused. Resume it first', action: button('Resume', run('resume', { drives: [drive.id] }), { style: 'primary' }) }
    case 'active':
      if (!task || task.connection === 'Connected') return undefined
      return {
        why: `its task ${task.name} is Disconnected${task.connectionNote ? ` (${task.connectionNote})` : ''}. Reconnect it first`,
        action: button('Reconnect', run('task reconnect', { task: task.id }), { style: 'primary' }),
      }
  }
}
