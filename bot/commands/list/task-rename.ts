import { z } from 'zod'
import { bumpSubject } from '../../../db/chat-outbox.ts'
import { updateTask } from '../../../db/tasks.ts'
import { notice } from '../../cards/notice.ts'
import { settingsCard } from '../../cards/settings.ts'
import { target } from '../args.ts'
import { command } from '../command.ts'

/** SET-02. */
export const taskRename = command({
  path: 'task rename',
  aliases: ['rename task'],
  summary: 'Give a backup task another name',
  args: z.object({
    task: target.task('the backup task'),
    name: target.text('the new name, at most 100 characters', 'new name', { word: 'to' }),
  }),
  permission: 'tasks:write',
  risk: 'write',
  examples: ['task rename Acme to "Acme Europe"'],
  run: async ({ task, name }, { db, account, clock, dryRun }) => {
    const wanted = name.trim()
    if (wanted === '' || [...wanted].length > 100) {
      const sentence = `A task’s name has 1 to 100 characters, and this one has ${[...wanted].length}.`
      return { card: notice('warn', 'That name cannot be used', sentence), refused: 'name too long or empty' }
    }
    if (dryRun) return { card: notice('info', 'Dry run', `${task.name} would be called ${wanted}. Nothing was done.`) }
    const renamed = await updateTask(db, account.id, task.id, { name: wanted }, clock.now())
    if (renamed === 'name taken') {
      return {
        card: notice('warn', 'That name is taken', `Another backup task is called ${wanted}. Choose another name.`),
        refused: 'name taken',
      }
    }
    if (!renamed) return { card: notice('warn', 'Gone', `The task ${task.name} is not there any more.`), refused: 'the task is gone' }
    await bumpSubject(db, account.id, { type: 'task', id: task.id })
    return { card: settingsCard(renamed) }
  },
})
