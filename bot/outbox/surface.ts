import type { ClaimedMessage } from '../../db/chat-outbox.ts'
import type { Card } from '../cards/model.ts'

/** A place where cards hang. The console is one; each chat platform is another. */
export interface Surface {
  /** Shows a card for the first time. Returns the platform's id of the message. */
  post(accountId: string, message: ClaimedMessage, card: Card): Promise<{ readonly messageId: string }>
  /** Shows another card in the same place. */
  update(accountId: string, message: ClaimedMessage & { readonly messageId: string }, card: Card): Promise<void>
  /** Called when what was shown is kept in the database. */
  kept?(message: ClaimedMessage): void
  /** The shortest time between two showings of the same piece of progress. Decisions and ends are never held back. */
  readonly progressEveryMs: number
}

/** The message is gone from its place, or can never be changed again there. */
export class MessageGone extends Error {
  override readonly name = 'MessageGone'
}
