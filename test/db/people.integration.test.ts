import { expect, test } from 'vitest'
import { accountById, ensureAccount, listAccounts } from '../../db/accounts.ts'
import { addCardActions, cardAction, forgetCardActions } from '../../db/card-actions.ts'
import { identitiesOf, linkIdentity, personBehind, unlinkIdentity } from '../../db/chat-identities.ts'
import { addConsent, consentByState, useConsent } from '../../db/consents.ts'
import { ensurePerson, listPeople, peopleWithRole, personByHandle, personById, setRoles } from '../../db/people.ts'
import {
  addSignInLink,
  holderOfSignInLink,
  openSession,
  revokeSession,
  revokeSessionsOf,
  sessionByToken,
  useSignInLink,
} from '../../db/sessions.ts'
import { at, id, makeWorld, openTestDatabase, person, times } from './world.ts'

const db = await openTestDatabase({ max: 10 })

const hash = () => Buffer.from(id('hash'))

test('an account and a person that are seeded again stay as they are', async () => {
  const { accountId, ada } = await makeWorld(db)
  expect(await ensureAccount(db, { id: accountId, name: 'Renamed', now: at(9) })).toMatchObject({ name: 'Practice', createdAt: at(0) })
  const again = await ensurePerson(db, accountId, { ...person('ada', 'Somebody Else', 'on-call'), email: 'new@practice.example' })
  expect(again).toMatchObject({ id: ada, displayName: 'Ada Admin', roles: ['admin'], timeZone: 'UTC' })
  expect(await accountById(db, 'acc_none')).toBeUndefined()
  expect((await listAccounts(db)).map((account) => account.id)).toContain(accountId)
})

test('people are found by id, by handle in any case and by role', async () => {
  const { accountId, ada, bo } = await makeWorld(db)
  expect(await personById(db, accountId, ada)).toMatchObject({ handle: 'ada' })
  expect((await personByHandle(db, accountId, 'BO'))?.id).toBe(bo)
  expect(await personByHandle(db, accountId, '_o')).toBeUndefined()
  expect((await listPeople(db, accountId)).map(({ handle }) => handle).sort()).toEqual(['ada', 'bo'])
  expect((await peopleWithRole(db, accountId, 'approver')).map((one) => one.id)).toEqual([bo])
  expect(await setRoles(db, accountId, ada, ['admin', 'approver'])).toMatchObject({ roles: ['admin', 'approver'] })
  expect(await peopleWithRole(db, accountId, 'approver')).toHaveLength(2)
})

test('a chat identity stands for one person, until it is unlinked', async () => {
  const { accountId, ada, bo } = await makeWorld(db)
  const identity = { platform: 'slack', teamId: id('T'), chatUserId: 'U1' } as const
  expect(await linkIdentity(db, accountId, identity, ada, at(1))).toBe(true)
  expect(await linkIdentity(db, accountId, identity, ada, at(2))).toBe(true)
  expect(await linkIdentity(db, accountId, identity, bo, at(3))).toBe(false)
  expect(await linkIdentity(db, accountId, { ...identity, chatUserId: 'U2' }, 'person_none', at(3))).toBe(false)
  expect(await personBehind(db, identity)).toEqual({ accountId, personId: ada })
  expect(await identitiesOf(db, accountId, ada)).toEqual([identity])
  expect(await unlinkIdentity(db, accountId, identity)).toBe(true)
  expect(await personBehind(db, identity)).toBeUndefined()
})

test('a sign-in link works once, for one of fifty who use it at once, and not after its time', async () => {
  const { accountId, ada } = await makeWorld(db)
  const [good, late] = [hash(), hash()]
  await addSignInLink(db, accountId, { tokenHash: good, personId: ada, expiresAt: at(10) })
  await addSignInLink(db, accountId, { tokenHash: late, personId: ada, expiresAt: at(10) })
  expect(await holderOfSignInLink(db, good, at(9))).toEqual({ accountId, personId: ada })
  const used = await times(50, () => useSignInLink(db, good, at(9)))
  expect(used.filter((holder) => holder !== undefined)).toEqual([{ accountId, personId: ada }])
  expect(await holderOfSignInLink(db, good, at(9))).toBeUndefined()
  expect(await holderOfSignInLink(db, late, at(10))).toBeUndefined()
  expect(await useSignInLink(db, late, at(10))).toBeUndefined()
  expect(await useSignInLink(db, hash(), at(1))).toBeUndefined()
})

