import { parseArgs } from 'node:util'
import type { Values } from '../../gateway/gateway.ts'
import { BotRefused } from './client.ts'
import type { WhereOptions } from './find-bot.ts'

export const sayHelp = `backstop say --as PERSON [--wait] [--json] "TEXT"
backstop say --as PERSON --click BUTTON [--set NAME=VALUE …] [--wait] [--json]

Says something to Backstop in a person's name, or presses a button of the last card that has it.

  --as PERSON     a handle such as ada, or a role: admin, approver, on-call
  --click BUTTON  the button's number or label, such as 1 or "Approve"
  --set NAME=VAL  what to enter in a field of its form, or to choose in a table; again for more
  --wait          stay until the work is done, and show how it goes on
  --json          print the card model, one line of JSON for each card
  --data DIR      the folder of the Backstop to speak to (default: .backstop in the checkout)
  --url URL --operator-key-file FILE
                  the Backstop to speak to, where it is not on this machine

Ends with 0, and with 1 when the answer is a problem.`

export type SayOptions = {
  readonly as: string
  readonly what: { readonly text: string } | { readonly click: string; readonly values: Values }
  readonly wait: boolean
  readonly json: boolean
  readonly where: WhereOptions
}

/** Reads the arguments of `backstop say`; undefined when help was asked for. @throws {BotRefused} for what cannot be understood */
export function readSayOptions(argv: readonly string[]): SayOptions | undefined {
  const { values, positionals } = parse(argv)
  if (values.help) return undefined
  const text = positionals.join(' ')
  if (values.as === undefined) throw new BotRefused(`Say in whose name: --as ada, or --as approver.\n\n${sayHelp}`)
  if ((text === '') === (values.click === undefined)) throw new BotRefused(`Give either a text or --click.\n\n${sayHelp}`)
  const what = values.click === undefined ? { text } : { click: values.click, values: readValues(values.set ?? []) }
  const { data, url, 'operator-key-file': keyFile } = values
  return { as: values.as, what, wait: values.wait ?? false, json: values.json ?? false, where: { data, url, 'operator-key-file': keyFile } }
}

function parse(argv: readonly string[]) {
  try {
    return parseArgs({
      args: [...argv],
      allowPositionals: true,
      options: {
        as: { type: 'string' },
        click: { type: 'string' },
        set: { type: 'string', multiple: true },
        wait: { type: 'boolean' },
        json: { type: 'boolean' },
        data: { type: 'string' },
        url: { type: 'string' },
        'operator-key-file': { type: 'string' },
        help: { type: 'boolean', short: 'h' },
      },
    })
  } catch (error) {
    throw new BotRefused(`${(error as Error).message}\n\n${sayHelp}`)
  }
}

/** `true` and `false` are a switch; a name that comes again makes a list. */
export function readValues(pairs: readonly string[]): Values {
  const values: Record<string, string | boolean | string[]> = {}
  for (const pair of pairs) {
    const at = pair.indexOf('=')
    if (at < 1) throw new BotRefused(`--set takes NAME=VALUE, not "${pair}".`)
    const name = pair.slice(0, at)
    const text = pair.slice(at + 1)
    const before = values[name]
    if (before === undefined) values[name] = text === 'true' ? true : text === 'false' ? false : text
    else values[name] = [...(Array.isArray(before) ? before : [String(before)]), text]
  }
  return values
}
