import { cardAction } from '../../db/card-actions.ts'
import { button, run } from '../cards/buttons.ts'
import type { CardDraft } from '../cards/model.ts'
import { notice } from '../cards/notice.ts'
import { execute } from './execute.ts'
import type { Reply, Values } from './gateway.ts'
import type { Pipeline } from './pipeline.ts'
import { replyWith } from './reply.ts'
import { writeAudit } from './write-audit.ts'

/**
 * Does what a button stands for. What the intent says is fixed; what a form or selection sends only fills what the intent left open (R3).
 * A token that is unknown, of another account, or old gets an answer too (R4).
 */
export async function answerClick(token: string, values: Values, pipeline: Pipeline): Promise<readonly Reply[]> {
  const { db, account, clock, registry } = pipeline
  const started = clock.now()
  const action = await cardAction(db, account.id, token)
  const refuse = async (verb: string, card: CardDraft, outcome: string) => {
    await writeAudit(pipeline, { verb, target: action?.subjectId ?? null, args: {}, decision: 'refused', outcome, started })
    return [await replyWith(pipeline, { card })]
  }

  if (!action) return refuse('unknown button', stale('This button is not known here, so nothing was done.'), 'unknown token')
  if (action.expiresAt !== null && action.expiresAt <= started) {
    return refuse(action.intent, stale('This button is too old, so nothing was done.'), 'expired token')
  }
  const command = registry.byPath(action.intent)
  if (!command) return refuse(action.intent, stale('What this button did is not offered any more, so nothing was done.'), 'no such command')
  return execute(pipeline, {
    command,
    raw: { ...values, ...(action.payload as Readonly<Record<string, unknown>>) },
    flags: { json: false, dryRun: false, help: false },
    target: action.subjectId,
    clicked: true,
  })
}

const stale = (sentence: string): CardDraft =>
  notice('warn', 'An old button', `${sentence} Ask for a fresh card, for example by typing status, drives or jobs.`, {
    actions: [button('Status', run('status')), button('Jobs', run('jobs'))],
  })
