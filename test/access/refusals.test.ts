import { expect, test } from 'vitest'
import { refusalSentence } from '../../bot/access/refusals.ts'
import type { Approval } from '../../db/approvals.ts'

const at = new Date('2026-11-24T12:34:00Z')
const approval = (status: Approval['status'], choice: 'approve' | 'deny' = 'approve') => ({
  status,
  decidedAt: at,
  votes: [{ personId: 'bo', displayName: 'Bo Approver', choice, comment: null, votedAt: at }],
})

test.each([
  [approval('approved'), 'R-1 was approved already by Bo Approver at 2026-11-24 12:34 UTC. Nothing is left to decide.'],
  [approval('denied', 'deny'), 'R-1 was denied already by Bo Approver at 2026-11-24 12:34 UTC. Nothing is left to decide.'],
  [approval('expired'), 'R-1 has expired at 2026-11-24 12:34 UTC: nobody decided in time. Nothing is left to decide.'],
  [approval('canceled'), 'R-1 is off: it was canceled, or a newer plan took its place at 2026-11-24 12:34 UTC. Nothing is left to decide.'],
])('R5 a late click on what is decided is told how, by whom and when', (decided, sentence) => {
  expect(refusalSentence('already decided', decided, 'R-1')).toBe(sentence)
})

test.each(['plan changed', 'not an approver', 'own request', 'already voted'] as const)(
  'R4 “%s” is a sentence that names the job',
  (refusal) => {
    expect(refusalSentence(refusal, approval('pending'), 'R-1')).toMatch(/R-1.*\.$/)
  },
)
