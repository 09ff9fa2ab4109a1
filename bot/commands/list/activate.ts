import { z } from 'zod'
import { option, target } from '../args.ts'
import { changeDrives } from '../change-drives.ts'
import { command } from '../command.ts'

/** ACT-03, ACT-07: from now on the schedule backs them up. */
export const activate = command({
  path: 'activate',
  aliases: ['drive activate', 'task activate', 'protect'],
  summary: 'Back up drives from now on, at the hour of their task',
  args: z.object({
    drives: target.drives('the drives to activate, or all'),
    task: option.task('with all: only drives of this task').optional(),
  }),
  permission: 'backups:execute',
  risk: 'write',
  examples: ['activate Finance', 'activate Finance, Marketing', 'activate all'],
  run: ({ drives }, context) => changeDrives('activated', drives, context),
})
