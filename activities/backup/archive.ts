import { recordActivity } from '../../db/activity.ts'
import type { Database } from '../../db/client.ts'
import { archiveDrive } from '../../db/drive-changes.ts'
import { driveById } from '../../db/drives.ts'
import { taskById } from '../../db/tasks.ts'

/** SET-10: marks a drive that was deleted at the source as archived, and says so in System Activity. Nothing of its backup is touched. */
export async function archiveRun(
  db: Database,
  drive: { readonly accountId: string; readonly driveId: string; readonly taskId: string },
  now: Date,
): Promise<void> {
  const { accountId, driveId, taskId } = drive
  const task = await taskById(db, accountId, taskId)
  const { name } = (await driveById(db, accountId, driveId)) ?? {}
  await db.transaction(async (tx) => {
    if (!(await archiveDrive(tx, accountId, driveId, now))) return
    await recordActivity(tx, accountId, {
      activity: 'Drive archived: it was deleted at Google',
      status: 'Succeeded',
      ...(task && { taskName: task.name }),
      ...(name !== undefined && { item: name }),
      now,
    })
  })
}
