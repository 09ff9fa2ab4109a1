import { type ChatMessage, type Conversation, messageColumns, type NewMessage, type Subject } from './chat-messages.ts'
import type { Sql } from './client.ts'

/** The channel on which the bot hears that an account has messages to render; the payload is the account's id. */
export const chatChannel = 'backstop_chat'

/**
 * Asks for a message about a subject, to be rendered and put in its place by the bot. A repeat with the same id changes nothing.
 * The bot hears of it when the transaction commits.
 */
export async function requestMessage(
  db: Sql,
  accountId: string,
  message: Omit<NewMessage, 'messageId'> & { readonly subject: Subject },
): Promise<void> {
  const { id, platform, teamId, conversationId, personId, subject, now } = message
  await db.query(
    `with added as (
       insert into chat_message (account_id, id, platform, team_id, conversation_id, person_id, direction, subject_type, subject_id, created_at,
         updated_at)
       values ($1, $2, $3, $4, $5, $6, 'out', $7, $8, $9, $9) on conflict (id) do nothing returning account_id
     )
     select ${notify} from added`,
    [accountId, id, platform, teamId, conversationId, personId ?? null, subject.type, subject.id, now],
  )
}

/**
 * Asks for every message about a subject to be rendered again, because it has changed. The bot hears of it when the transaction commits.
 * @returns how many messages hang somewhere
 */
export async function bumpSubject(db: Sql, accountId: string, subject: Subject): Promise<number> {
  const [row] = await db.query<{ count: number }>(
    `with bumped as (
       update chat_message set desired_version = desired_version + 1
       where account_id = $1 and subject_type = $2 and subject_id = $3 and dead_at is null returning account_id
     ), told as (select ${notify} from (select distinct account_id from bumped) accounts)
     select (select count(*) from bumped)::float8 as count, (select count(*) from told) as told`,
    [accountId, subject.type, subject.id],
  )
  return row?.count ?? 0
}

/** `pg_notify` gives nothing, which a query inside a Prisma transaction cannot read; so it is made a text. */
const notify = `pg_notify('${chatChannel}', account_id)::text`

/** A message that this process is to render, and the version that it will then have. */
export type ClaimedMessage = ChatMessage & { readonly version: number; readonly renderedHash: string | null }

/**
 * Takes messages that are behind their subject, so that no other process renders them for the next `leaseMs`. The longest unchanged go first.
 * A process that dies with its messages gives them back when the lease ends.
 * The choice is made once, apart from the update: as a part of it PostgreSQL may run it again for every row, and then takes too many.
 */
export function claimStaleMessages(
  db: Sql,
  accountId: string,
  claim: { readonly limit: number; readonly leaseMs: number; readonly now: Date },
): Promise<ClaimedMessage[]> {
  return db.query<ClaimedMessage>(
    `with stale as materialized (
       select id from chat_message
       where account_id = $1 and desired_version > rendered_version and dead_at is null and (claimed_until is null or claimed_until <= $3)
       order by updated_at, id limit $4 for update skip locked
     )
     update chat_message set claimed_until = $2 where account_id = $1 and id in (select id from stale)
     returning ${messageColumns}, desired_version as version, rendered_hash as "renderedHash"`,
    [accountId, new Date(claim.now.getTime() + claim.leaseMs), claim.now, claim.limit],
  )
}

export type Rendering = {
  readonly id: string
  readonly version: number
  readonly card: unknown
  readonly hash: string
  /** The platform's own id, when it has been posted just now. */
  readonly messageId?: string | undefined
  readonly now: Date
}

/**
 * Keeps what a claimed message has become and gives it free. `updatedAt` moves only when the rendering is another one.
 * @returns false when a newer version has been rendered meanwhile; nothing is changed then
 */
export async function saveRendering(db: Sql, accountId: string, rendering: Rendering): Promise<boolean> {
  const rows = await db.query(
    `update chat_message set card = $4, rendered_hash = $5, rendered_version = $3, message_id = coalesce($6, message_id), claimed_until = null,
       updated_at = case when rendered_hash is distinct from $5 then $7 else updated_at end
     where account_id = $1 and id = $2 and rendered_version < $3 and dead_at is null returning id`,
    [
      accountId,
      rendering.id,
      rendering.version,
      JSON.stringify(rendering.card),
      rendering.hash,
      rendering.messageId ?? null,
      rendering.now,
    ],
  )
  return rows.length > 0
}

/** The message is gone from its place, or can never be changed again there. It is not rendered any more. */
export async function markDead(db: Sql, accountId: string, id: string, now: Date): Promise<void> {
  await db.query('update chat_message set dead_at = $3, claimed_until = null where account_id = $1 and id = $2 and dead_at is null', [
    accountId,
    id,
    now,
  ])
}

/** Places where a subject is shown already, so that nobody is told twice. */
export function placesOf(db: Sql, accountId: string, subject: Subject): Promise<Conversation[]> {
  return db.query<Conversation>(
    `select distinct platform, team_id as "teamId", conversation_id as "conversationId" from chat_message
     where account_id = $1 and subject_type = $2 and subject_id = $3 and dead_at is null`,
    [accountId, subject.type, subject.id],
  )
}
