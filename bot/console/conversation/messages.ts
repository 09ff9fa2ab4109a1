/** The rows of `chat_message` that make up a person's conversation in the console. Its id is the person's id. */
import type { Sql } from '../../../db/client.ts'
import type { Card } from '../../cards/model.ts'
import type { Subject } from '../../gateway/gateway.ts'

export type Conversation = { readonly accountId: string; readonly personId: string }

export type StoredMessage = {
  readonly id: string
  readonly direction: 'in' | 'out'
  readonly text: string | null
  readonly card: Card | null
  readonly subjectType: string | null
  readonly subjectId: string | null
  readonly createdAt: Date
  readonly updatedAt: Date
}

const columns = `id, direction, text, card, subject_type as "subjectType", subject_id as "subjectId", created_at as "createdAt", updated_at as "updatedAt"`
const here = `account_id = $1 and platform = 'console' and conversation_id = $2`
/** What an activity has asked for and the outbox has not rendered yet has no card to show. */
const visible = `(direction = 'in' or card is not null)`

/** Keeps what a person typed. A repeat with the same id changes nothing. */
export async function addTyped(
  db: Sql,
  { accountId, personId }: Conversation,
  message: { id: string; text: string; at: Date },
): Promise<void> {
  await db.query(
    `insert into chat_message (id, account_id, platform, team_id, conversation_id, message_id, person_id, direction, text,
       desired_version, rendered_version, created_at, updated_at)
     values ($3, $1, 'console', '', $2, $3, $2, 'in', $4, 1, 1, $5, $5) on conflict (id) do nothing`,
    [accountId, personId, message.id, message.text, message.at],
  )
}

export type NewCard = { readonly id: string; readonly card: Card; readonly subject?: Subject | undefined; readonly at: Date }

/**
 * Keeps a card that was given as an answer. One with a subject is asked to be rendered once more: its subject may have changed between
 * the rendering and this row, when nobody could know of the row yet.
 */
export async function addCard(db: Sql, { accountId, personId }: Conversation, { id, card, subject, at }: NewCard): Promise<void> {
  await db.query(
    `insert into chat_message (id, account_id, platform, team_id, conversation_id, message_id, person_id, direction, card, subject_type, subject_id,
       desired_version, rendered_version, created_at, updated_at)
     values ($3, $1, 'console', '', $2, $3, $2, 'out', $4, $5, $6, $7, 1, $8, $8) on conflict (id) do nothing`,
    [accountId, personId, id, JSON.stringify(card), subject?.type ?? null, subject?.id ?? null, subject ? 2 : 1, at],
  )
}

/** Puts a card in the place of another. False when there is no such message in this conversation. */
export async function replaceCard(db: Sql, { accountId, personId }: Conversation, { id, card, subject, at }: NewCard): Promise<boolean> {
  const rows = await db.query(
    `update chat_message set card = $4, subject_type = $5, subject_id = $6, updated_at = $7, rendered_hash = null,
       desired_version = case when $5::text is null then rendered_version else desired_version + 1 end
     where ${here} and id = $3 and direction = 'out' returning id`,
    [accountId, personId, id, JSON.stringify(card), subject?.type ?? null, subject?.id ?? null, at],
  )
  return rows.length > 0
}

export function messagesById(db: Sql, { accountId, personId }: Conversation, ids: readonly string[]): Promise<StoredMessage[]> {
  return db.query<StoredMessage>(
    `select ${columns} from chat_message where ${here} and ${visible} and id = any($3) order by created_at, id`,
    [accountId, personId, ids],
  )
}

/** A page of the conversation in the order of time, ending before `before`: the newest `limit` when that is not given. */
export async function messagesBefore(
  db: Sql,
  { accountId, personId }: Conversation,
  { before, limit }: { readonly before?: { readonly at: Date; readonly id: string } | undefined; readonly limit: number },
): Promise<StoredMessage[]> {
  const rows = await db.query<StoredMessage>(
    `select ${columns} from chat_message where ${here} and ${visible}
       and ($3::timestamptz is null or (created_at, id) < ($3, $4))
     order by created_at desc, id desc limit $5`,
    [accountId, personId, before?.at ?? null, before?.id ?? null, limit],
  )
  return rows.reverse()
}

/** What is new or different since a moment, in the order of the change: a page, after the last message of the one before. */
export function messagesChangedSince(
  db: Sql,
  { accountId, personId }: Conversation,
  { since, after, limit }: { readonly since: Date; readonly after?: StoredMessage | undefined; readonly limit: number },
): Promise<StoredMessage[]> {
  return db.query<StoredMessage>(
    `select ${columns} from chat_message where ${here} and ${visible}
       and (updated_at, id) > ($3, $4) order by updated_at, id limit $5`,
    [accountId, personId, after?.updatedAt ?? since, after?.id ?? '', limit],
  )
}
