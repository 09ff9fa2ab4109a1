import { expect } from 'vitest'
import { accountById } from '../../../db/accounts.ts'
import { listActivity, recordActivity } from '../../../db/activity.ts'
import { listAudit, recordAudit } from '../../../db/audit.ts'
import { addCardActions, cardAction, forgetCardActions } from '../../../db/card-actions.ts'
import { identitiesOf, linkIdentity, unlinkIdentity } from '../../../db/chat-identities.ts'
import { addCard, addTyped, changedSince, messageById, replaceCard, transcript } from '../../../db/chat-messages.ts'
import { bumpSubject, claimStaleMessages, markDead, placesOf, requestMessage, saveRendering } from '../../../db/chat-outbox.ts'
import { addConsent, useConsent } from '../../../db/consents.ts'
import { claimInbound, forgetInbound, releaseInbound, saveInboundResult } from '../../../db/inbound.ts'
import { ensurePerson, listPeople, peopleWithRole, personByHandle, personById, setRoles } from '../../../db/people.ts'
import { addSignInLink, openSession, revokeSession, revokeSessionsOf } from '../../../db/sessions.ts'
import { at, person } from '../world.ts'
import type { Case } from './cases.ts'

const now = at(50)
const other = Buffer.from('another secret')

export const peopleCases: Readonly<Record<string, Case>> = {
  'accounts.accountById': {
    ask: (db, accountId) => accountById(db, accountId),
    told: { value: expect.objectContaining({ name: 'Stranger' }), because: 'it is the account that asks' },
  },
  'activity.listActivity': (db, accountId) => listActivity(db, accountId, { limit: 9 }),
  'activity.recordActivity': (db, accountId, w) =>
    recordActivity(db, accountId, { activity: 'Backup', status: 'Failed', actorId: w.ada, now }),
  'audit.listAudit': (db, accountId, w) => listAudit(db, accountId, { actorId: w.ada, limit: 9 }),
  'audit.recordAudit': (db, accountId, w) =>
    recordAudit(db, accountId, {
      at: now,
      actorId: w.ada,
      surface: 'console',
      verb: 'x',
      target: null,
      arguments: {},
      decision: 'denied',
      outcome: 'x',
      latencyMs: 1,
    }),
  'card-actions.addCardActions': {
    ask: (db, accountId, w) => addCardActions(db, accountId, [{ token: w.token, intent: 'deny', payload: {} }], now),
    fresh: { token: 'fresh' },
  },
  'card-actions.cardAction': (db, accountId, w) => cardAction(db, accountId, w.token),
  'card-actions.forgetCardActions': (db, accountId) => forgetCardActions(db, accountId, now),
  'chat-identities.identitiesOf': (db, accountId, w) => identitiesOf(db, accountId, w.ada),
  'chat-identities.linkIdentity': (db, accountId, w) => linkIdentity(db, accountId, w.identity, w.ada, now),
  'chat-identities.unlinkIdentity': (db, accountId, w) => unlinkIdentity(db, accountId, w.identity),
  'chat-messages.addCard': {
    ask: (db, accountId, w) => addCard(db, accountId, { ...w.conversation, id: w.messageId, card: {}, subject: w.subject, now }),
    fresh: { messageId: 'fresh' },
  },
  'chat-messages.addTyped': {
    ask: (db, accountId, w) => addTyped(db, accountId, { ...w.conversation, id: w.typedId, personId: w.ada, text: 'x', now }),
    fresh: { typedId: 'fresh' },
  },
  'chat-messages.changedSince': (db, accountId, w) => changedSince(db, accountId, w.conversation, at(0), 9),
  'chat-messages.messageById': (db, accountId, w) => messageById(db, accountId, w.messageId),
  'chat-messages.replaceCard': (db, accountId, w) => replaceCard(db, accountId, { id: w.messageId, card: {}, now }),
  'chat-messages.transcript': (db, accountId, w) => transcript(db, accountId, w.conversation, { limit: 9 }),
  'chat-outbox.bumpSubject': (db, accountId, w) => bumpSubject(db, accountId, w.subject),
  'chat-outbox.claimStaleMessages': (db, accountId) => claimStaleMessages(db, accountId, { limit: 9, leaseMs: 1, now }),
  'chat-outbox.markDead': (db, accountId, w) => markDead(db, accountId, w.messageId, now),
  'chat-outbox.placesOf': (db, accountId, w) => placesOf(db, accountId, w.subject),
  'chat-outbox.requestMessage': {
    ask: (db, accountId, w) => requestMessage(db, accountId, { ...w.conversation, id: w.messageId, subject: w.subject, now }),
    fresh: { messageId: 'fresh' },
  },
  'chat-outbox.saveRendering': (db, accountId, w) =>
    saveRendering(db, accountId, { id: w.messageId, version: 9, card: {}, hash: 'x', now }),
  'consents.addConsent': {
    ask: (db, accountId, w) =>
      addConsent(db, accountId, { stateHash: w.stateHash, personId: w.ada, taskName: 'x', codeVerifier: other, expiresAt: at(60) }),
    fresh: { stateHash: other },
  },
  'consents.useConsent': (db, accountId, w) => useConsent(db, accountId, w.stateHash, now),
  'inbound.claimInbound': {
    ask: (db, accountId, w) => claimInbound(db, accountId, w.answeredKey, { leaseMs: 60_000, now }),
    told: { value: { outcome: 'first' }, because: 'the same key is another event there' },
  },
  'inbound.forgetInbound': (db, accountId) => forgetInbound(db, accountId, now),
  'inbound.releaseInbound': (db, accountId, w) => releaseInbound(db, accountId, w.openKey),
  'inbound.saveInboundResult': (db, accountId, w) => saveInboundResult(db, accountId, w.openKey, 'x'),
  'people.ensurePerson': {
    ask: (db, accountId, w) => ensurePerson(db, accountId, { ...person('new', 'New'), id: w.ada }),
    fresh: { ada: 'fresh' },
  },
  'people.listPeople': (db, accountId) => listPeople(db, accountId),
  'people.peopleWithRole': (db, accountId) => peopleWithRole(db, accountId, 'admin'),
  'people.personByHandle': (db, accountId) => personByHandle(db, accountId, 'ada'),
  'people.personById': (db, accountId, w) => personById(db, accountId, w.ada),
  'people.setRoles': (db, accountId, w) => setRoles(db, accountId, w.ada, ['approver']),
  'sessions.addSignInLink': {
    ask: (db, accountId, w) => addSignInLink(db, accountId, { tokenHash: w.linkHash, personId: w.bo, expiresAt: at(60) }),
    fresh: { linkHash: other },
  },
  'sessions.openSession': {
    ask: (db, accountId, w) =>
      openSession(db, accountId, { tokenHash: w.sessionHash, personId: w.bo, csrfToken: 'x', expiresAt: at(60), now }),
    fresh: { sessionHash: other },
  },
  'sessions.revokeSession': (db, accountId, w) => revokeSession(db, accountId, w.sessionHash, now),
  'sessions.revokeSessionsOf': (db, accountId, w) => revokeSessionsOf(db, accountId, w.ada, now),
}
