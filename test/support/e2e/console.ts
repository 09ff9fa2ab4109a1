import { type BotClient, BotRefused, botClient } from '../../../bot/console/cli/client.ts'
import { findBot } from '../../../bot/console/cli/find-bot.ts'
import type { ModelMessage } from '../../../bot/console/conversation/present.ts'
import { systemClock as clock } from '../../../db/kit/clock.ts'
import { newId, systemRandom as random } from '../../../db/kit/random.ts'
import type { Machine } from '../../local/support/machine.ts'

/** What a message says, as one text to search in. */
export const wordsOf = (message: ModelMessage): string => JSON.stringify(message.card)

/** A person's conversation with a running Backstop, over the console's HTTP interface, patient while a part of it is being restarted. */
export type Conversation = {
  readonly bot: BotClient
  /** Says a line and gives the answer. A repeat after a broken connection carries the same key, so nothing is done twice (R18). */
  say(text: string): Promise<ModelMessage>
  /** Presses the button that is labelled so on a message. */
  press(message: ModelMessage, label: string, values?: Readonly<Record<string, string>>): Promise<ModelMessage>
  /** The newest message that fits, as soon as there is one. @throws Error with the end of the conversation */
  sees(fits: RegExp, withinMs?: number): Promise<ModelMessage>
}

export async function conversation(machine: Machine, as: string): Promise<Conversation> {
  const bot = botClient(await findBot({ data: machine.data }, {}), as)

  async function send(work: (clientId: string) => Promise<readonly ModelMessage[]>): Promise<ModelMessage> {
    const clientId = newId(random, 'e2e')
    const answer = (await patiently(() => work(clientId))).findLast(({ card }) => card)
    if (!answer) throw new Error('Backstop gave no answer.')
    return answer
  }

  return {
    bot,
    say: (text) => send((clientId) => bot.say({ text, clientId })),
    press: (message, label, values = {}) =>
      send((clientId) => bot.act({ token: tokenOf(message, label), values, clientId, messageId: message.id })),
    sees: async (fits, withinMs = 120_000) => {
      const until = clock.now().getTime() + withinMs
      for (;;) {
        const messages = await patiently(() => bot.transcript())
        const found = messages.findLast((message) => message.card && fits.test(wordsOf(message)))
        if (found) return found
        if (clock.now().getTime() > until)
          throw new Error(`Nothing fits ${fits}. The conversation ends with:\n${messages.slice(-3).map(wordsOf).join('\n')}`)
        await clock.sleep(250)
      }
    },
  }
}

/** A refused connection, or an error of the server, while a part is away. Anything else is the test's to see. */
async function patiently<Result>(work: () => Promise<Result>, withinMs = 150_000): Promise<Result> {
  const until = clock.now().getTime() + withinMs
  for (;;) {
    try {
      return await work()
    } catch (error) {
      const away = error instanceof BotRefused || (error instanceof TypeError && error.message === 'terminated')
      if (!away || clock.now().getTime() > until) throw error
      await clock.sleep(300)
    }
  }
}

/** The opaque token behind a label, wherever on the card it stands. */
function tokenOf(message: ModelMessage, label: string): string {
  const tokens: string[] = []
  const walk = (node: unknown): void => {
    if (typeof node !== 'object' || node === null) return
    if ('label' in node && node.label === label && 'token' in node && typeof node.token === 'string') tokens.push(node.token)
    for (const child of Object.values(node)) walk(child)
  }
  walk(message.card)
  const [token] = tokens
  if (token === undefined) throw new Error(`The card has no button "${label}": ${wordsOf(message)}`)
  return token
}
