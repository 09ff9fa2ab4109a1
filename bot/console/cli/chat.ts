/** `backstop chat`: the conversation in a terminal, with what happens meanwhile appearing above the line. */
import { parseArgs } from 'node:util'
import { newId } from '../../../db/kit/random.ts'
import type { FormField } from '../../cards/model.ts'
import type { Values } from '../../gateway/gateway.ts'
import { type Control, controlNamed } from '../controls.ts'
import type { ModelMessage } from '../conversation/present.ts'
import { renderText } from '../render-text.ts'
import { type BotClient, BotRefused, botClient } from './client.ts'
import { findBot } from './find-bot.ts'
import type { Lines } from './lines.ts'
import type { Outside } from './outside.ts'
import { valuesFor } from './press.ts'

export const chatHelp = `backstop chat [--as PERSON] [--data DIR | --url URL --operator-key-file FILE]

A conversation with Backstop in this terminal. Type commands such as help; type the number of a button of the last card to press it.
Ctrl-D or "exit" ends it; what is under way goes on.

  --as PERSON  a handle such as ada, or a role: admin (the default), approver, on-call`

/** How long to wait before the stream of news is opened again. */
const retryMs = 1_000

/** @returns the exit code */
export async function chat(argv: readonly string[], outside: Outside & { readonly lines: Lines }): Promise<number> {
  const { env, io } = outside
  try {
    const { as, help, ...where } = readOptions(argv)
    if (help) {
      io.say(chatHelp)
      return 0
    }
    const bot = botClient(await findBot(where, env), as ?? 'admin')
    await new Conversation(bot, outside, await bot.person()).run()
    return 0
  } catch (error) {
    if (!(error instanceof BotRefused)) throw error
    io.say(error.message)
    return 1
  } finally {
    outside.lines.close()
  }
}

function readOptions(argv: readonly string[]) {
  try {
    return parseArgs({
      args: [...argv],
      options: {
        as: { type: 'string' },
        data: { type: 'string' },
        url: { type: 'string' },
        'operator-key-file': { type: 'string' },
        help: { type: 'boolean', short: 'h' },
      },
    }).values
  } catch (error) {
    throw new BotRefused(`${(error as Error).message}\n\n${chatHelp}`)
  }
}

class Conversation {
  readonly #bot: BotClient
  readonly #outside: Outside & { readonly lines: Lines }
  readonly #person: { readonly displayName: string; readonly timeZone: string }
  /** The version of each message that stands on the screen. */
  readonly #shown = new Map<string, string>()
  /** The newest card that has buttons: what a number means. */
  #last: ModelMessage | undefined

  constructor(
    bot: BotClient,
    outside: Outside & { readonly lines: Lines },
    person: { readonly displayName: string; readonly timeZone: string },
  ) {
    this.#bot = bot
    this.#outside = outside
    this.#person = person
  }

  async run(): Promise<void> {
    const { lines, stop } = this.#outside
    const ended = new AbortController()
    const signal = AbortSignal.any([stop, ended.signal])
    stop.addEventListener('abort', () => lines.close(), { once: true })
    lines.above(`You speak with Backstop as ${this.#person.displayName}. Type help, or exit.`)
    for (const message of await this.#bot.transcript()) this.#shown.set(message.id, message.version)
    const listening = this.#listen(signal)
    for (;;) {
      const line = (await lines.next('> '))?.trim()
      if (line === undefined || line === 'exit' || line === 'quit') break
      await this.#take(line)
    }
    ended.abort()
    await listening
  }

  /** Says what was typed, or presses the button that it names. Trouble is told, and the conversation goes on. */
  async #take(line: string): Promise<void> {
    try {
      const clientId = newId(this.#outside.random, 'chat')
      const control = /^\d+$/.test(line) && this.#last?.card ? controlNamed(this.#last.card, line) : undefined
      if (!control || !this.#last) return this.#show(await this.#bot.say({ text: line, clientId }))
      const { id } = this.#last
      const values = await this.#ask(control)
      if (values) this.#show(await this.#bot.act({ token: control.token, values, clientId, messageId: id }))
      else this.#outside.lines.above('Nothing was done.')
    } catch (error) {
      if (!(error instanceof BotRefused)) throw error
      this.#outside.lines.above(error.message)
    }
  }

  /** Asks for what the button needs; undefined when the person does not want to after all. */
  async #ask(control: Control): Promise<Values | undefined> {
    const { lines } = this.#outside
    const given: Record<string, string | boolean | string[]> = {}
    for (const { name, label, options, multiple } of control.selections) {
      lines.above(`${label}:\n${options.map((option, index) => `  ${index + 1}. ${option.label}`).join('\n')}`)
      const answer = await lines.next(multiple ? 'Numbers, or all: ' : 'Number: ')
      if (answer === undefined || answer.trim() === '') return undefined
      const numbers = answer.trim() === 'all' ? options.map((_, index) => index + 1) : answer.split(/[\s,]+/).map(Number)
      given[name] = numbers.flatMap((number) => options[number - 1]?.value ?? [])
    }
    for (const field of control.fields) {
      const answer = await lines.next(promptOf(field))
      if (answer === undefined) return undefined
      if (answer.trim() !== '') given[field.name] = entered(field, answer.trim())
    }
    if (control.confirm) {
      lines.above(`${control.confirm.title}\n${control.confirm.text}`)
      if (!/^y(es)?$/i.test((await lines.next(`${control.confirm.confirmLabel}? [y/N] `)) ?? '')) return undefined
    }
    return valuesFor(control, given)
  }

  #show(messages: readonly ModelMessage[]): void {
    for (const message of messages) {
      const { id, version, card } = message
      if (!card || this.#shown.get(id) === version) continue
      this.#shown.set(id, version)
      this.#outside.lines.above(`\n${renderText(card, this.#person)}\n`)
      if (card.actions.length > 0 || card.form) this.#last = message
    }
  }

  async #listen(signal: AbortSignal): Promise<void> {
    const { clock, lines } = this.#outside
    let cut = false
    while (!signal.aborted) {
      try {
        for await (const news of this.#bot.news(signal)) {
          if (cut) lines.above('Connected again.')
          cut = false
          if ('message' in news) this.#show([news.message])
          if ('trouble' in news) lines.above(news.trouble)
        }
      } catch (error) {
        if (!cut && !signal.aborted)
          lines.above(`${error instanceof BotRefused ? error.message : 'The connection to Backstop was cut.'} Trying again…`)
        cut = true
      }
      await clock.sleep(retryMs, signal).catch(() => {})
    }
  }
}

function promptOf(field: FormField): string {
  const choices =
    field.type === 'choice' ? ` (${field.options.map(({ label }) => label).join(', ')})` : field.type === 'toggle' ? ' (yes, no)' : ''
  const value = field.type === 'toggle' ? (field.value ? 'yes' : 'no') : field.value
  return `${field.label}${choices}${value ? ` [${value}]` : ''}: `
}

/** A choice may be named by its label, and a switch is yes or no. */
function entered(field: FormField, answer: string): string | boolean {
  if (field.type === 'toggle') return /^(y|yes|true|on)$/i.test(answer)
  if (field.type !== 'choice') return answer
  return field.options.find(({ label, value }) => value === answer || label.toLowerCase() === answer.toLowerCase())?.value ?? answer
}
