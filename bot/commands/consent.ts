import { createHash } from 'node:crypto'
import { addConsent } from '../../db/consents.ts'
import { consentCard } from '../cards/consent.ts'
import { notice } from '../cards/notice.ts'
import type { Outcome } from './command.ts'
import type { CommandContext } from './context.ts'

/** conventions.md: OAuth state lives for ten minutes. */
const ttlMs = 10 * 60_000

/**
 * Prepares a consent for this person and gives the way there. The state goes out in the link and only its hash is kept; the PKCE verifier is
 * kept sealed and goes nowhere.
 */
export async function consentFor(
  task: { readonly taskId?: string; readonly taskName: string },
  { db, account, person, clock, random, sealer, links, dryRun }: CommandContext,
): Promise<Outcome> {
  if (dryRun)
    return { card: notice('info', 'Dry run', `A link to Google’s sign-in for the task ${task.taskName} would be made. Nothing was done.`) }
  const state = Buffer.from(random.bytes(32)).toString('base64url')
  const verifier = Buffer.from(random.bytes(32)).toString('base64url')
  const expiresAt = new Date(clock.now().getTime() + ttlMs)
  await addConsent(db, account.id, {
    stateHash: createHash('sha256').update(state).digest(),
    personId: person.id,
    taskId: task.taskId,
    taskName: task.taskName,
    codeVerifier: sealer.seal(verifier, { purpose: 'code-verifier', accountId: account.id }),
    expiresAt,
  })
  return { card: consentCard({ taskName: task.taskName, reconnect: task.taskId !== undefined, url: links.connect(state), expiresAt }) }
}
