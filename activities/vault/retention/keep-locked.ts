import { forEachLimited } from '../../kit/limit.ts'
import type { BlobEntry, DriveVault } from '../engine.ts'
import { IntegrityError, NotFound } from '../errors.ts'
import { lockLengthMs } from './locks.ts'

type Place = Pick<BlobEntry, 'container' | 'versionId'>

const atOnce = 8

/**
 * Before a root names old containers again: locks them for as long as a new object is locked, so that none of them becomes free under the new
 * snapshot before the nightly sweep has come by. Costs two requests and one for each container, on stores that lock; nothing on others.
 * @throws {IntegrityError} one of them is gone
 */
export async function keepLocked(
  drive: DriveVault,
  parentGen: number,
  containers: AsyncIterable<readonly Place[]>,
  now: Date,
): Promise<number> {
  const { store, layout } = drive.reader
  if (!store.abilities.retention || parentGen === 0) return 0
  const lengthMs = await lockLengthMs(drive, { gen: parentGen })
  if (lengthMs === undefined) return 0
  const until = new Date(now.getTime() + lengthMs)
  let extended = 0
  for await (const places of containers) {
    await forEachLimited(places, atOnce, async ({ container, versionId }) => {
      const key = layout.container(container)
      await store.retain({ key, ...(versionId !== undefined && { versionId }) }, until).catch((error) => {
        throw error instanceof NotFound ? new IntegrityError(key, 'it is missing', { cause: error }) : error
      })
    })
    extended += places.length
  }
  return extended
}
