import { z } from 'zod'
import { bumpSubject } from '../../../db/chat-outbox.ts'
import { endJob } from '../../../db/job-progress.ts'
import { statusLabel } from '../../../workflows/policy/vocabulary.ts'
import { notice } from '../../cards/notice.ts'
import { jobName } from '../../cards/plan.ts'
import { target } from '../args.ts'
import { command } from '../command.ts'

/** JOB-12, G27: stops a pending or running restore. What has come back stays and is reported. */
export const jobCancel = command({
  path: 'job cancel',
  aliases: ['restore cancel', 'job stop', 'cancel'],
  summary: 'Stop a restore that waits or runs',
  args: z.object({ job: target.job('the job, as it is shown') }),
  permission: 'restores:write',
  risk: 'write',
  examples: ['job cancel R-1001'],
  run: async ({ job }, { db, account, person, clock, temporal, dryRun }) => {
    const name = jobName(job)
    if (job.phase === 'done') {
      const sentence = `${name} has ended already: ${statusLabel('job', job.status)}. There is nothing left to cancel.`
      return { card: notice('info', name, sentence), refused: 'already ended' }
    }
    if (dryRun) return { card: notice('info', 'Dry run', `${name} would be canceled. Nothing was done.`) }
    const answer = await temporal.cancelRestore(job.id, person.id)
    if (answer === 'canceling') {
      return { card: notice('info', name, `${name} is being canceled. What has come back stays in Drive and is reported.`) }
    }
    // Its workflow has ended, or never began because Temporal was away when it was asked for. Ending an ended job changes nothing.
    await endJob(db, account.id, job.id, { status: 'canceled', error: `Canceled by ${person.displayName}.`, now: clock.now() })
    await bumpSubject(db, account.id, { type: 'job', id: job.id })
    return { card: notice('info', name, `${name} has ended.`) }
  },
})
