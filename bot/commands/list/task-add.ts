import { z } from 'zod'
import { taskByName } from '../../../db/tasks.ts'
import { button, run } from '../../cards/buttons.ts'
import { notice } from '../../cards/notice.ts'
import { target } from '../args.ts'
import { command } from '../command.ts'
import { consentFor } from '../consent.ts'

const defaultName = 'Google Shared Drives'

/** TASK-01, TASK-02, TASK-03: sends the person to Google; the task comes into being when they come back. */
export const taskAdd = command({
  path: 'task add',
  aliases: ['task create', 'add task', 'connect'],
  summary: 'Connect Google and make a backup task',
  args: z.object({ name: target.text('the name of the new task', 'name').optional() }),
  permission: 'tasks:write',
  risk: 'write',
  examples: ['task add', 'task add Acme'],
  run: async ({ name }, context) => {
    const taskName = (name ?? defaultName).trim()
    const taken = await taskByName(context.db, context.account.id, taskName)
    if (taken) {
      const sentence = `There is a backup task ${taken.name} already. Give the new one another name, for example: task add ${taskName} 2`
      return {
        card: notice('warn', 'That name is taken', sentence, { actions: [button('Show it', run('task show', { task: taken.id }))] }),
        refused: 'name taken',
      }
    }
    return consentFor({ taskName }, context)
  },
})
