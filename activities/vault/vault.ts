import type { Clock } from '../../db/kit/clock.ts'
import type { Random } from '../../db/kit/random.ts'
import { createDriveVault } from './drive-vault.ts'
import type { DriveVault, Vault } from './engine.ts'
import { vaultLayout } from './format/layout.ts'
import { checkWritable, openConfig } from './keys/config.ts'
import { driveKeys } from './keys/drive-keys.ts'
import type { Kms } from './keys/kms.ts'
import type { ObjectStore } from './store/object-store.ts'

export type VaultDeps = {
  readonly store: ObjectStore
  readonly kms: Kms
  /** `[A-Za-z0-9_-]{1,128}`; it is part of every object's key and of what each object is bound to. */
  readonly accountId: string
  readonly clock: Clock
  readonly random: Random
}

/** Written into every root, so that a later version knows what made it. */
const engine = 'backstop/0.1.0'

/**
 * Opens the vault of an account, and makes it when the store has none.
 * @throws {KeyUnavailable} the account key is missing, locked, damaged, or not the one of this vault
 * @throws {UnsupportedVault} a newer version made it
 * @throws {IntegrityError} its configuration was changed
 * @throws {StoreUnavailable} the store cannot serve
 */
export async function openVault({ store, kms, accountId, clock, random }: VaultDeps): Promise<Vault> {
  const layout = vaultLayout(accountId)
  const config = await openConfig({ store, kms, layout })
  const mayWrite = () => checkWritable(config)
  const drives = new Map<string, DriveVault>()
  return {
    accountId,
    drive(driveId) {
      const known = drives.get(driveId)
      if (known) return known
      const keys = driveKeys({ store, kms, layout, clock, random }, driveId)
      const drive = createDriveVault({ store, layout: layout.drive(driveId), keys, clock, random, engine, mayWrite })
      drives.set(driveId, drive)
      return drive
    },
  }
}
