import { z } from 'zod'
import { notice } from '../../cards/notice.ts'
import { command } from '../command.ts'

/** RES-05: Cancel puts the form away, and nothing has happened. */
export const dismiss = command({
  path: 'dismiss',
  summary: 'Put a form away without doing anything',
  args: z.object({}),
  permission: 'backups:read',
  risk: 'read',
  examples: ['dismiss'],
  unlisted: true,
  run: async () => ({ card: notice('info', 'Put away', 'Nothing was started.'), replaces: true }),
})
