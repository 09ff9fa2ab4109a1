import type { Conversation } from '../../../db/chat-messages.ts'

/** Whose conversation with the bot it is. */
export type Owner = { readonly accountId: string; readonly personId: string }

/** Each person has one conversation in the console, named after them. */
export function conversationOf(personId: string): Conversation {
  return { platform: 'console', teamId: '', conversationId: personId }
}
