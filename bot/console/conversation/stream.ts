/**
 * The conversation as it goes on. Everything is read from the database, from the moment on where the watcher was cut off: a lost
 * connection, another bot process or a restart loses nothing.
 */

import type { ChatMessage } from '../../../db/chat-messages.ts'
import type { Watch } from '../../outbox/hub.ts'

/** How late a change may become visible after the moment that is written in it: transactions end in another order than they begin. */
const overlapMs = 5_000
/** How often to look when nobody has rung: for changes by another process. */
const pollMs = 2_000
export const pageSize = 500

export type StreamEvent =
  | { readonly type: 'message'; readonly message: ChatMessage; readonly cursor: string }
  | { readonly type: 'waiting'; readonly counts: Readonly<Record<string, number>> }
  /** The database did not answer. */
  | { readonly type: 'trouble'; readonly error: unknown }
  | { readonly type: 'well' }

export type Watched = {
  readonly watch: Watch
  /** Messages of the conversation that changed since a moment, that moment included, in the order of the change; at most {@link pageSize}. */
  changedSince(since: Date): Promise<readonly ChatMessage[]>
  /** Open requests by person's handle, of everybody who is signed in here. */
  waiting(): Promise<Readonly<Record<string, number>>>
}

/** Yields until the signal is aborted. A change may be yielded twice after a reconnect: whoever shows it does so by id. */
export async function* follow(watched: Watched, since: Date, signal: AbortSignal): AsyncGenerator<StreamEvent> {
  const seen = new Map<string, number>()
  let newest = since.getTime()
  let lastWaiting = ''
  let well = true
  while (!signal.aborted) {
    const found = await look(watched, new Date(newest - overlapMs))
    if ('error' in found) {
      if (well) yield { type: 'trouble', error: found.error }
      well = false
    } else {
      if (!well) yield { type: 'well' }
      well = true
      for (const message of found.messages) {
        const changed = message.updatedAt.getTime()
        if (seen.get(message.id) === changed) continue
        seen.set(message.id, changed)
        newest = Math.max(newest, changed)
        yield { type: 'message', message, cursor: String(newest) }
      }
      for (const [id, changed] of seen) if (changed < newest - overlapMs) seen.delete(id)
      const waiting = JSON.stringify(found.waiting)
      if (waiting !== lastWaiting) yield { type: 'waiting', counts: found.waiting }
      lastWaiting = waiting
    }
    await watched.watch.next(pollMs, signal)
  }
}

async function look(watched: Watched, since: Date) {
  try {
    const messages: ChatMessage[] = []
    for (let from = since, last: Date | undefined; last?.getTime() !== from.getTime(); ) {
      const page = await watched.changedSince(from)
      messages.push(...page)
      last = from
      if (page.length >= pageSize) from = page.at(-1)?.updatedAt ?? from
    }
    return { messages, waiting: await watched.waiting() }
  } catch (error) {
    // The page is told so, and the next look tries again.
    return { error }
  }
}
