import { type JsonValue, recordAudit } from '../../db/audit.ts'
import type { Pipeline } from './pipeline.ts'

export type Deed = {
  readonly verb: string
  readonly target?: string | null
  readonly args: Readonly<Record<string, unknown>>
  readonly decision: 'allowed' | 'denied' | 'refused'
  readonly outcome: string
  readonly started: Date
}

/** Longer texts are cut: the log says what was asked, it does not store it. */
const longest = 500

/** One row for every command and every click. Arguments never hold secrets: no command takes one, they go through web pages only. */
export async function writeAudit({ db, account, person, surface, clock }: Pipeline, deed: Deed): Promise<void> {
  const now = clock.now()
  await recordAudit(db, account.id, {
    at: now,
    actorId: person.id,
    surface,
    verb: deed.verb.slice(0, longest),
    target: deed.target ?? null,
    arguments: plain(deed.args),
    decision: deed.decision,
    outcome: deed.outcome.slice(0, longest),
    latencyMs: Math.max(0, now.getTime() - deed.started.getTime()),
  })
}

/** As JSON has it, without NUL, which PostgreSQL cannot keep. */
function plain(value: unknown): JsonValue {
  if (typeof value === 'string') return value.replaceAll('\u0000', '').slice(0, longest)
  if (typeof value === 'number' || typeof value === 'boolean') return value
  if (Array.isArray(value)) return value.map(plain)
  if (typeof value !== 'object' || value === null) return null
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, plain(inner)]))
}
