import { type Approval, approvalById, approvalsOfJob } from '../../db/approvals.ts'
import { refusalSentence } from '../access/refusals.ts'
import { button, run } from '../cards/buttons.ts'
import { notice } from '../cards/notice.ts'
import { jobName } from '../cards/plan.ts'
import type { Outcome } from './command.ts'
import type { CommandContext } from './context.ts'
import type { Job } from './subjects.ts'

type Ask = {
  readonly job: Job
  readonly comment?: string | undefined
  /** From a button: which request, and which plan the person saw. */
  readonly approval?: string | undefined
  readonly plan?: string | undefined
}

/**
 * Sends a vote to the approval's workflow, which decides. The update id is the event's key with the person, so a repeated click gets its first
 * answer. A typed vote is for the newest plan; a clicked one for the plan on the card, and is refused when there is a newer one.
 */
export async function decide(choice: 'approve' | 'deny', ask: Ask, context: CommandContext): Promise<Outcome> {
  const { db, account, person, temporal, dedupeKey, dryRun, reason } = context
  const { job } = ask
  const comment = (ask.comment ?? reason)?.trim() || undefined
  const approval = await requestOf(ask, context)
  if (!approval) return refused(job, `${jobName(job)} asks for nothing: there is no request to decide on.`, 'no request')
  if (choice === 'deny' && comment === undefined) {
    return refused(job, `Say why, since the requester is told: deny ${jobName(job)} --reason "wrong folder"`, 'no reason given')
  }
  if (dryRun) return { card: notice('info', 'Dry run', `Your vote on ${jobName(job)} would be sent. Nothing was done.`) }

  const vote = { personId: person.id, choice, planHash: ask.plan ?? approval.planHash, ...(comment !== undefined && { comment }) }
  const answer = await temporal.vote(approval.id, vote, `${person.id}:${dedupeKey}`)
  if (answer.outcome === 'taken') return taken(choice, job, approval, answer.state.votes.filter((cast) => cast.choice === 'approve').length)
  const refusal = answer.outcome === 'refused' ? answer.refusal : 'already decided'
  const now = (await approvalById(db, account.id, approval.id)) ?? approval
  return refused(job, refusalSentence(refusal, now, jobName(job)), refusal)
}

async function requestOf({ job, approval }: Ask, { db, account }: CommandContext): Promise<Approval | undefined> {
  if (approval !== undefined) return approvalById(db, account.id, approval)
  const [newest] = await approvalsOfJob(db, account.id, job.id)
  return newest
}

function taken(choice: 'approve' | 'deny', job: Job, { quorum }: Approval, yes: number): Outcome {
  const name = jobName(job)
  if (choice === 'deny')
    return { card: notice('info', `${name} denied`, `You denied ${name}. Nothing is restored, and ${job.requesterName} is told.`) }
  const sentence =
    yes >= quorum
      ? `You approved ${name}. It starts now.`
      : `You approved ${name}: ${yes} of ${quorum}. It starts when the others have approved too.`
  return { card: notice('ok', `${name} approved`, sentence, { actions: [button('Follow it', run('job show', { job: job.id }, job.id))] }) }
}

function refused(job: Job, sentence: string, why: string): Outcome {
  return {
    card: notice('warn', `${jobName(job)}: your vote was not taken`, sentence, {
      actions: [button('Show it', run('job show', { job: job.id }, job.id))],
    }),
    refused: why,
  }
}
