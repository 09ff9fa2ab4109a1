/** A kept message as the page and as programs get it. */
import { createHash } from 'node:crypto'
import type { Card } from '../../cards/model.ts'
import { html } from '../../web/http/html.ts'
import type { Viewer } from '../render/format.ts'
import { renderHtml } from '../render-html.ts'
import type { StoredMessage } from './messages.ts'

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
  readonly subject?: { readonly type: string; readonly id: string }
}

export type Present = (message: StoredMessage) => PageMessage | ModelMessage

export function forPage(viewer: Viewer): (message: StoredMessage) => PageMessage {
  return (message) => {
    const markup = messageMarkup(message, viewer)
    return { id: message.id, version: versionOf(markup), html: markup }
  }
}

export function forPrograms(message: StoredMessage): ModelMessage {
  const { id, direction, text, card, subjectType, subjectId } = message
  return {
    id,
    version: versionOf(JSON.stringify(card ?? text)),
    direction,
    at: message.createdAt.toISOString(),
    ...(text !== null && { text }),
    ...(card !== null && { card }),
    ...(subjectType !== null && subjectId !== null && { subject: { type: subjectType, id: subjectId } }),
  }
}

export function messageMarkup({ id, direction, text, card, createdAt }: StoredMessage, viewer: Viewer): string {
  const at = createdAt.toISOString()
  const content = card ? renderHtml(card, viewer, id) : html`<p class="said"><bdi>${text}</bdi></p>`
  const time = new Intl.DateTimeFormat('en-GB', { timeZone: viewer.timeZone, hour: '2-digit', minute: '2-digit' }).format(createdAt)
  const by = direction === 'in' ? 'You' : 'Backstop'
  return html`<li class="message ${direction}" id="${id}" data-at="${at}">${content}<p class="at"><span class="visually-hidden">${by}, </span><time datetime="${at}">${time}</time></p></li>`
    .markup
}

function versionOf(content: string): string {
  return createHash('sha256').update(content).digest('base64url').slice(0, 16)
}
