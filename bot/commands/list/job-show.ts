import { z } from 'zod'
import { notice } from '../../cards/notice.ts'
import { draftSubject } from '../../cards/subjects.ts'
import { target } from '../args.ts'
import { command } from '../command.ts'

/** JOB-11, RES-07: one job, from its plan to its report; the card follows it. */
export const jobShow = command({
  path: 'job show',
  aliases: ['job watch', 'job plan', 'restore show', 'restore plan'],
  summary: 'Show a restore: its plan, its progress, its result',
  args: z.object({ job: target.job('the job, as it is shown') }),
  permission: 'backups:read',
  risk: 'read',
  examples: ['job show R-1001'],
  run: async ({ job }, context) => {
    const subject = { type: 'job', id: job.id } as const
    const card = await draftSubject(context, context.account.id, subject)
    return card ? { card, subject } : { card: notice('warn', 'Gone', `R-${job.number} is not there any more.`), refused: 'the job is gone' }
  },
})
