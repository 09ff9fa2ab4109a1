import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { ApprovalRequest, ApprovalState, Vote } from '../../workflows/contract/approval.ts'
import { refuse, tally } from '../../workflows/policy/quorum.ts'

const request = (over: Partial<ApprovalRequest> = {}): ApprovalRequest => ({
  accountId: 'acme',
  approvalId: 'apr_1',
  requesterId: 'ana',
  planHash: 'h1',
  approverIds: ['ana', 'bo', 'cy'],
  quorum: 2,
  ttlMs: 86_400_000,
  ...over,
})
const vote = (personId: string, over: Partial<Vote> = {}): Vote => ({ personId, choice: 'approve', planHash: 'h1', ...over })
const pending: ApprovalState = { status: 'pending', votes: [] }

test('P6 the requester cannot approve, even when listed as an approver', () => {
  expect(refuse(request(), pending, vote('ana'))).toBe('own request')
})

test('P6 a vote for another plan than the one shown is refused', () => {
  expect(refuse(request(), pending, vote('bo', { planHash: 'h0' }))).toBe('plan changed')
})

test('P7 someone who is not an approver cannot vote', () => {
  expect(refuse(request(), pending, vote('eve'))).toBe('not an approver')
})

test('P6 one person has one vote', () => {
  const one = tally(request(), pending, vote('bo'))
  expect(refuse(request(), one, vote('bo'))).toBe('already voted')
})

test('P6 two approvals decide at a quorum of two, one denial decides alone', () => {
  const one = tally(request(), pending, vote('bo'))
  expect(one.status).toBe('pending')
  expect(tally(request(), one, vote('cy')).status).toBe('approved')
  expect(tally(request(), one, vote('cy', { choice: 'deny' })).status).toBe('denied')
})

test('P6 whatever is clicked in whatever order, the first decision is final and counts each person once', () => {
  const click = fc.record({
    personId: fc.constantFrom('ana', 'bo', 'cy', 'eve'),
    choice: fc.constantFrom('approve' as const, 'deny' as const),
    planHash: fc.constantFrom('h1', 'h1', 'h0'),
  })
  fc.assert(
    fc.property(fc.array(click, { maxLength: 30 }), fc.integer({ min: 1, max: 2 }), (clicks, quorum) => {
      const asked = request({ quorum })
      let state = pending
      for (const next of clicks) {
        const decided = state.status !== 'pending'
        if (refuse(asked, state, next)) continue
        expect(decided).toBe(false)
        state = tally(asked, state, next)
      }
      const approvals = state.votes.filter(({ choice }) => choice === 'approve').length
      expect(new Set(state.votes.map(({ personId }) => personId)).size).toBe(state.votes.length)
      expect(state.votes.some(({ personId }) => personId === 'ana' || personId === 'eve')).toBe(false)
      expect(state.status === 'approved').toBe(approvals === quorum && !state.votes.some(({ choice }) => choice === 'deny'))
    }),
  )
})
