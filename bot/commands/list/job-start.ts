import { z } from 'zod'
import { notice } from '../../cards/notice.ts'
import { jobName } from '../../cards/plan.ts'
import { draftSubject } from '../../cards/subjects.ts'
import { target } from '../args.ts'
import { command } from '../command.ts'

/** Hands a job over that could not be handed over when it was asked for. A job that has been started already goes on as it is. */
export const jobStart = command({
  path: 'job start',
  summary: 'Start a restore that Temporal could not take when it was asked for',
  args: z.object({ job: target.job('the job, as it is shown') }),
  permission: 'restores:write',
  risk: 'approval',
  examples: ['job start R-1001'],
  unlisted: true,
  run: async ({ job }, context) => {
    const subject = { type: 'job', id: job.id } as const
    if (job.phase === 'planning') await context.temporal.startRestore(context.account.id, job.id)
    const card = await draftSubject(context, context.account.id, subject)
    return card
      ? { card, subject, replaces: true }
      : { card: notice('warn', 'Gone', `${jobName(job)} is not there any more.`), refused: 'the job is gone' }
  },
})
