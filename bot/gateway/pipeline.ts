import type { CommandContext, CommandDeps } from '../commands/context.ts'
import type { Registry } from '../commands/registry.ts'
import type { Account, Person } from '../commands/subjects.ts'

/** One event on its way: who, from where, and what everything it may need is. */
export type Pipeline = CommandDeps & {
  readonly registry: Registry
  readonly account: Account
  readonly person: Person
  readonly surface: string
  readonly dedupeKey: string
}

export const contextOf = (
  { surface: _surface, ...pipeline }: Pipeline,
  flags: { readonly dryRun: boolean; readonly reason?: string | undefined },
): CommandContext => ({ ...pipeline, dryRun: flags.dryRun, reason: flags.reason })
