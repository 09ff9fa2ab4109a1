import { issueTokens } from '../cards/tokens.ts'
import type { Outcome } from '../commands/command.ts'
import type { Reply } from './gateway.ts'
import type { Pipeline } from './pipeline.ts'

/** Turns what a command says into what a surface shows: buttons get their tokens. Only cards about a subject are for more than one pair of eyes. */
export async function replyWith({ db, account, clock }: Pipeline, outcome: Outcome, asJson = false): Promise<Reply> {
  const { card, subject, replaces } = outcome
  return {
    card: await issueTokens(db, account.id, card, clock.now()),
    ephemeral: subject === undefined,
    ...(subject && { subject }),
    ...(replaces && { replaces }),
    ...(asJson && { asJson: true as const }),
  }
}
