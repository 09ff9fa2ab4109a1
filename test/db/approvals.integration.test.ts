import { expect, test } from 'vitest'
import { approvalById, approvalsOfJob, approvalsWaitingFor, createApproval, decideApproval, recordVote } from '../../db/approvals.ts'
import { ensurePerson } from '../../db/people.ts'
import { at, id, makeJob, makeWorld, openTestDatabase, person, times } from './world.ts'

const db = await openTestDatabase({ max: 10 })

async function pending(quorum = 1) {
  const world = await makeWorld(db)
  const cy = await ensurePerson(db, world.accountId, person('cy', 'Cy Oncall', 'on-call'))
  const job = await makeJob(db, world)
  const request = {
    id: id('approval'),
    jobId: job.id,
    requesterId: world.ada,
    approverIds: [world.ada, world.bo],
    quorum,
    planHash: 'h1',
    expiresAt: at(60),
    now: at(11),
  }
  const approval = await createApproval(db, world.accountId, request)
  if (!approval) throw new Error('The approval was not made.')
  return { ...world, cy: cy.id, approval, request }
}

const votes = (approval: { votes: readonly { personId: string; choice: string }[] } | undefined) =>
  approval?.votes.map(({ personId, choice }) => ({ personId, choice }))

test('a new approval is pending and has no votes, and asking for it again changes nothing', async () => {
  const { accountId, approval, request } = await pending()
  expect(approval).toMatchObject({ status: 'pending', votes: [], planHash: 'h1', createdAt: at(11), expiresAt: at(60), decidedAt: null })
  expect(await createApproval(db, accountId, { ...request, planHash: 'h2', quorum: 9 })).toEqual(approval)
})

test('P6 of fifty votes of one person at once one is written', async () => {
  const { accountId, approval, bo } = await pending()
  const written = await times(50, (index) =>
    recordVote(db, accountId, approval.id, { personId: bo, choice: index % 2 ? 'approve' : 'deny', now: at(12) }),
  )
  expect(written.filter(Boolean)).toHaveLength(1)
  expect((await approvalById(db, accountId, approval.id))?.votes).toHaveLength(1)
})

test('P6 the requester, and a person who was not asked, have no vote', async () => {
  const { accountId, approval, ada, cy } = await pending()
  expect(await recordVote(db, accountId, approval.id, { personId: ada, choice: 'approve', now: at(12) })).toBe(false)
  expect(await recordVote(db, accountId, approval.id, { personId: cy, choice: 'approve', now: at(12) })).toBe(false)
  expect(votes(await approvalById(db, accountId, approval.id))).toEqual([])
})

test('P6 the first decision is final, and no vote is taken after it', async () => {
  const { accountId, approval, bo } = await pending()
  const decisions = ['approved', 'denied', 'expired'] as const
  const answers = await times(30, (index) => decideApproval(db, accountId, approval.id, decisions[index % 3] ?? 'denied', at(20 + index)))
  expect(new Set(answers.map((answer) => `${answer?.status} ${answer?.decidedAt?.toISOString()}`)).size).toBe(1)
  expect(await recordVote(db, accountId, approval.id, { personId: bo, choice: 'approve', now: at(55) })).toBe(false)
})

test('votes are shown in their order with the names of those who cast them', async () => {
  const { accountId, approval, bo } = await pending(2)
  await recordVote(db, accountId, approval.id, { personId: bo, choice: 'approve', comment: 'go', now: at(13) })
  expect((await approvalById(db, accountId, approval.id))?.votes).toEqual([
    { personId: bo, displayName: 'Bo Approver', choice: 'approve', comment: 'go', votedAt: at(13) },
  ])
})

test('what waits for a person is pending, asked of them, not their own and not voted on', async () => {
  const { accountId, approval, ada, bo, cy, request } = await pending(2)
  const waiting = async (personId: string) => (await approvalsWaitingFor(db, accountId, personId)).map((waits) => waits.id)
  expect(await waiting(ada)).toEqual([])
  expect(await waiting(cy)).toEqual([])
  expect(await waiting(bo)).toEqual([approval.id])
  await recordVote(db, accountId, approval.id, { personId: bo, choice: 'approve', now: at(13) })
  expect(await waiting(bo)).toEqual([])
  const second = await createApproval(db, accountId, { ...request, id: id('approval'), planHash: 'h2', now: at(14) })
  expect(await waiting(bo)).toEqual([second?.id])
  await decideApproval(db, accountId, second?.id ?? '', 'canceled', at(15))
  expect(await waiting(bo)).toEqual([])
  expect((await approvalsOfJob(db, accountId, request.jobId)).map(({ planHash }) => planHash)).toEqual(['h2', 'h1'])
})
