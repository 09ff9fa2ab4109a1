/**
 * A request is written down first and handed to Temporal then. A bot that was killed in between leaves one that nobody works on; the next
 * bot hands it over when it starts. What has been handed over already is not begun a second time, so several bots may do this at once.
 */
import type { Logger } from 'pino'
import { listAccounts } from '../../db/accounts.ts'
import type { Database } from '../../db/client.ts'
import { queuedEstimates } from '../../db/estimates.ts'
import { listJobs } from '../../db/jobs.ts'
import type { Clock } from '../../db/kit/clock.ts'
import { openRuns } from '../../db/runs.ts'
import type { Durable } from './durable.ts'

type TakeUp = { readonly db: Database; readonly temporal: Pick<Durable, 'startBackup' | 'startRestore' | 'startEstimate'> }

const retryMs = 5_000
const atOnce = 500

/** Tries until everything has been handed over once, or the signal is aborted. */
export async function keepTakingUp(
  parts: TakeUp & { readonly clock: Clock; readonly log: Logger; readonly signal: AbortSignal },
): Promise<void> {
  const { clock, log, signal } = parts
  for (let said = false; !signal.aborted; said = true) {
    try {
      return await takeUp(parts)
    } catch (error) {
      if (!said && !signal.aborted)
        log.warn({ err: error }, 'what an earlier bot may have left cannot be handed over yet; it is tried again')
    }
    await clock.sleep(retryMs, signal).catch(() => {})
  }
}

/** @throws {DurableUnavailable} */
export async function takeUp({ db, temporal }: TakeUp): Promise<void> {
  for (const { id: accountId } of await listAccounts(db)) {
    for (const { driveId, phase } of await openRuns(db, accountId)) {
      if (phase === 'queued') await temporal.startBackup(accountId, driveId)
    }
    const waiting = await listJobs(db, accountId, { statuses: ['pending'], kinds: ['restore'], order: 'oldest', limit: atOnce })
    for (const { id, phase } of waiting) if (phase === 'planning') await temporal.startRestore(accountId, id)
    for (const { id } of await queuedEstimates(db, accountId)) await temporal.startEstimate(accountId, id)
  }
}
