import { z } from 'zod'
import { listDrives } from '../../../db/drives.ts'
import { listTasks } from '../../../db/tasks.ts'
import { taskListCard } from '../../cards/task.ts'
import { command } from '../command.ts'

export const tasks = command({
  path: 'tasks',
  aliases: ['task list', 'tasks list'],
  summary: 'List the backup tasks',
  args: z.object({}),
  permission: 'backups:read',
  risk: 'read',
  examples: ['tasks'],
  run: async (_args, { db, account }) => {
    const [found, drives] = await Promise.all([listTasks(db, account.id), listDrives(db, account.id)])
    const rows = found.map((task) => {
      const own = drives.filter(({ taskId }) => taskId === task.id)
      return { task, drives: own.length, active: own.filter(({ lifecycle }) => lifecycle === 'active').length }
    })
    return { card: taskListCard(rows) }
  },
})
