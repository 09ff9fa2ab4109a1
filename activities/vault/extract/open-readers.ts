import type { Clock } from '../../../db/kit/clock.ts'
import type { Random } from '../../../db/kit/random.ts'
import { IntegrityError, NotFound } from '../errors.ts'
import { vaultLayout } from '../format/layout.ts'
import { readConfig } from '../keys/config.ts'
import { driveKeys } from '../keys/drive-keys.ts'
import type { Kms } from '../keys/kms.ts'
import { createDriveReader, type DriveReader } from '../read/drive-reader.ts'
import type { ObjectStore } from '../store/object-store.ts'

export type ReadingDeps = {
  readonly store: ObjectStore
  readonly kms: Kms
  readonly accountId: string
  readonly clock: Clock
  readonly random: Random
}

/**
 * The drives of a vault, for reading alone: unlike `openVault` this never writes to the store, and a lost or damaged configuration is no
 * reason to leave the content behind: nothing in it is needed to read. `warn` is told.
 * @throws {KeyUnavailable} the key is not one that this vault can be opened with @throws {UnsupportedVault} a newer version made the vault
 */
export async function openReaders(deps: ReadingDeps, warn: (message: string) => void): Promise<(driveId: string) => DriveReader> {
  const { store, kms, clock, random } = deps
  const layout = vaultLayout(deps.accountId)
  await readConfig({ store, kms, layout }).catch((error) => {
    if (!(error instanceof NotFound || error instanceof IntegrityError)) throw error
    warn(`${error.message} Reading goes on without it.`)
  })
  return (driveId) =>
    createDriveReader({ store, layout: layout.drive(driveId), keys: driveKeys({ store, kms, layout, clock, random }, driveId) })
}
