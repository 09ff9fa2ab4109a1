/** A line or a click of a person in the console: kept, handed to the gateway, and its answers kept. A repeat changes nothing. */
import { createHash } from 'node:crypto'
import { addCard, addTyped, type ChatMessage, messageById, replaceCard } from '../../../db/chat-messages.ts'
import type { Database } from '../../../db/client.ts'
import type { Clock } from '../../../db/kit/clock.ts'
import type { Card } from '../../cards/model.ts'
import type { Gateway, Inbound, Reply, Values } from '../../gateway/gateway.ts'
import type { Hub } from '../../outbox/hub.ts'
import { conversationOf, type Owner } from './place.ts'

export type Parts = { readonly db: Database; readonly clock: Clock; readonly gateway: Gateway; readonly hub: Hub }

/** `clientId` is chosen by whoever sends, and names the line or click: the same again is a repeat. */
export type Line = { readonly text: string; readonly clientId: string }
export type Click = { readonly token: string; readonly values: Values; readonly clientId: string; readonly messageId?: string | undefined }

/** The messages that came of it, the person's own first. */
export async function say(parts: Parts, who: Owner, { text, clientId }: Line): Promise<ChatMessage[]> {
  const key = contentKey(who, 'say', clientId)
  await addTyped(parts.db, who.accountId, { ...placed(who, messageId(key, 0)), text, now: parts.clock.now() })
  parts.hub.wake(who.personId)
  const replies = await parts.gateway.say({ ...inbound(who, key), text })
  return keep(parts, who, key, replies)
}

export async function act(parts: Parts, who: Owner, { token, values, clientId, messageId: pressedOn }: Click): Promise<ChatMessage[]> {
  const key = contentKey(who, 'act', clientId)
  const replies = await parts.gateway.act({ ...inbound(who, key), token, values })
  return keep(parts, who, key, replies, pressedOn)
}

async function keep(parts: Parts, who: Owner, key: string, replies: readonly Reply[], pressedOn?: string): Promise<ChatMessage[]> {
  const now = parts.clock.now().getTime()
  const ids = [messageId(key, 0)]
  for (const [index, reply] of replies.entries()) {
    const { subject } = reply
    const card = reply.asJson ? asJson(reply.card) : reply.card
    // Later than the line itself, and in the order in which they were given.
    const at = new Date(now + 1 + index)
    const replaced =
      reply.replaces && pressedOn !== undefined && (await replaceOwn(parts.db, who, { id: pressedOn, card, subject, now: at }))
    const id = replaced ? pressedOn : messageId(key, index + 1)
    if (!replaced && !(await addCard(parts.db, who.accountId, { ...placed(who, id), card, subject, now: at })))
      await replaceFailure(parts.db, who, { id, card, subject, now: at })
    ids.push(id)
  }
  parts.hub.wake(who.personId)
  const messages = await Promise.all(ids.map((id) => messageById(parts.db, who.accountId, id)))
  return messages.filter((message) => message !== undefined)
}

/** Replaces a card of this person's conversation, and of no other. */
async function replaceOwn(db: Database, who: Owner, replacement: Parameters<typeof replaceCard>[2]): Promise<boolean> {
  const message = await messageById(db, who.accountId, replacement.id)
  if (message?.platform !== 'console' || message.conversationId !== who.personId) return false
  return replaceCard(db, who.accountId, replacement)
}

/** "That did not work" is not the last word: when a repeat of the same line or click works, its answer takes that place. */
async function replaceFailure(db: Database, who: Owner, answer: Parameters<typeof replaceCard>[2]): Promise<boolean> {
  const earlier = await messageById(db, who.accountId, answer.id)
  return (earlier?.card as Card | null | undefined)?.kind === 'failure' && replaceCard(db, who.accountId, answer)
}

/** Where a message of the console hangs; it is posted as soon as it is kept. */
function placed(who: Owner, id: string) {
  return { ...conversationOf(who), id, messageId: id, personId: who.personId }
}

function inbound({ accountId, personId }: Owner, dedupeKey: string): Inbound {
  return { accountId, personId, surface: 'console', dedupeKey }
}

function contentKey({ personId }: Owner, verb: 'say' | 'act', clientId: string): string {
  return `console:${verb}:${personId}:${clientId}`
}

/** Follows from the key, so that a repeat after a crash finds the rows of the first try. */
function messageId(key: string, index: number): string {
  return `msg_${createHash('sha256').update(`${key}\n${index}`).digest('hex').slice(0, 24)}`
}

function asJson(card: Card): Card {
  const { kind, title, tone, summaryText } = card
  return { kind, title, tone, summaryText, nodes: [{ type: 'code', text: JSON.stringify(card, null, 2) }], actions: [] }
}
