import { z } from 'zod'
import { target } from '../args.ts'
import { command } from '../command.ts'
import { consentFor } from '../consent.ts'

/** SET-05: a new consent makes the task Connected again; history and settings stay. */
export const taskReconnect = command({
  path: 'task reconnect',
  aliases: ['reconnect'],
  summary: 'Sign in with Google again for a task',
  args: z.object({ task: target.task('the backup task') }),
  permission: 'tasks:write',
  risk: 'write',
  examples: ['task reconnect Acme'],
  run: ({ task }, context) => consentFor({ taskId: task.id, taskName: task.name }, context),
})
