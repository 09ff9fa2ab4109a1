import { listSnapshots } from '../../db/snapshots.ts'
import { authorize } from '../access/authorize.ts'
import { snapshotListCard } from '../cards/snapshot-list.ts'
import type { Outcome } from './command.ts'
import type { CommandContext } from './context.ts'
import type { Drive } from './subjects.ts'

const pageSize = 10
export const service = 'Google Shared Drives'

/** REC-03, REC-04: a page of a drive's snapshots, newest first. */
export async function showSnapshots(
  drive: Drive,
  range: { readonly from?: Date | undefined; readonly to?: Date | undefined; readonly before?: number | undefined },
  { db, account, person }: CommandContext,
): Promise<Outcome> {
  const found = await listSnapshots(db, account.id, drive.id, { ...range, limit: pageSize + 1 })
  return {
    card: snapshotListCard({
      drive,
      service,
      snapshots: found.slice(0, pageSize),
      from: range.from,
      to: range.to,
      more: found.length > pageSize,
      mayRestore: authorize(person, 'restores:write').allowed,
    }),
    replaces: true,
  }
}
