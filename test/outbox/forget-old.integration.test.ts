import { afterAll, beforeAll, expect, test } from 'vitest'
import { forgetOld } from '../../bot/outbox/forget-old.ts'
import { ensureAccount } from '../../db/accounts.ts'
import { addCardActions, cardAction } from '../../db/card-actions.ts'
import { type Database, openDatabase } from '../../db/client.ts'
import { claimInbound, saveInboundResult } from '../../db/inbound.ts'
import { testDatabase } from '../support/servers/database.ts'

const now = new Date('2026-03-02T12:00:00Z')
const hours = (count: number) => new Date(now.getTime() + count * 3_600_000)
let db: Database
beforeAll(async () => {
  db = openDatabase((await testDatabase()).url)
  await ensureAccount(db, { id: 'acme', name: 'Acme', now })
})
afterAll(() => db.close())

test('expired tokens and the events of two days ago are forgotten, what can still be needed is not', async () => {
  const action = { intent: 'help', payload: {}, subjectId: undefined }
  await addCardActions(
    db,
    'acme',
    [
      { ...action, token: 'old', expiresAt: hours(-1) },
      { ...action, token: 'new', expiresAt: hours(1) },
    ],
    now,
  )
  for (const [key, at] of [
    ['old', hours(-48)],
    ['new', hours(-1)],
  ] as const) {
    await claimInbound(db, 'acme', key, { leaseMs: 1_000, now: at })
    await saveInboundResult(db, 'acme', key, { said: key })
  }

  await forgetOld(db, now)

  expect([await cardAction(db, 'acme', 'old'), (await cardAction(db, 'acme', 'new'))?.intent]).toEqual([undefined, 'help'])
  const kept = await db.query<{ key: string }>('select key from chat_inbound')
  expect(kept).toEqual([{ key: 'new' }])
})
