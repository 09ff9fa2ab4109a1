import { expect, test } from 'vitest'
import { claimInbound, forgetInbound, releaseInbound, saveInboundResult } from '../../db/inbound.ts'
import { at, makeWorld, openTestDatabase, times } from './world.ts'

const db = await openTestDatabase({ max: 10 })
const leaseMs = 60_000

const claim = (accountId: string, minute: number, key = 'evt-1') => claimInbound(db, accountId, key, { leaseMs, now: at(minute) })

test('R18 of fifty deliveries of one event one is the first', async () => {
  const { accountId } = await makeWorld(db)
  const claims = await times(50, () => claim(accountId, 1))
  expect(claims.filter(({ outcome }) => outcome === 'first')).toHaveLength(1)
  expect(claims.filter(({ outcome }) => outcome === 'busy')).toHaveLength(49)
})

test.each([{ answer: { text: 'done' } }, { answer: [] }, { answer: null }])('R18 a repeat gets the answer $answer', async ({ answer }) => {
  const { accountId } = await makeWorld(db)
  await claim(accountId, 1)
  await saveInboundResult(db, accountId, 'evt-1', answer)
  await saveInboundResult(db, accountId, 'evt-1', 'another')
  expect(await claim(accountId, 500)).toEqual({ outcome: 'repeat', result: answer })
})

test('an event whose worker has died is given to one other when the lease has ended', async () => {
  const { accountId } = await makeWorld(db)
  await claim(accountId, 1)
  const claims = await times(20, () => claim(accountId, 2))
  expect(claims.filter(({ outcome }) => outcome === 'first')).toHaveLength(1)
})

test('an event that is given back can be taken at once, but not when it has its answer', async () => {
  const { accountId } = await makeWorld(db)
  await claim(accountId, 1)
  await releaseInbound(db, accountId, 'evt-1')
  expect(await claim(accountId, 1)).toEqual({ outcome: 'first' })
  await saveInboundResult(db, accountId, 'evt-1', 7)
  await releaseInbound(db, accountId, 'evt-1')
  expect(await claim(accountId, 1)).toEqual({ outcome: 'repeat', result: 7 })
})

test('the same key in two accounts is two events', async () => {
  const [one, other] = [await makeWorld(db), await makeWorld(db)]
  expect(await claim(one.accountId, 1)).toEqual({ outcome: 'first' })
  expect(await claim(other.accountId, 1)).toEqual({ outcome: 'first' })
})

test('events are forgotten when they are old enough', async () => {
  const { accountId } = await makeWorld(db)
  await claim(accountId, 1)
  await claim(accountId, 2, 'evt-2')
  await forgetInbound(db, accountId, at(2))
  expect(await claim(accountId, 2)).toEqual({ outcome: 'first' })
  expect(await claim(accountId, 2, 'evt-2')).toEqual({ outcome: 'busy' })
})
