import type { Sql } from './client.ts'

/** A button or form that was shown: its token stands for exactly one intent on one subject. `payload` is opaque here. */
export type CardAction = {
  readonly token: string
  readonly intent: string
  readonly subjectId: string | null
  readonly payload: unknown
  readonly createdAt: Date
  readonly expiresAt: Date | null
}

export type NewCardAction = {
  readonly token: string
  readonly intent: string
  readonly subjectId?: string | undefined
  readonly payload: unknown
  readonly expiresAt?: Date | undefined
}

/** Keeps the actions of a card before it is shown. */
export async function addCardActions(db: Sql, accountId: string, actions: readonly NewCardAction[], now: Date): Promise<void> {
  if (actions.length === 0) return
  await db.query(
    `insert into card_action (account_id, token, intent, subject_id, payload, created_at, expires_at)
     select $1, token, intent, "subjectId", coalesce(payload, 'null'), $3, "expiresAt"
     from jsonb_to_recordset($2::jsonb) as x(token text, intent text, "subjectId" text, payload jsonb, "expiresAt" timestamptz)`,
    [accountId, JSON.stringify(actions), now],
  )
}

/** What a token stands for. An expired one is still found, so that the click can be answered in words. */
export async function cardAction(db: Sql, accountId: string, token: string): Promise<CardAction | undefined> {
  const [action] = await db.query<CardAction>(
    `select token, intent, subject_id as "subjectId", payload, created_at as "createdAt", expires_at as "expiresAt"
     from card_action where account_id = $1 and token = $2`,
    [accountId, token],
  )
  return action
}

/** Forgets actions that expired before a moment. */
export async function forgetCardActions(db: Sql, accountId: string, expiredBefore: Date): Promise<void> {
  await db.query('delete from card_action where account_id = $1 and expires_at < $2', [accountId, expiredBefore])
}
