import { type Account, accountById } from '../../db/accounts.ts'
import { newId } from '../../db/kit/random.ts'
import { type Person, personById } from '../../db/people.ts'
import { allCommands } from '../commands/all.ts'
import type { CommandDeps } from '../commands/context.ts'
import { createRegistry } from '../commands/registry.ts'
import { answerClick } from './answer-click.ts'
import { answerLine } from './answer-line.ts'
import { complete } from './complete.ts'
import { once } from './dedupe.ts'
import { failureReply, failureSentence } from './failures.ts'
import type { Gateway, Inbound, Reply } from './gateway.ts'
import { optionsFor } from './options.ts'
import type { Pipeline } from './pipeline.ts'

export type GatewayParts = CommandDeps & {
  /** Told of everything that went wrong on our side; the person is given the same reference. */
  onFailure(error: unknown, reference: string): void
}

/**
 * The one pipeline behind every surface: drop repeats, find out who asks, understand, authorize, run, write the audit log, give buttons their
 * tokens. Holds no state of its own: after a restart every button still works (R4).
 */
export function createGateway(parts: GatewayParts): Gateway {
  const { onFailure, ...deps } = parts
  const registry = createRegistry(allCommands.filter(({ practiceOnly }) => !practiceOnly || deps.practice !== undefined))

  const pipeline = (inbound: Inbound, account: Account, person: Person): Pipeline => ({
    ...deps,
    registry,
    account,
    person,
    surface: inbound.surface,
    dedupeKey: inbound.dedupeKey,
  })

  async function answer(inbound: Inbound, work: (pipeline: Pipeline) => Promise<readonly Reply[]>): Promise<readonly Reply[]> {
    try {
      return await once(deps, inbound, async () => {
        const [account, person] = await whoIs(inbound)
        // PRE-05: nobody without an account gets an answer other than this one.
        if (!account || !person) return [failureReply('You are not known here. Ask an admin of your account to add you.')]
        return work(pipeline(inbound, account, person))
      })
    } catch (error) {
      const reference = newId(deps.random, 'err')
      onFailure(error, reference)
      return [failureReply(failureSentence(error, reference))]
    }
  }

  const whoIs = ({ accountId, personId }: { readonly accountId: string; readonly personId: string }) =>
    Promise.all([accountById(deps.db, accountId), personById(deps.db, accountId, personId)])

  return {
    say: ({ text, ...inbound }) => answer(inbound, (line) => answerLine(text, line)),
    act: ({ token, values, ...inbound }) => answer(inbound, (click) => answerClick(token, values, click)),
    complete: async ({ accountId, personId, text, cursor }) => {
      const [account, person] = await whoIs({ accountId, personId })
      return account && person ? complete({ ...deps, registry, account, person }, text, cursor) : []
    },
    options: async ({ accountId, personId, source, text }) => {
      const [account, person] = await whoIs({ accountId, personId })
      return account && person ? optionsFor({ ...deps, account, person }, source, text) : []
    },
  }
}
