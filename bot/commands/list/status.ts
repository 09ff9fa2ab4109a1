import { z } from 'zod'
import { approvalsWaitingFor } from '../../../db/approvals.ts'
import { listDrives } from '../../../db/drives.ts'
import { countJobs } from '../../../db/jobs.ts'
import { openRuns } from '../../../db/runs.ts'
import { listTasks } from '../../../db/tasks.ts'
import { verificationSummary } from '../../../db/verification.ts'
import { authorize } from '../../access/authorize.ts'
import { homeCard } from '../../cards/home.ts'
import { statusOf } from '../../cards/task.ts'
import { command } from '../command.ts'
import type { CommandContext } from '../context.ts'

/** ACT-05, TASK-01: where things stand and what needs this person. An empty line shows it too. */
export const status = command({
  path: 'status',
  aliases: ['home', 'start'],
  summary: 'Show where things stand and what needs you',
  args: z.object({}),
  permission: 'backups:read',
  risk: 'read',
  examples: ['status', 'home'],
  run: async (_args, context) => ({ card: homeCard(await standing(context)) }),
})

async function standing({ db, account, person }: CommandContext) {
  const [tasks, drives, running, toDecide, jobs, verified] = await Promise.all([
    listTasks(db, account.id),
    listDrives(db, account.id),
    openRuns(db, account.id),
    approvalsWaitingFor(db, account.id, person.id),
    countJobs(db, account.id, { statuses: ['pending', 'in-progress'] }),
    verificationSummary(db, account.id),
  ])
  const taskOf = new Map(tasks.map((task) => [task.id, task]))
  const statuses = drives.map((drive) => statusOf(drive, taskOf.get(drive.taskId) ?? { connection: 'Disconnected' }))
  return {
    personName: person.displayName,
    accountName: account.name,
    tasks: tasks.length,
    disconnected: tasks.filter(({ connection }) => connection === 'Disconnected').length,
    drives: drives.length,
    neverActivated: drives.filter(({ lifecycle, activatedAt }) => lifecycle === 'not-active' && activatedAt === null).length,
    running: running.length,
    failing: statuses.filter((status) => status === 'failed').length,
    protectedDrives: drives.filter(({ lifecycle, latestGeneration }) => lifecycle === 'active' && latestGeneration > 0).length,
    toDecide: toDecide.length,
    openJobs: (jobs.pending ?? 0) + (jobs['in-progress'] ?? 0),
    ...(verified.oldestUnverified && { vault: { alarms: verified.alarms, since: verified.oldestUnverified } }),
    may: {
      addTasks: authorize(person, 'tasks:write').allowed,
      activate: authorize(person, 'backups:execute').allowed,
      restore: authorize(person, 'restores:write').allowed,
    },
  }
}
