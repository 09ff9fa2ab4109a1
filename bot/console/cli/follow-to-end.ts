import type { Clock } from '../../../db/kit/clock.ts'
import type { ModelMessage } from '../conversation/present.ts'
import type { BotClient } from './client.ts'

export type Following = { readonly clock: Clock; readonly stop: AbortSignal; readonly onChange: (message: ModelMessage) => void }

/** How often to ask, beside being told: a change that was told of while the connection was cut is found so. */
const askMs = 500

/**
 * Stays until what the messages are about has come to its end, and tells of every change of their cards. Bears a bot that is restarted.
 * @returns the messages as they are in the end
 */
export async function followToEnd(
  bot: BotClient,
  messages: readonly ModelMessage[],
  { clock, stop, onChange }: Following,
): Promise<readonly ModelMessage[]> {
  const shown = new Map(messages.map((message) => [message.id, message]))
  const open = new Set(messages.filter(({ subject }) => subject !== undefined).map(({ id }) => id))
  let before: readonly string[] = []
  while (open.size > 0 && !stop.aborted) {
    const round = await look(bot, [...open])
    for (const message of round?.messages ?? []) {
      if (!shown.has(message.id) || shown.get(message.id)?.version === message.version) continue
      shown.set(message.id, message)
      onChange(message)
    }
    // Twice: the work's end is written down a moment before its card is asked for.
    for (const id of round?.settled ?? []) if (before.includes(id)) open.delete(id)
    before = round?.settled ?? []
    if (open.size > 0) await clock.sleep(askMs, stop).catch(() => {})
  }
  return [...shown.values()]
}

/** The end first and the cards after it, so that the last card is one that was rendered at the end. */
async function look(bot: BotClient, open: readonly string[]) {
  try {
    const settled: string[] = []
    for (const id of open) if (await bot.settled(id)) settled.push(id)
    return { settled, messages: await bot.transcript() }
  } catch {
    // The bot or its database is away for a moment; what is waited for goes on without them.
    return undefined
  }
}
