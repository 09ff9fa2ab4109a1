import { z } from 'zod'
import { settingsCard } from '../../cards/settings.ts'
import { target } from '../args.ts'
import { command } from '../command.ts'

/** SET-01, SET-03. */
export const settings = command({
  path: 'settings',
  aliases: ['task settings'],
  summary: 'Show the settings of a backup task',
  args: z.object({ task: target.task('the backup task') }),
  permission: 'backups:read',
  risk: 'read',
  examples: ['settings Acme'],
  run: async ({ task }) => ({ card: settingsCard(task) }),
})
