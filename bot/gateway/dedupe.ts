import type { Database } from '../../db/client.ts'
import { claimInbound, releaseInbound, saveInboundResult } from '../../db/inbound.ts'
import type { Clock } from '../../db/kit/clock.ts'
import { failureReply } from './failures.ts'
import type { Inbound, Reply } from './gateway.ts'

/** An event whose process died may be tried again after this. Longer than any answer takes. */
const leaseMs = 30_000
/** How long a repeat waits for the answer of the first: longer than the lease, so that it does the work itself when the first has died. */
const patienceMs = 35_000
const pollMs = 100

/**
 * Works on an event once. A repeat gets the stored answer, also while the first is still being worked on; an event that could not be worked on
 * is given back, so that a repeat may try again.
 */
export async function once(
  { db, clock }: { readonly db: Database; readonly clock: Clock },
  { accountId, dedupeKey }: Inbound,
  work: () => Promise<readonly Reply[]>,
): Promise<readonly Reply[]> {
  const started = clock.now().getTime()
  for (;;) {
    const claim = await claimInbound(db, accountId, dedupeKey, { leaseMs, now: clock.now() })
    if (claim.outcome === 'repeat') return claim.result as readonly Reply[]
    if (claim.outcome === 'first') break
    if (clock.now().getTime() - started > patienceMs)
      return [failureReply('This is still being worked on. Its card will show what comes of it.')]
    await clock.sleep(pollMs)
  }
  try {
    const replies = await work()
    await saveInboundResult(db, accountId, dedupeKey, replies)
    return replies
  } catch (error) {
    await releaseInbound(db, accountId, dedupeKey)
    throw error
  }
}
