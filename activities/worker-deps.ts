import type { Database } from '../db/client.ts'
import type { Clock } from '../db/kit/clock.ts'
import type { Random } from '../db/kit/random.ts'
import { createSealer } from '../db/kit/seal.ts'
import type { ActivityDeps } from './deps.ts'
import { driveConnections } from './drive/connections.ts'
import type { GoogleSettings } from './drive/google/app.ts'
import { createQuotaLimiter } from './drive/quota/limiter.ts'
import { sharedQuota } from './drive/quota/shared-quota.ts'
import type { Mailer } from './notify/mailer.ts'
import { type Kms, type ObjectStore, openVault, type Vault } from './vault/index.ts'

export type WorkerParts = {
  readonly db: Database
  readonly clock: Clock
  readonly random: Random
  readonly google: GoogleSettings
  /** 32 bytes that stored secrets are sealed with. */
  readonly sealingKey: Uint8Array
  readonly store: ObjectStore
  readonly kms: Kms
  readonly mailer: Mailer
  /** Where people reach the bot, without a slash at the end. */
  readonly publicUrl: string
}

/** Puts a worker's parts together. Vaults are opened once an account and kept: opening one reads its keys. */
export function workerDeps(parts: WorkerParts): Omit<ActivityDeps, 'durable'> {
  const { db, clock, random } = parts
  const sealer = createSealer(parts.sealingKey, random)
  const shared = sharedQuota(db)
  const limiter = createQuotaLimiter(shared, clock)
  const vaults = new Map<string, Promise<Vault>>()

  return {
    db,
    clock,
    random,
    sealer,
    google: parts.google,
    mailer: parts.mailer,
    drive: driveConnections({ db, clock, random, sealer, limiter, giveBack: shared.giveBack, google: parts.google }),
    vault: (accountId) => {
      const known = vaults.get(accountId)
      if (known) return known
      const opened = openVault({ store: parts.store, kms: parts.kms, accountId, clock, random })
      vaults.set(accountId, opened)
      // A vault that could not be opened is tried again by the next who asks.
      opened.catch(() => vaults.delete(accountId))
      return opened
    },
    link: (path) => `${parts.publicUrl}${path}`,
  }
}
