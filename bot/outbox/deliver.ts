/** Renders one message that is behind its subject, and shows it where it hangs. */
import { createHash } from 'node:crypto'
import { type ClaimedMessage, markDead, saveRendering } from '../../db/chat-outbox.ts'
import type { Database } from '../../db/client.ts'
import type { Clock } from '../../db/kit/clock.ts'
import type { Card, Node } from '../cards/model.ts'
import type { Hub } from './hub.ts'
import { MessageGone, type Surface } from './surface.ts'

/** The card of the message's subject as it is now, for the person whom the message is for; undefined when the subject is no more. */
export type RenderSubject = (accountId: string, message: ClaimedMessage) => Promise<Card | undefined>

export type Delivery = {
  readonly db: Database
  readonly clock: Clock
  /** Rung with the account's id when something in it has changed. */
  readonly hub: Hub
  readonly render: RenderSubject
  readonly surfaces: Readonly<Partial<Record<string, Surface>>>
  readonly signal: AbortSignal
}

/** When each message last showed progress, by its id. Only pace: losing it makes one card come early. */
export type Pace = Map<string, number>

/**
 * Progress is held back until its time has come; what is neither progress nor like the last rendering is shown at once. While it is held
 * back, every change is looked at: a decision or an end that comes meanwhile does not wait.
 */
export async function deliver(delivery: Delivery, pace: Pace, accountId: string, message: ClaimedMessage): Promise<void> {
  const { db, clock, hub, render, surfaces, signal } = delivery
  const surface = surfaces[message.platform]
  // A platform that this process does not serve is left to the one that does.
  if (!surface) return
  const watch = hub.watch([accountId])
  try {
    for (;;) {
      const card = await render(accountId, message)
      if (!card) return await markDead(db, accountId, message.id, clock.now())
      const waitMs = showsProgress(card) ? dueIn(pace, message.id, surface.progressEveryMs, clock) : 0
      if (waitMs > 0 && !signal.aborted) {
        await watch.next(waitMs, signal)
        continue
      }
      await show(delivery, surface, accountId, message, card)
      if (showsProgress(card)) pace.set(message.id, clock.now().getTime())
      else pace.delete(message.id)
      return
    }
  } finally {
    watch.close()
  }
}

async function show({ db, clock }: Delivery, surface: Surface, accountId: string, message: ClaimedMessage, card: Card): Promise<void> {
  const hash = createHash('sha256').update(JSON.stringify(card)).digest('hex')
  const { id, version, messageId } = message
  try {
    let posted: { readonly messageId: string } | undefined
    if (messageId === null) posted = await surface.post(accountId, message, card)
    else if (hash !== message.renderedHash) await surface.update(accountId, { ...message, messageId }, card)
    await saveRendering(db, accountId, { id, version, card, hash, messageId: posted?.messageId, now: clock.now() })
    surface.kept?.(message)
  } catch (error) {
    if (!(error instanceof MessageGone)) throw error
    await markDead(db, accountId, id, clock.now())
  }
}

function dueIn(pace: Pace, id: string, everyMs: number, clock: Clock): number {
  const last = pace.get(id)
  return last === undefined ? 0 : last + everyMs - clock.now().getTime()
}

/** Whether the card is of something under way, that will change again by itself. */
export function showsProgress(card: Card): boolean {
  return card.nodes.some(isProgress)
}

function isProgress(node: Node): boolean {
  return node.type === 'progress' || (node.type === 'section' && node.nodes.some(isProgress))
}
