import type { Database } from '../../db/client.ts'
import { type FoundDrive, recordDiscovery } from '../../db/drive-changes.ts'
import { markDiscovered, taskById } from '../../db/tasks.ts'
import { domainOf } from './email-domain.ts'
import { DriveFailure } from './failure-types.ts'
import type { DriveInfo } from './resources.ts'
import type { DriveSource } from './source.ts'

export type Task = { readonly accountId: string; readonly taskId: string }

/** What discovery has seen: all drives within reach, and how many of them were new. */
export type Discovered = { readonly found: number; readonly added: number }

/**
 * DRV-01: takes note of the shared drives that the task can see; for an administrator, those of the whole domain. Idempotent by drive id.
 * A drive that is not listed any more is left alone: lost access must not archive anything (G8).
 */
export async function discoverDrives(
  deps: { readonly db: Database; readonly source: DriveSource; readonly now: Date; readonly onPage: () => void },
  { accountId, taskId }: Task,
): Promise<Discovered> {
  const { db, source, now, onPage } = deps
  const drives = new Map<string, FoundDrive>()
  const domain = domainOf((await taskById(db, accountId, taskId))?.connectedEmail)
  for await (const drive of allDrives(source, false, onPage)) drives.set(drive.id, found(drive, hasManager(drive)))
  try {
    // What only the administrator's view shows, the connected person is no member of, and cannot read. What it shows at all is of this domain:
    // should it be missing there one day, it was deleted and not only put out of reach (SET-10).
    for await (const drive of allDrives(source, true, onPage))
      drives.set(drive.id, { ...(drives.get(drive.id) ?? found(drive, false)), domain })
  } catch (error) {
    if (!(error instanceof DriveFailure) || error.type !== 'AccessLost') throw error
  }
  return db.transaction(async (tx) => {
    const { added } = await recordDiscovery(tx, accountId, taskId, [...drives.values()], now)
    await markDiscovered(tx, accountId, taskId, now)
    return { found: drives.size, added: added.length }
  })
}

async function* allDrives(source: DriveSource, asDomainAdmin: boolean, onPage: () => void): AsyncGenerator<DriveInfo> {
  let pageToken: string | undefined
  do {
    const page = await source.listDrives({ asDomainAdmin, ...(pageToken !== undefined && { pageToken }) })
    onPage()
    yield* page.drives
    pageToken = page.nextPageToken
  } while (pageToken !== undefined)
}

/** TASK-05: a Manager may do everything that a backup and a restore need; a Content manager nearly so. Others are warned about. */
function hasManager({ capabilities }: DriveInfo): boolean {
  return capabilities?.canManageMembers === true || capabilities?.canTrashChildren === true
}

function found({ id, name }: DriveInfo, managerReachable: boolean): FoundDrive {
  return { id, name, managerReachable }
}
