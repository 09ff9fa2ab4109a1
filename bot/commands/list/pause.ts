import { z } from 'zod'
import { option, target } from '../args.ts'
import { changeDrives } from '../change-drives.ts'
import { command } from '../command.ts'

/** ACT-08: nothing is backed up any more; what is backed up stays recoverable. */
export const pause = command({
  path: 'pause',
  aliases: ['drive pause'],
  summary: 'Stop backing up drives; what is backed up stays recoverable',
  args: z.object({
    drives: target.drives('the drives to pause, or all'),
    task: option.task('with all: only drives of this task').optional(),
  }),
  permission: 'backups:pause',
  risk: 'write',
  examples: ['pause Finance', 'pause all --task Acme'],
  run: ({ drives }, context) => changeDrives('paused', drives, context),
})
