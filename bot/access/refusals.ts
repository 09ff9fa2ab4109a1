import type { Approval } from '../../db/approvals.ts'
import type { Refusal } from '../../workflows/contract/approval.ts'

/** Why a vote was not taken, in words, with who decided and when if somebody did (P6, R4, R5). */
export function refusalSentence(refusal: Refusal, approval: Pick<Approval, 'status' | 'votes' | 'decidedAt'>, jobName: string): string {
  switch (refusal) {
    case 'already decided':
      return `${jobName} ${decidedHow(approval)}. Nothing is left to decide.`
    case 'plan changed':
      return `The plan of ${jobName} has changed since this card was shown, so the vote was not taken. Look at the new plan and decide on that.`
    case 'not an approver':
      return `You are not among those who were asked about ${jobName}. If that is wrong, ask an admin for the role approver; it counts from the next request on.`
    case 'own request':
      return `You asked for ${jobName} yourself. Another person has to decide, whichever chat you use.`
    case 'already voted':
      return `You have voted on ${jobName} already, and the first vote counts.`
  }
}

function decidedHow({ status, votes, decidedAt }: Pick<Approval, 'status' | 'votes' | 'decidedAt'>): string {
  const at = decidedAt ? ` at ${decidedAt.toISOString().slice(0, 16).replace('T', ' ')} UTC` : ''
  const by = votes
    .filter(({ choice }) => (status === 'denied') === (choice === 'deny'))
    .map(({ displayName }) => displayName)
    .join(' and ')
  switch (status) {
    case 'approved':
      return `was approved already${by ? ` by ${by}` : ''}${at}`
    case 'denied':
      return `was denied already${by ? ` by ${by}` : ''}${at}`
    case 'expired':
      return `has expired${at}: nobody decided in time`
    case 'canceled':
      return `is off: it was canceled, or a newer plan took its place${at}`
    case 'pending':
      return 'has been decided just now'
  }
}
