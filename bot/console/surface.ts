import type { Hub } from '../outbox/hub.ts'
import type { Surface } from '../outbox/surface.ts'

/** In the console a card is shown by being kept: the pages read it from the database, and only have to be woken. */
export function consoleSurface(hub: Hub): Surface {
  return {
    post: async (_accountId, { id }) => ({ messageId: id }),
    update: async () => {},
    kept: ({ conversationId }) => hub.wake(conversationId),
    progressEveryMs: 1_000,
  }
}
