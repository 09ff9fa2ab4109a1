/** A kept message as the page and as programs get it. */
import { createHash } from 'node:crypto'
import type { ChatMessage, Subject } from '../../../db/chat-messages.ts'
import type { Card } from '../../cards/model.ts'
import { html } from '../../web/http/html.ts'
import type { Viewer } from '../render/format.ts'
import { renderHtml } from '../render-html.ts'

/** For the page: markup that is finished and safe. `version` changes when, and only when, something else is to be seen. */
export type PageMessage = { readonly id: string; readonly version: string; readonly html: string }

/** For programs and the terminal. */
export type ModelMessage = {
  readonly id: string
  readonly version: string
  readonly direction: 'in' | 'out'
  readonly at: string
  readonly text?: string
  readonly card?: Card
  readonly subject?: Subject
}

export type Present = (message: ChatMessage) => PageMessage | ModelMessage

export function forPage(viewer: Viewer): (message: ChatMessage) => PageMessage {
  return (message) => {
    const markup = messageMarkup(message, viewer)
    return { id: message.id, version: versionOf(markup), html: markup }
  }
}

export function forPrograms(message: ChatMessage): ModelMessage {
  const { id, direction, text, subject } = message
  const card = cardOf(message)
  return {
    id,
    version: versionOf(JSON.stringify(card ?? text)),
    direction,
    at: message.createdAt.toISOString(),
    ...(text !== null && { text }),
    ...(card && { card }),
    ...(subject && { subject }),
  }
}

export function messageMarkup(message: ChatMessage, viewer: Viewer): string {
  const { id, direction, text, createdAt } = message
  const card = cardOf(message)
  const at = createdAt.toISOString()
  const content = card ? renderHtml(card, viewer, id) : html`<p class="said"><bdi>${text}</bdi></p>`
  const time = new Intl.DateTimeFormat('en-GB', { timeZone: viewer.timeZone, hour: '2-digit', minute: '2-digit' }).format(createdAt)
  const by = direction === 'in' ? 'You' : 'Backstop'
  return html`<li class="message ${direction}" id="${id}" data-at="${at}">${content}<p class="at"><span class="visually-hidden">${by}, </span><time datetime="${at}">${time}</time></p></li>`
    .markup
}

/** What the gateway or the outbox has put there; the database keeps it as it was. */
function cardOf({ card }: ChatMessage): Card | undefined {
  return (card as Card | null) ?? undefined
}

function versionOf(content: string): string {
  return createHash('sha256').update(content).digest('base64url').slice(0, 16)
}
