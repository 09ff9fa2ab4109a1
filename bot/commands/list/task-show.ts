import { z } from 'zod'
import { notice } from '../../cards/notice.ts'
import { draftSubject } from '../../cards/subjects.ts'
import { target } from '../args.ts'
import { command } from '../command.ts'

/** TASK-04, SET-03. */
export const taskShow = command({
  path: 'task show',
  aliases: ['task'],
  summary: 'Show a backup task, its connection and what it covers',
  args: z.object({ task: target.task('the backup task') }),
  permission: 'backups:read',
  risk: 'read',
  examples: ['task show Acme'],
  run: async ({ task }, context) => {
    const subject = { type: 'task', id: task.id } as const
    const card = await draftSubject(context, context.account.id, subject)
    return card
      ? { card, subject }
      : { card: notice('warn', 'Gone', `The task ${task.name} is not there any more.`), refused: 'the task is gone' }
  },
})
