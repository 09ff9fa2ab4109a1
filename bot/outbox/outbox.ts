/**
 * Keeps every card in step with its subject: whatever has changed a job, a run, an approval or a task has raised the wanted version of the
 * messages about it, and here they are rendered again from state. Hears of changes by NOTIFY, and looks by itself in case it did not.
 * Several processes share the work: each takes messages by a lease, and one that dies gives them back when the lease ends.
 */
import type { Logger } from 'pino'
import { listAccounts } from '../../db/accounts.ts'
import { type ClaimedMessage, claimStaleMessages } from '../../db/chat-outbox.ts'
import { type Delivery, deliver, type Pace } from './deliver.ts'
import { listenForChanges } from './listen.ts'

const batch = 50
/** Longer than any rendering takes, and as long as a card of a process that died may be late. */
const leaseMs = 20_000
const pollMs = 5_000

export type OutboxParts = Delivery & { readonly databaseUrl: string; readonly log: Logger }

/** Runs until the signal is aborted, and resolves when what was under way has ended. */
export async function runOutbox(parts: OutboxParts): Promise<void> {
  const { databaseUrl, db, clock, hub, log, signal } = parts
  const pace: Pace = new Map()
  const underWay = new Set<Promise<void>>()
  const wanted = new Set<string>()
  const all = 'every account'
  const bell = hub.watch([all])
  const want = (accountId: string) => {
    wanted.add(accountId)
    hub.wake(accountId)
    hub.wake(all)
  }

  const one = async (accountId: string, message: ClaimedMessage) => {
    try {
      await deliver(parts, pace, accountId, message)
      // It may have changed again while it was held: then the claim that skipped it has to be made up for.
      want(accountId)
    } catch (error) {
      log.error({ err: error, message: message.id, subject: message.subject }, 'a card could not be rendered; it is tried again')
    }
  }

  const listening = listenForChanges({ databaseUrl, clock, log, signal, heard: want, connected: () => want(all) })
  wanted.add(all)
  while (!signal.aborted) {
    try {
      const accounts = wanted.delete(all) ? (await listAccounts(db)).map(({ id }) => id) : [...wanted]
      wanted.clear()
      for (const accountId of accounts) {
        for (const message of await claim(parts, accountId)) {
          const work = one(accountId, message).finally(() => underWay.delete(work))
          underWay.add(work)
        }
      }
    } catch (error) {
      log.warn({ err: error }, 'the outbox cannot read the database; it tries again')
      wanted.add(all)
      await clock.sleep(1_000, signal).catch(() => {})
    }
    if (wanted.size === 0) {
      await bell.next(pollMs, signal)
      if (wanted.size === 0) wanted.add(all)
    }
  }
  bell.close()
  await Promise.all([listening, ...underWay])
}

async function claim({ db, clock }: OutboxParts, accountId: string): Promise<readonly ClaimedMessage[]> {
  const found: ClaimedMessage[] = []
  for (;;) {
    const claimed = await claimStaleMessages(db, accountId, { limit: batch, leaseMs, now: clock.now() })
    found.push(...claimed)
    if (claimed.length < batch) return found
  }
}
