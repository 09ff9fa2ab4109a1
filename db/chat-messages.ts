import type { Sql } from './client.ts'
import type { Platform } from './people.ts'

export type SubjectType = 'backup-run' | 'job' | 'approval' | 'task' | 'estimate'

/** What a message is about. It is rendered again whenever its subject changes (db/chat-outbox.ts). */
export type Subject = { readonly type: SubjectType; readonly id: string }

/** A place on a platform where messages hang. The console's conversations are named after their person. */
export type Conversation = { readonly platform: Platform; readonly teamId: string; readonly conversationId: string }

export type ChatMessage = Conversation & {
  readonly id: string
  /** The platform's own id, once it is posted. */
  readonly messageId: string | null
  /** Who wrote it, or for whom it was written. */
  readonly personId: string | null
  readonly direction: 'in' | 'out'
  readonly text: string | null
  /** The card as last rendered; null until the outbox has done it. */
  readonly card: unknown
  readonly subject: Subject | null
  readonly createdAt: Date
  readonly updatedAt: Date
}

export const messageColumns = `id, platform, team_id as "teamId", conversation_id as "conversationId", message_id as "messageId",
  person_id as "personId", direction, text, card, created_at as "createdAt", updated_at as "updatedAt",
  case when subject_type is not null then jsonb_build_object('type', subject_type, 'id', subject_id) end as subject`

const inConversation = 'account_id = $1 and platform = $2 and team_id = $3 and conversation_id = $4'
/** What the outbox has not rendered yet has nothing to show. */
const visible = `(direction = 'in' or card is not null)`

export type NewMessage = Conversation & {
  readonly id: string
  readonly messageId?: string | undefined
  readonly personId?: string | undefined
  readonly now: Date
}

/** Keeps what a person typed. A repeat with the same id changes nothing. */
export async function addTyped(db: Sql, accountId: string, message: NewMessage & { readonly text: string }): Promise<void> {
  await db.query(
    `insert into chat_message (account_id, id, platform, team_id, conversation_id, message_id, person_id, direction, text, rendered_version,
       created_at, updated_at)
     values ($1, $2, $3, $4, $5, $6, $7, 'in', $8, 1, $9, $9) on conflict (id) do nothing`,
    [...placed(accountId, message), message.text, message.now],
  )
}

/**
 * Keeps a card that is in its place already, as the answer to a command or click. One with a subject is rendered once more: the subject may
 * have changed between the rendering and this row, when nobody could know of the row yet. A repeat with the same id changes nothing.
 * @returns whether it was added
 */
export async function addCard(
  db: Sql,
  accountId: string,
  message: NewMessage & { readonly card: unknown; readonly subject?: Subject | undefined },
): Promise<boolean> {
  const added = await db.query(
    `insert into chat_message (account_id, id, platform, team_id, conversation_id, message_id, person_id, direction, card, subject_type,
       subject_id, desired_version, rendered_version, created_at, updated_at)
     values ($1, $2, $3, $4, $5, $6, $7, 'out', $8, $9, $10, $11, 1, $12, $12) on conflict (id) do nothing returning id`,
    [
      ...placed(accountId, message),
      JSON.stringify(message.card),
      message.subject?.type ?? null,
      message.subject?.id ?? null,
      message.subject ? 2 : 1,
      message.now,
    ],
  )
  return added.length > 0
}

/** Puts a card in the place of another. False when there is no such message of ours in this account. */
export async function replaceCard(
  db: Sql,
  accountId: string,
  message: { readonly id: string; readonly card: unknown; readonly subject?: Subject | undefined; readonly now: Date },
): Promise<boolean> {
  const rows = await db.query(
    `update chat_message set card = $3, subject_type = $4, subject_id = $5, rendered_hash = null, claimed_until = null, updated_at = $6,
       rendered_version = desired_version, desired_version = desired_version + case when $4::text is null then 0 else 1 end
     where account_id = $1 and id = $2 and direction = 'out' returning id`,
    [accountId, message.id, JSON.stringify(message.card), message.subject?.type ?? null, message.subject?.id ?? null, message.now],
  )
  return rows.length > 0
}

export async function messageById(db: Sql, accountId: string, id: string): Promise<ChatMessage | undefined> {
  const [message] = await db.query<ChatMessage>(`select ${messageColumns} from chat_message where account_id = $1 and id = $2`, [
    accountId,
    id,
  ])
  return message
}

/** A page of a conversation in the order of time: the last `limit` messages, or those before `before`. */
export async function transcript(
  db: Sql,
  accountId: string,
  conversation: Conversation,
  page: { readonly before?: Pick<ChatMessage, 'id' | 'createdAt'> | undefined; readonly limit: number },
): Promise<ChatMessage[]> {
  const { platform, teamId, conversationId } = conversation
  const rows = await db.query<ChatMessage>(
    `select ${messageColumns} from chat_message
     where ${inConversation} and ${visible} and ($5::timestamptz is null or (created_at, id) < ($5, $6))
     order by created_at desc, id desc limit $7`,
    [accountId, platform, teamId, conversationId, page.before?.createdAt ?? null, page.before?.id ?? null, page.limit],
  )
  return rows.reverse()
}

/** What is new or different in a conversation since a moment, that moment included, in the order of the change. */
export function changedSince(db: Sql, accountId: string, conversation: Conversation, since: Date, limit: number): Promise<ChatMessage[]> {
  const { platform, teamId, conversationId } = conversation
  return db.query<ChatMessage>(
    `select ${messageColumns} from chat_message where ${inConversation} and ${visible} and updated_at >= $5 order by updated_at, id limit $6`,
    [accountId, platform, teamId, conversationId, since, limit],
  )
}

function placed(accountId: string, message: NewMessage): unknown[] {
  const { id, platform, teamId, conversationId, messageId, personId } = message
  return [accountId, id, platform, teamId, conversationId, messageId ?? null, personId ?? null]
}