test('a session lasts until it expires or is revoked, alone or with all others of the person', async () => {
  const { accountId, ada } = await makeWorld(db)
  const tokens = [hash(), hash(), hash()] as const
  for (const tokenHash of tokens)
    await openSession(db, accountId, { tokenHash, personId: ada, csrfToken: 'csrf', expiresAt: at(30), now: at(1) })
  const open = async (minute: number) => (await Promise.all(tokens.map((token) => sessionByToken(db, token, at(minute))))).map(Boolean)
  expect(await sessionByToken(db, tokens[0], at(29))).toEqual({
    accountId,
    personId: ada,
    csrfToken: 'csrf',
    createdAt: at(1),
    expiresAt: at(30),
  })
  expect(await open(30)).toEqual([false, false, false])
  expect(await revokeSession(db, accountId, tokens[0], at(2))).toBe(true)
  expect(await revokeSession(db, accountId, tokens[0], at(2))).toBe(false)
  expect(await open(3)).toEqual([false, true, true])
  expect(await revokeSessionsOf(db, accountId, ada, at(4))).toBe(2)
  expect(await open(5)).toEqual([false, false, false])
})

test('a consent is used once, by one of fifty at once, before it expires, and can still be read after that', async () => {
  const { accountId, ada, taskId } = await makeWorld(db)
  const [stateHash, late] = [hash(), hash()]
  const consent = { personId: ada, taskId, taskName: 'Everything', codeVerifier: Buffer.from('sealed'), expiresAt: at(10) }
  await addConsent(db, accountId, { ...consent, stateHash })
  await addConsent(db, accountId, { ...consent, stateHash: late })
  const used = (await times(50, () => useConsent(db, accountId, stateHash, at(9)))).filter((one) => one !== undefined)
  expect(used).toHaveLength(1)
  expect(used[0]).toMatchObject({ accountId, personId: ada, taskId, taskName: 'Everything', usedAt: at(9) })
  expect(Buffer.from(used[0]?.codeVerifier ?? []).toString()).toBe('sealed')
  expect(await useConsent(db, accountId, late, at(10))).toBeUndefined()
  expect(await consentByState(db, stateHash)).toMatchObject({ usedAt: at(9) })
  expect(await consentByState(db, late)).toMatchObject({ usedAt: null, taskId })
})

test('a consent that is used in a transaction that fails is not used', async () => {
  const { accountId, ada } = await makeWorld(db)
  const stateHash = hash()
  await addConsent(db, accountId, { stateHash, personId: ada, taskName: 'New', codeVerifier: Buffer.from('s'), expiresAt: at(10) })
  const failing = db.transaction(async (tx) => {
    expect(await useConsent(tx, accountId, stateHash, at(1))).toMatchObject({ taskId: null })
    throw new Error('no')
  })
  await expect(failing).rejects.toThrow('no')
  expect(await useConsent(db, accountId, stateHash, at(2))).toBeDefined()
})

test('a card action is found by its token with what it means, also when it has expired', async () => {
  const { accountId } = await makeWorld(db)
  const [stays, goes] = [id('act'), id('act')]
  await addCardActions(
    db,
    accountId,
    [
      { token: stays, intent: 'approve', subjectId: 'approval_1', payload: { planHash: 'h1' } },
      { token: goes, intent: 'page', payload: null, expiresAt: at(5) },
    ],
    at(1),
  )
  expect(await cardAction(db, accountId, stays)).toEqual({
    token: stays,
    intent: 'approve',
    subjectId: 'approval_1',
    payload: { planHash: 'h1' },
    createdAt: at(1),
    expiresAt: null,
  })
  expect(await cardAction(db, accountId, goes)).toMatchObject({ payload: null, expiresAt: at(5) })
  await forgetCardActions(db, accountId, at(6))
  expect(await cardAction(db, accountId, goes)).toBeUndefined()
  expect(await cardAction(db, accountId, stays)).toBeDefined()
})
