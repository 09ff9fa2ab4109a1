import { unlistedItems } from '../../db/backup-run-items.ts'
import type { Database } from '../../db/client.ts'
import type { DriveItem } from '../drive/resources.ts'
import type { DriveSource } from '../drive/source.ts'
import { forEachLimited } from '../kit/limit.ts'
import type { RunKey } from './take-items.ts'

/** Looked up one by one; of more than so many the guard of removals is the judge (drive.md, "Full listing": omissions are reported). */
const mostLookups = 500
const atOnce = 8

/**
 * Items of the newest state that neither the pages before nor `lastPage` show, and that are in the drive all the same: Google's listing
 * leaves items out now and then, and an item that is not listed would be taken for deleted.
 */
export async function confirmUnlisted(
  deps: { readonly db: Database; readonly source: DriveSource },
  run: RunKey,
  lastPage: readonly DriveItem[],
): Promise<readonly DriveItem[]> {
  const listed = new Set(lastPage.map(({ id }) => id))
  const missing = await unlistedItems(deps.db, run.accountId, run.runId, run.driveId, mostLookups + lastPage.length + 1)
  const wanted = missing.filter((id) => !listed.has(id))
  if (wanted.length > mostLookups) return []
  const found: DriveItem[] = []
  await forEachLimited(wanted, atOnce, async (id) => {
    const item = await deps.source.item(id)
    if (item?.driveId === run.driveId) found.push(item)
  })
  return found
}
