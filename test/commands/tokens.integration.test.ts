import { expect, test } from 'vitest'
import { button, run } from '../../bot/cards/buttons.ts'
import { notice } from '../../bot/cards/notice.ts'
import { issueTokens } from '../../bot/cards/tokens.ts'
import { cardAction } from '../../db/card-actions.ts'
import { at, makeWorld, openTestDatabase, times } from '../db/world.ts'
import { tokenOf } from './desk.ts'

const db = await openTestDatabase({ max: 10 })

const draft = (job: string) =>
  notice('info', 'Job', 'A job.', {
    actions: [button('Cancel', run('job cancel', { job }, job)), button('Show', run('job show', { job }, job))],
  })
const tokens = async (accountId: string, job: string, now = at(0)) => {
  const card = await issueTokens(db, accountId, draft(job), now)
  return [tokenOf(card, 'Cancel'), tokenOf(card, 'Show')] as const
}

test('R3 a token stands for one intent on one subject', async () => {
  const { accountId } = await makeWorld(db)
  const [cancel] = await tokens(accountId, 'job_1')
  expect(await cardAction(db, accountId, cancel)).toMatchObject({ intent: 'job cancel', subjectId: 'job_1', payload: { job: 'job_1' } })
  const all = new Set([
    ...(await tokens(accountId, 'job_1')),
    ...(await tokens(accountId, 'job_2')),
    ...(await tokens((await makeWorld(db)).accountId, 'job_1')),
  ])
  expect(all.size).toBe(6)
})

test('a token says nothing of what it stands for', async () => {
  const { accountId } = await makeWorld(db)
  for (const token of await tokens(accountId, 'job_1')) expect(token).toMatch(/^[\w-]{25}$/)
})

test('a card that is rendered again, by many at once too, keeps its tokens and leaves two rows', async () => {
  const { accountId } = await makeWorld(db)
  const rendered = await times(30, (minute) => tokens(accountId, 'job_1', at(minute)))
  expect(new Set(rendered.flat()).size).toBe(2)
  expect(await db.query('select 1 from card_action where account_id = $1', [accountId])).toHaveLength(2)
})

test('a token lives for at least thirty days after its card was shown', async () => {
  const { accountId } = await makeWorld(db)
  for (const day of [0, 7, 14, 15, 40]) {
    const now = at(day * 24 * 60)
    const [cancel] = await tokens(accountId, 'job_1', now)
    const action = await cardAction(db, accountId, cancel)
    expect((action?.expiresAt?.getTime() ?? 0) - now.getTime()).toBeGreaterThanOrEqual(30 * 86_400_000)
  }
})
