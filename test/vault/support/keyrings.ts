/** Account keys, recovery keys and vaults that a test changes the holders of. */
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { vaultLayout } from '../../../activities/vault/format/layout.ts'
import { type Kms, localKeyFile, newRecoveryKey, type ObjectStore, openVault, recoveryHolder } from '../../../activities/vault/index.ts'
import type { KeyDeps } from '../../../activities/vault/keys/open-document.ts'
import { type RecoveryRecipient, recipientOfKey } from '../../../activities/vault/keys/recovery-key.ts'
import { systemClock } from '../../../db/kit/clock.ts'
import { newId, systemRandom } from '../../../db/kit/random.ts'

const folder = mkdtempSync(join(tmpdir(), 'backstop-keys-'))

/** An account key of its own. */
export const accountKey = (): Kms => localKeyFile({ path: join(folder, newId(systemRandom, 'key')), random: systemRandom })

export type TestRecovery = { readonly secret: string; readonly public: RecoveryRecipient; readonly holder: Kms }

export async function recoveryKey(): Promise<TestRecovery> {
  const secret = await newRecoveryKey()
  return { secret, public: await recipientOfKey(secret), holder: await recoveryHolder(secret) }
}

export const keyDeps = (store: ObjectStore, kms: Kms, accountId = 'acme'): KeyDeps => ({ store, kms, layout: vaultLayout(accountId) })

export const openWith = (store: ObjectStore, kms: Kms, accountId = 'acme') =>
  openVault({ store, kms, accountId, clock: systemClock, random: systemRandom })
