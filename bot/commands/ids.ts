import { createHash } from 'node:crypto'
import type { CommandContext } from './context.ts'

/**
 * An id that follows from the event that asked for it: when the same event comes again, after a crash too, it finds what it made the first
 * time instead of making it twice (P12). `part` tells several things of one event apart.
 */
export function idOfEvent(
  { account, person, dedupeKey }: Pick<CommandContext, 'account' | 'person' | 'dedupeKey'>,
  prefix: string,
  part = '',
): string {
  const digest = createHash('sha256')
    .update(JSON.stringify([account.id, person.id, dedupeKey, part]))
    .digest('hex')
  return `${prefix}_${digest.slice(0, 24)}`
}
