import { authorize } from '../access/authorize.ts'
import type { CardDraft } from '../cards/model.ts'
import { notice } from '../cards/notice.ts'
import { misreadCard, pickerCard } from '../cards/problem.ts'
import type { Command, Outcome } from '../commands/command.ts'
import type { GlobalFlags, RawArgs } from '../commands/grammar/parse.ts'
import { type Problem, resolveArgs } from '../commands/resolve/resolve.ts'
import { DurableUnavailable } from './durable.ts'
import type { Reply } from './gateway.ts'
import { contextOf, type Pipeline } from './pipeline.ts'
import { replyWith } from './reply.ts'
import { writeAudit } from './write-audit.ts'

export type Execution = {
  readonly command: Command
  readonly raw: RawArgs
  readonly flags: GlobalFlags
  /** What a clicked button is bound to. */
  readonly target?: string | null
  readonly clicked?: true
}

/** Authorizes, resolves and runs one command, and writes down what came of it. Permission comes first: names are not looked up for who may not. */
export async function execute(pipeline: Pipeline, execution: Execution): Promise<readonly Reply[]> {
  const { command, raw, flags, target = null, clicked } = execution
  const started = pipeline.clock.now()
  const audit = (decision: 'allowed' | 'denied' | 'refused', outcome: string, args: RawArgs = raw) =>
    writeAudit(pipeline, {
      verb: command.path,
      target,
      args: { ...args, ...(flags.reason !== undefined && { reason: flags.reason }) },
      decision,
      outcome,
      started,
    })
  const answer = (outcome: Outcome) => replyWith(pipeline, clicked ? outcome : withoutPlace(outcome), flags.json)

  const may = authorize(pipeline.person, command.permission)
  if (!may.allowed) {
    await audit('denied', `missing ${command.permission}`)
    return [await answer({ card: notice('warn', 'That is not yours to do', may.sentence) })]
  }
  const context = contextOf(pipeline, flags)
  const resolved = await resolveArgs(command, raw, context)
  if (!resolved.ok) {
    await audit('refused', resolved.problem.sentence)
    return [await answer({ card: problemCard(command, resolved.raw, resolved.problem) })]
  }
  try {
    const outcomes = await command.run(resolved.args, context)
    const refusals = outcomes.flatMap(({ refused }) => (refused === undefined ? [] : [refused]))
    await audit(refusals.length > 0 ? 'refused' : 'allowed', refusals[0] ?? (flags.dryRun ? 'dry run' : 'done'))
    return await Promise.all(outcomes.map(answer))
  } catch (error) {
    await audit('allowed', error instanceof DurableUnavailable ? 'not done: Temporal is away' : 'failed')
    throw error
  }
}

/** A typed line has no card to take the place of. */
function withoutPlace({ replaces: _, ...outcome }: Outcome): Outcome {
  return outcome
}

function problemCard(command: Command, raw: RawArgs, { arg, sentence, offers }: Problem): CardDraft {
  if (!offers || offers.length === 0) return misreadCard({ path: command.path, arg, sentence, example: command.examples[0] })
  const several = command.args.find(({ name }) => name === arg)?.kind === 'drives'
  return pickerCard({
    title: `${command.path}: which one?`,
    sentence,
    choices: offers.map(({ label, hint, value }) => ({
      label,
      ...(hint !== undefined && { hint }),
      intent: { command: command.path, args: { ...raw, [arg]: several ? [value] : value } },
    })),
  })
}
