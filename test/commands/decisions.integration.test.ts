import { expect, test } from 'vitest'
import { renderSubject } from '../../bot/cards/subjects.ts'
import { DurableUnavailable } from '../../bot/gateway/durable.ts'
import { createApproval } from '../../db/approvals.ts'
import { listAudit } from '../../db/audit.ts'
import { setJobPhase } from '../../db/job-progress.ts'
import { at, id, makeJob, openTestDatabase } from '../db/world.ts'
import { addSnapshots, buttonsOf, type Desk, makeDesk, tokenOf } from './desk.ts'

const db = await openTestDatabase({ max: 10 })

async function asked(): Promise<Desk & { approvalId: string; jobId: string; number: number }> {
  const desk = await makeDesk(db)
  await addSnapshots(desk, desk.driveId, 1, [{ id: 'file-1', name: 'Q3 plan' }])
  const job = await makeJob(db, desk)
  await setJobPhase(db, desk.accountId, job.id, 'approval', at(11))
  const approvalId = id('apr')
  await createApproval(db, desk.accountId, {
    id: approvalId,
    jobId: job.id,
    requesterId: desk.ada,
    approverIds: [desk.bo],
    quorum: 1,
    planHash: 'h1',
    expiresAt: at(600),
    now: at(12),
  })
  return { ...desk, approvalId, jobId: job.id, number: job.number }
}

const card = async (desk: Desk & { approvalId: string }, viewer: string) => {
  const found = await renderSubject(desk, desk.accountId, { type: 'approval', id: desk.approvalId }, { id: viewer })
  if (!found) throw new Error('The approval has no card.')
  return found
}

test('P6 a click of Approve votes for the plan that the card shows, as the person who clicked, once per event', async () => {
  const desk = await asked()
  desk.durable.answers.vote = {
    outcome: 'taken',
    state: { status: 'approved', votes: [{ personId: desk.bo, choice: 'approve', planHash: 'h1' }] },
  }
  const token = tokenOf(await card(desk, desk.bo), 'Approve')
  const replies = await Promise.all([1, 2, 3].map(() => desk.press(desk.bo, token, { comment: 'fine' }, 'click-1')))
  expect(new Set(replies.map((reply) => reply.card.summaryText))).toEqual(new Set([`You approved R-${desk.number}. It starts now.`]))
  expect(desk.durable.asked).toEqual([`vote ${desk.approvalId} ${desk.bo} approve h1 fine ${desk.bo}:click-1`])
})

test('P6 the requester has no Approve button, and typing it is refused for want of the permission', async () => {
  const desk = await asked()
  expect(buttonsOf(await card(desk, desk.ada)).map(({ label }) => label)).toEqual(['Details'])
  const reply = await desk.say(desk.ada, `approve R-${desk.number}`)
  expect(reply.card.summaryText).toContain('approvals:decide')
  expect(desk.durable.asked).toEqual([])
})

const refusals = [
  ['already decided', 'Nothing is left to decide'],
  ['plan changed', 'The plan of R-1001 has changed'],
  ['not an approver', 'You are not among those who were asked'],
  ['own request', 'Another person has to decide'],
  ['already voted', 'the first vote counts'],
] as const

test.each(refusals)(
  'R4 a vote that is refused because of “%s” is answered in words and written to the audit log',
  async (refusal, words) => {
    const desk = await asked()
    desk.durable.answers.vote = { outcome: 'refused', refusal }
    const reply = await desk.say(desk.bo, `approve R-${desk.number}`)
    expect(reply.card.summaryText).toContain(words)
    expect(await listAudit(db, desk.accountId, { limit: 1 })).toMatchObject([
      { actorId: desk.bo, verb: 'approve', decision: 'refused', outcome: refusal, surface: 'test' },
    ])
  },
)

test('a denial without a reason is not sent, and one with a reason is', async () => {
  const desk = await asked()
  expect((await desk.say(desk.bo, `deny R-${desk.number}`)).card.summaryText).toContain('Say why')
  expect(desk.durable.asked).toEqual([])
  desk.durable.answers.vote = { outcome: 'taken', state: { status: 'denied', votes: [] } }
  await desk.say(desk.bo, `deny R-${desk.number} --reason "wrong folder"`, 'key-2')
  expect(desk.durable.asked).toEqual([`vote ${desk.approvalId} ${desk.bo} deny h1 wrong folder ${desk.bo}:key-2`])
})

test('R3 the button of another account’s card is unknown here', async () => {
  const [mine, other] = [await asked(), await asked()]
  const token = tokenOf(await card(other, other.bo), 'Approve')
  const reply = await mine.press(mine.bo, token)
  expect(reply.card.summaryText).toContain('This button is not known here')
  expect(mine.durable.asked).toEqual([])
})

test('R4 an old button, and one that never was, get an answer and do nothing', async () => {
  const desk = await asked()
  const token = tokenOf(await card(desk, desk.bo), 'Approve')
  desk.clock.advance(80 * 86_400_000)
  expect((await desk.press(desk.bo, token)).card.summaryText).toContain('too old')
  expect((await desk.press(desk.bo, 'nonsense')).card.summaryText).toContain('not known here')
  expect(desk.durable.asked).toEqual([])
})

test('R1 when Temporal is away a click says so, nothing is stored, and pressing again works', async () => {
  const desk = await asked()
  const token = tokenOf(await card(desk, desk.bo), 'Approve')
  desk.durable.answers.fail = new DurableUnavailable('Temporal does not answer.')
  expect((await desk.press(desk.bo, token, {}, 'click')).card.summaryText).toBe('Temporal does not answer.')
  desk.durable.answers.fail = undefined
  desk.durable.answers.vote = { outcome: 'taken', state: { status: 'approved', votes: [] } }
  expect((await desk.press(desk.bo, token, {}, 'click')).card.tone).toBe('ok')
})
