import type { Database } from '../../db/client.ts'
import type { Clock } from '../../db/kit/clock.ts'
import type { Random } from '../../db/kit/random.ts'
import type { Sealer } from '../../db/kit/seal.ts'
import type { Durable } from '../gateway/durable.ts'
import type { Links } from '../gateway/links.ts'
import type { Practice } from '../gateway/practice.ts'
import type { Registry } from './registry.ts'
import type { Account, Person } from './subjects.ts'

/** What the gateway holds for every command. */
export type CommandDeps = {
  readonly db: Database
  readonly clock: Clock
  readonly random: Random
  readonly temporal: Durable
  readonly links: Links
  readonly sealer: Sealer
  /** Only where a practice Drive is configured. */
  readonly practice?: Practice | undefined
}

/** Who asks, with what, and how. */
export type CommandContext = CommandDeps & {
  /** For help. */
  readonly registry: Registry
  readonly account: Account
  readonly person: Person
  /** Content key of the event: the same event gives the same effect once. */
  readonly dedupeKey: string
  /** `--dry-run`: say what would happen and do nothing. */
  readonly dryRun: boolean
  /** `--reason "…"`, for the audit log and for whoever has to decide. */
  readonly reason?: string | undefined
}
