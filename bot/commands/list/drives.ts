import { z } from 'zod'
import { type Drive, listDrives } from '../../../db/drives.ts'
import { listTasks } from '../../../db/tasks.ts'
import { statusKey, vocabularies } from '../../../workflows/policy/vocabulary.ts'
import { authorize } from '../../access/authorize.ts'
import { driveListCard } from '../../cards/drive-list.ts'
import { statusOf } from '../../cards/task.ts'
import { option, sent, target } from '../args.ts'
import { command } from '../command.ts'

const pageSize = 10
const statuses = Object.values(vocabularies.drive) as [string, ...string[]]

/** DRV-01, DRV-02, DRV-03. */
export const drives = command({
  path: 'drives',
  aliases: ['drive list', 'drives list', 'drive show'],
  summary: 'List the shared drives with status, backup size and last backup',
  args: z.object({
    text: target.text('only drives whose name contains this', 'search').optional(),
    status: option.choice('only drives with this status', statuses).optional(),
    task: option.task('only drives of this task').optional(),
    after: sent.text().optional(),
  }),
  permission: 'backups:read',
  risk: 'read',
  examples: ['drives', 'drives fin', 'drives --status "Not Active"', 'drives --task Acme'],
  run: async ({ text, status, task, after }, { db, account, person }) => {
    const tasks = new Map((await listTasks(db, account.id)).map((one) => [one.id, one]))
    const known = (await listDrives(db, account.id, { taskId: task?.id, contains: text })).map((drive) => ({
      drive,
      status: statusOf(drive, tasks.get(drive.taskId) ?? { connection: 'Disconnected' }),
    }))
    const wanted = status === undefined ? undefined : statusKey('drive', status)
    const fitting = wanted === undefined ? known : known.filter((row) => row.status === wanted)
    const start = after === undefined ? 0 : fitting.findIndex(({ drive }) => drive.id === after) + 1
    const page = fitting.slice(start, start + pageSize)
    return {
      card: driveListCard({
        drives: page,
        total: fitting.length,
        neverActivated: fitting.filter(({ drive }) => neverActivated(drive)).length,
        filter: { ...(text !== undefined && { text }), ...(status !== undefined && { status }), ...(task && { task: task.id }) },
        more: fitting.length > start + page.length,
        may: { execute: authorize(person, 'backups:execute').allowed, pause: authorize(person, 'backups:pause').allowed },
      }),
      replaces: true,
    }
  },
})

const neverActivated = ({ lifecycle, activatedAt }: Drive): boolean => lifecycle === 'not-active' && activatedAt === null
