import { z } from 'zod'
import { quotaStanding } from '../../../db/quota.ts'
import { listTasks } from '../../../db/tasks.ts'
import { quotaCard } from '../../cards/quota.ts'
import { option } from '../args.ts'
import { command } from '../command.ts'

/** What is used and left of Google's limits today, and when they are renewed. */
export const statusQuota = command({
  path: 'status quota',
  aliases: ['quota', 'quota status'],
  summary: 'Show what is used and left of Google’s quota today',
  args: z.object({ task: option.task('only the limits that this task works with').optional() }),
  permission: 'backups:read',
  risk: 'read',
  examples: ['status quota', 'quota --task Acme'],
  run: async ({ task }, { db, account }) => {
    const [rows, tasks] = await Promise.all([quotaStanding(db, account.id, task?.id), listTasks(db, account.id)])
    return { card: quotaCard({ rows, taskNames: new Map(tasks.map(({ id, name }) => [id, name])) }), replaces: true }
  },
})
