import type { Approval } from '../../db/approvals.ts'
import type { Meant, NodeOf, Text, Tone } from './model.ts'
import { person, time } from './values.ts'

const words: Readonly<Record<Approval['status'], { readonly text: string; readonly tone: Tone }>> = {
  pending: { text: 'PENDING', tone: 'warn' },
  approved: { text: 'APPROVED', tone: 'ok' },
  denied: { text: 'DENIED', tone: 'fail' },
  expired: { text: 'EXPIRED', tone: 'warn' },
  canceled: { text: 'CANCELED', tone: 'warn' },
}

export const approvalTone = (status: Approval['status']): Tone => words[status].tone

/** Where a decision stands, and who said what when (R5): it stays on the card for good. */
export function votesNode(approval: Approval): NodeOf<Meant> {
  const yes = approval.votes.filter(({ choice }) => choice === 'approve').length
  const { text, tone } = words[approval.status]
  const until: Text =
    approval.status === 'pending' ? [' · expires ', time(approval.expiresAt)] : approval.decidedAt ? [' · ', time(approval.decidedAt)] : []
  return {
    type: 'section',
    title: 'Decision',
    open: true,
    nodes: [
      { type: 'text', text: [{ type: 'status', tone, text }, ` ${yes} of ${approval.quorum}`, ...(Array.isArray(until) ? until : [])] },
      ...(approval.votes.length > 0
        ? [
            {
              type: 'list',
              items: approval.votes.map(
                (vote): Text => [
                  person({ id: vote.personId, displayName: vote.displayName }),
                  vote.choice === 'approve' ? ' approved ' : ' denied ',
                  time(vote.votedAt),
                  vote.comment ? `: “${vote.comment}”` : '',
                ],
              ),
            } as const,
          ]
        : []),
    ],
  }
}
