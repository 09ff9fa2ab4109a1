import { z } from 'zod'
import { option, target } from '../args.ts'
import { changeDrives } from '../change-drives.ts'
import { command } from '../command.ts'

export const resume = command({
  path: 'resume',
  aliases: ['drive resume', 'unpause'],
  summary: 'Go on backing up paused drives',
  args: z.object({
    drives: target.drives('the drives to resume, or all'),
    task: option.task('with all: only drives of this task').optional(),
  }),
  permission: 'backups:pause',
  risk: 'write',
  examples: ['resume Finance', 'resume all'],
  run: ({ drives }, context) => changeDrives('resumed', drives, context),
})
