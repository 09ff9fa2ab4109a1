import type { Approval } from '../../db/approvals.ts'
import { button, run } from './buttons.ts'
import { type JobView, jobSentence, jobState } from './job.ts'
import type { ActionOf, CardDraft, Meant } from './model.ts'
import { jobFields, jobName, planNodes, planOf, whatInWords, whereInWords } from './plan.ts'
import { plural, time, utc } from './values.ts'
import { approvalTone, votesNode } from './votes.ts'

export type ApprovalView = JobView & {
  readonly approval: Approval
  readonly viewer: { readonly id: string } | undefined
}

const titles: Readonly<Record<Approval['status'], string>> = {
  pending: 'Please decide',
  approved: 'Approved',
  denied: 'Denied',
  expired: 'Expired',
  canceled: 'Canceled',
}

/** A request with all its evidence, for those who decide. Decided, it keeps the names, times and comments and loses its buttons (R2). */
export function approvalCard(view: ApprovalView): CardDraft {
  const { approval, job } = view
  const plan = planOf(job)
  const outdated = approval.status === 'pending' && view.approvals[0] !== undefined && view.approvals[0].id !== approval.id
  const sentence = outdated ? outdatedSentence(view) : sentenceOf(view)
  return {
    kind: 'approval',
    title: `${outdated ? 'Replaced by a newer plan' : titles[approval.status]}: restore ${jobName(job)} · ${job.driveName}`,
    tone: approvalTone(approval.status),
    summaryText: sentence,
    nodes: [
      { type: 'text', text: sentence },
      jobFields(view),
      // The plan on the job may be a newer one than this request is about: then its figures are not what was decided here.
      ...(plan && job.planHash === approval.planHash ? planNodes(plan, approval.planHash) : []),
      votesNode(approval),
      ...(approval.status === 'approved' ? [{ type: 'text', text: jobSentence(view), look: 'quiet' } as const] : []),
    ],
    actions: approval.status === 'pending' && !outdated ? decisions(view) : [button('Details', run('job show', { job: job.id }, job.id))],
    footer: ['Asked for by ', { type: 'person', personId: job.requestedBy, name: job.requesterName }, ' ', time(approval.createdAt)],
  }
}

const outdatedSentence = ({ job }: ApprovalView): string =>
  `The plan of ${jobName(job)} has changed, so this request is off: a newer one is to be decided instead.`

function sentenceOf(view: ApprovalView): string {
  const { approval, job } = view
  const what = `${whatInWords(view)} from the archive of ${job.driveName} to ${whereInWords(job)}`
  const yes = approval.votes.filter(({ choice }) => choice === 'approve').map(({ displayName }) => displayName)
  switch (approval.status) {
    case 'pending':
      return `${job.requesterName} asks to restore ${what}: ${yes.length} of ${plural(approval.quorum, 'approval')} so far, open until ${utc(approval.expiresAt)}.`
    case 'approved':
      return `${yes.join(' and ') || 'The approvers'} approved restoring ${what}. ${jobState(view) === 'running' ? 'It is running.' : ''}`.trim()
    case 'denied': {
      const no = approval.votes.find(({ choice }) => choice === 'deny')
      return `${no?.displayName ?? 'An approver'} denied restoring ${what}${no?.comment ? `: “${no.comment}”` : ''}. Nothing was restored.`
    }
    case 'expired':
      return `Nobody decided in time on restoring ${what}. Nothing was restored.`
    case 'canceled':
      return `The request to restore ${what} is off: it was canceled, or its plan was replaced by a newer one. Nothing was restored by it.`
  }
}

function decisions(view: ApprovalView): ActionOf<Meant>[] {
  const { approval, job, viewer } = view
  const subject = { job: job.id, approval: approval.id, plan: approval.planHash }
  const details = button('Details', run('job show', { job: job.id }, job.id))
  if (viewer && (viewer.id === approval.requesterId || !approval.approverIds.includes(viewer.id))) return [details]
  return [
    button('Approve', run('approve', subject, approval.id), {
      style: 'primary',
      a11yLabel: `Approve restore ${jobName(job)}`,
      dialog: {
        title: `Approve ${jobName(job)}?`,
        text: `${job.requesterName} will restore ${whatInWords(view)} to ${whereInWords(job)}. It starts at once.`,
        fields: [{ type: 'text', name: 'comment', label: 'Comment (optional)', multiline: true, maxLength: 500 }],
        submitLabel: 'Approve',
      },
    }),
    button('Deny', run('deny', subject, approval.id), {
      style: 'danger',
      a11yLabel: `Deny restore ${jobName(job)}`,
      dialog: {
        title: `Deny ${jobName(job)}?`,
        text: 'One denial decides. The requester is told, with your reason.',
        fields: [{ type: 'text', name: 'comment', label: 'Reason', multiline: true, required: true, maxLength: 500 }],
        submitLabel: 'Deny',
      },
    }),
    details,
  ]
}
