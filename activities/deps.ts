import type { Database } from '../db/client.ts'
import type { Clock } from '../db/kit/clock.ts'
import type { Random } from '../db/kit/random.ts'
import type { Sealer } from '../db/kit/seal.ts'
import type { Lane } from '../workflows/policy/lanes.ts'
import type { GoogleSettings } from './drive/google/app.ts'
import type { DriveSource } from './drive/source.ts'
import type { DriveTarget } from './drive/target.ts'
import type { Durable } from './durable.ts'
import type { Mailer } from './notify/mailer.ts'
import type { Vault } from './vault/index.ts'

/** What the activities of a worker work with. Built once, in `worker.ts`. */
export type ActivityDeps = {
  readonly db: Database
  readonly clock: Clock
  readonly random: Random
  readonly durable: Durable
  readonly mailer: Mailer
  readonly sealer: Sealer
  readonly google: GoogleSettings
  /** The vault of an account. @throws {KeyUnavailable} */
  vault(accountId: string): Promise<Vault>
  /** Google Drive as the connected identity of a task, for one attempt of one activity. `lane` (default `scheduled`): who goes first. */
  drive(accountId: string, taskId: string, signal: AbortSignal, lane?: Lane): Promise<DriveAccess>
  /** Absolute address of a page of the bot. */
  link(path: string): string
}

export type DriveAccess = {
  readonly source: DriveSource
  readonly target: DriveTarget
  /** Calls and quota units that this access has spent so far. */
  spent(): { readonly calls: number; readonly units: number }
}
