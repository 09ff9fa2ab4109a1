/** `backstop say`: one line or one click in a person's name, and the answer. Everything that a page can do can be scripted. */
import { newId } from '../../../db/kit/random.ts'
import type { ModelMessage } from '../conversation/present.ts'
import { renderText } from '../render-text.ts'
import { type BotClient, BotRefused, botClient } from './client.ts'
import { findBot } from './find-bot.ts'
import { followToEnd } from './follow-to-end.ts'
import type { Outside } from './outside.ts'
import { buttonNamed, valuesFor } from './press.ts'
import { readSayOptions, type SayOptions, sayHelp } from './say-options.ts'

/** @returns the exit code: 0, or 1 when the answer is a problem or there is none */
export async function say(argv: readonly string[], outside: Outside): Promise<number> {
  const { io, env } = outside
  try {
    const options = readSayOptions(argv)
    if (!options) {
      io.say(sayHelp)
      return 0
    }
    const bot = botClient(await findBot(options.where, env), options.as)
    return await sayTo(bot, options, outside)
  } catch (error) {
    if (!(error instanceof BotRefused)) throw error
    io.say(error.message)
    return 1
  }
}

async function sayTo(bot: BotClient, { what, wait, json }: SayOptions, { io, clock, random, stop }: Outside): Promise<number> {
  const { timeZone } = await bot.person()
  const show = ({ card }: ModelMessage) => {
    if (card) io.say(json ? JSON.stringify(card) : renderText(card, { timeZone }))
  }
  const answers = (await send(bot, what, newId(random, 'cli'))).filter(({ card }) => card)
  for (const answer of answers) show(answer)
  const ends = wait ? await followToEnd(bot, answers, { clock, stop, onChange: show }) : answers
  return ends.some(({ card }) => card?.tone === 'fail') ? 1 : 0
}

async function send(bot: BotClient, what: SayOptions['what'], clientId: string): Promise<readonly ModelMessage[]> {
  if ('text' in what) return bot.say({ text: what.text, clientId })
  const { messageId, control } = buttonNamed(await bot.transcript(), what.click)
  return bot.act({ token: control.token, values: valuesFor(control, what.values), clientId, messageId })
}
