import { placesOf, requestMessage } from '../../db/chat-outbox.ts'
import type { Database } from '../../db/client.ts'
import { driveById } from '../../db/drives.ts'
import { peopleWithRole } from '../../db/people.ts'

/**
 * SET-04: a backup that failed is told to whoever is on call, also when nobody had asked for it and so nobody watches. One card for a drive
 * that begins to fail, not one for every night that it goes on failing. Call it before the run ends; idempotent by run and person.
 */
export async function announceFailure(
  db: Database,
  run: { readonly accountId: string; readonly runId: string; readonly driveId: string },
  now: Date,
): Promise<void> {
  const drive = await driveById(db, run.accountId, run.driveId)
  if (!drive || drive.lastOutcome === 'failed') return
  const subject = { type: 'backup-run', id: run.runId } as const
  const shown = new Set((await placesOf(db, run.accountId, subject)).map(({ conversationId }) => conversationId))
  for (const { id } of await peopleWithRole(db, run.accountId, 'on-call')) {
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
