import type { Database } from '../../db/client.ts'
import { gcState } from '../../db/gc.ts'
import { lockDriveLevel } from '../../db/rebuild.ts'
import type { DriveVault, Root } from '../vault/index.ts'
import { rangeOf } from '../vault/read/expired.ts'
import { takeSnapshot } from './take-snapshot.ts'

/** Called while a catch-up goes on, about once for every thousand rows. Throw to stop it: what is taken so far stays. */
export type OnRows = (progress: { readonly generation: number; readonly rows: number }) => void

/**
 * Brings the catalogue level with snapshots that only the vault knows, oldest first: a database that was restored from an older copy, lost,
 * or cut off between the vault's commit and its own. Costs about what the runs of these snapshots had written, not the whole drive once a
 * snapshot. A repeat after a crash goes on where it stopped, within a snapshot too; the catalogue only ever shows whole snapshots.
 */
export async function catchUp(
  db: Database,
  vault: DriveVault,
  accountId: string,
  from: number,
  to: number,
  onRows: OnRows = () => {},
): Promise<void> {
  const { reader, driveId } = vault
  let before: Root | undefined
  const { epoch } = await gcState(db, accountId, driveId)
  const expired = (await vault.latestRoot())?.expired
  for await (const generation of reader.generations()) {
    if (generation < from || generation > to || rangeOf(expired, generation)) continue
    for (;;) {
      const level = await lockDriveLevel(db, accountId, driveId)
      if (!level || level.latestGeneration >= generation) break
      if (before?.gen !== level.latestGeneration) before = await reader.findRoot(level.latestGeneration)
      const root = await reader.root(generation)
      // Otherwise somebody else goes the same way at the same time: look again how far it has come.
      if (await takeSnapshot({ db, reader, accountId, epoch, onRows }, level, before, root)) before = root
    }
  }
}
