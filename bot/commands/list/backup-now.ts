import { z } from 'zod'
import { listTasks } from '../../../db/tasks.ts'
import { backupsStartedCard } from '../../cards/backups-started.ts'
import { option, target } from '../args.ts'
import { command } from '../command.ts'
import { queueBackup } from '../queue-backup.ts'

/** Up to this many drives get a card of their own, which follows the backup. */
const cardsAtOnce = 3

/** ACT-04, ACT-09: starts at once, or joins the run that is there: two runs of a drive never overlap. */
export const backupNow = command({
  path: 'backup now',
  aliases: ['backup', 'back up', 'back up now', 'drive backup', 'task run'],
  summary: 'Back up drives right now',
  args: z.object({
    drives: target.drives('the drives to back up, or all'),
    full: option.flag('list everything again instead of following changes').default(false),
    'accept-removals': option.flag('let go what the last backup held back, because it was meant to go').default(false),
    task: option.task('with all: only drives of this task').optional(),
  }),
  permission: 'backups:execute',
  risk: 'write',
  examples: ['backup now Finance', 'backup now Finance EMEA --full', 'backup now all', 'backup now Finance --accept-removals'],
  run: async ({ drives, full, 'accept-removals': acceptRemovals }, context) => {
    const tasks = new Map((await listTasks(context.db, context.account.id)).map((task) => [task.id, task]))
    const queued = []
    for (const drive of drives) queued.push(await queueBackup(drive, tasks.get(drive.taskId), { full, acceptRemovals }, context))
    if (queued.length <= cardsAtOnce) return queued.map(({ outcome }) => outcome)
    return { card: backupsStartedCard(queued.map(({ drive, said, started }) => ({ drive, said, started }))) }
  },
})
