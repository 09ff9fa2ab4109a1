import { placesOf, requestMessage } from '../../db/chat-outbox.ts'
import type { Database } from '../../db/client.ts'
import { driveById } from '../../db/drives.ts'
import { peopleWithRole } from '../../db/people.ts'
import type { RunOutcome } from '../../db/runs.ts'

/** How a run ends that somebody has to hear of (SET-04, SET-10, and the removals that wait for a word). */
const newsworthy: ReadonlySet<RunOutcome> = new Set(['failed', 'held', 'archived'])

/**
 * A backup that failed, was held or found its drive gone is told to whoever is on call, or to the administrators where nobody is, also when nobody
 * had asked for it and so nobody watches. One card for a drive that begins to be so, not one for every night that it goes on.
 * Call it before the run ends; idempotent by run and person.
 */
export async function announce(
  db: Database,
  run: { readonly accountId: string; readonly runId: string; readonly driveId: string; readonly outcome: RunOutcome },
  now: Date,
): Promise<void> {
  if (!newsworthy.has(run.outcome)) return
  const drive = await driveById(db, run.accountId, run.driveId)
  if (!drive || drive.lastOutcome === run.outcome) return
  const subject = { type: 'backup-run', id: run.runId } as const
  const shown = new Set((await placesOf(db, run.accountId, subject)).map(({ conversationId }) => conversationId))
  for (const id of await watchers(db, run.accountId)) {
    if (shown.has(id)) continue
    await requestMessage(db, run.accountId, {
      id: `${run.runId}_${id}`,
      platform: 'console',
      teamId: run.accountId,
      conversationId: id,
      personId: id,
      subject,
      now,
    })
  }
}

async function watchers(db: Database, accountId: string): Promise<readonly string[]> {
  const onCall = await peopleWithRole(db, accountId, 'on-call')
  return (onCall.length > 0 ? onCall : await peopleWithRole(db, accountId, 'admin')).map(({ id }) => id)
}
