import { z } from 'zod'
import { option, sent, target } from '../args.ts'
import { command } from '../command.ts'
import { showSnapshots } from '../show-snapshots.ts'

export const snapshots = command({
  path: 'snapshots',
  aliases: ['snapshot list', 'snapshot'],
  summary: 'List the snapshots of a drive, newest first',
  args: z.object({
    drive: target.drive('the drive'),
    from: option.time('only with data changed from this time on', 'start').optional(),
    to: option.time('only up to this time', 'end').optional(),
    before: sent.number().optional(),
  }),
  permission: 'backups:read',
  risk: 'read',
  examples: ['snapshots Finance', 'snapshots Finance --from "last monday" --to yesterday'],
  run: ({ drive, from, to, before }, context) => showSnapshots(drive, { from, to, before }, context),
})
