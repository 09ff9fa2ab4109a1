import type { DriveSource } from '../drive/source.ts'
import type { DriveRecord, DriveVault, JsonObject } from '../vault/index.ts'
import { grantRow } from './row.ts'

/**
 * What a snapshot says of the drive itself: its name, restrictions and members. Two calls, made only when the feed says that something of it
 * has changed; otherwise the record of the snapshot before still holds.
 */
export async function driveRecord(
  source: DriveSource,
  vault: DriveVault,
  run: { readonly driveId: string; readonly driveChanged: boolean; readonly parentGeneration: number },
): Promise<DriveRecord> {
  if (!run.driveChanged && run.parentGeneration > 0) return (await vault.root(run.parentGeneration)).drive
  const { name, createdTime, hidden, orgUnitId, colorRgb, themeId, restrictions } = await source.drive(run.driveId)
  const members = (await source.members(run.driveId)).map(grantRow)
  return {
    name,
    members,
    ...(createdTime !== undefined && { createdTime }),
    ...(hidden !== undefined && { hidden }),
    ...(orgUnitId !== undefined && { orgUnitId }),
    ...(colorRgb !== undefined && { colorRgb }),
    ...(themeId !== undefined && { themeId }),
    ...(restrictions !== undefined && { restrictions: restrictions as JsonObject }),
  }
}
