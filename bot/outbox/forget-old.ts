import { listAccounts } from '../../db/accounts.ts'
import { forgetCardActions } from '../../db/card-actions.ts'
import type { Database } from '../../db/client.ts'
import { forgetInbound } from '../../db/inbound.ts'

/** Nobody repeats an event after a day (chat.md, "Dedupe table"). */
const inboundMs = 24 * 60 * 60 * 1_000

/** Forgets what no click and no repeat can need any more: tokens that have expired, and the answers to yesterday's events. */
export async function forgetOld(db: Database, now: Date): Promise<void> {
  for (const { id } of await listAccounts(db)) {
    await forgetInbound(db, id, new Date(now.getTime() - inboundMs))
    await forgetCardActions(db, id, now)
  }
}
