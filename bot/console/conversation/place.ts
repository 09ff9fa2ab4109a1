import type { Conversation } from '../../../db/chat-messages.ts'

/** Whose conversation with the bot it is. */
export type Owner = { readonly accountId: string; readonly personId: string }

/** Each person has one conversation in the console, named after them; the console of an account is one team. */
export function conversationOf({ accountId, personId }: Owner): Conversation {
  return { platform: 'console', teamId: accountId, conversationId: personId }
}
