import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { StartFailure } from './failure.ts'

export type UpOptions = {
  readonly data: string
  /** The bot's port; undefined: the remembered one, or a free one. */
  readonly port: number | undefined
  readonly reset: boolean
  readonly yes: boolean
  readonly help: boolean
}

/** In the checkout, wherever in it the command is typed. */
export const defaultData = join(import.meta.dirname, '..', '..', '.backstop')

export const upHelp = `backstop up [--data DIR] [--port N] [--reset [--yes]]

Starts Backstop on this machine: PostgreSQL, Temporal, the practice Drive, the worker and the bot.
Ctrl-C stops all of it.

  --data DIR   the folder that holds everything (default: .backstop in the checkout)
  --port N     the console's port (default: the same as last time, or a free one)
  --reset      begin anew: deletes all backups and settings in the folder, after asking
  --yes        do not ask`

/** Reads the arguments of `npm start` and `backstop up`. @throws {StartFailure} for one that does not exist or cannot be */
export function readUpOptions(argv: readonly string[]): UpOptions {
  const { data, port, reset, yes, help } = parse(argv)
  return {
    data: data ?? defaultData,
    port: port === undefined ? undefined : readPort(port),
    reset: reset ?? false,
    yes: yes ?? false,
    help: help ?? false,
  }
}

function parse(argv: readonly string[]) {
  try {
    return parseArgs({
      args: [...argv],
      options: {
        data: { type: 'string' },
        port: { type: 'string' },
        reset: { type: 'boolean' },
        yes: { type: 'boolean', short: 'y' },
        help: { type: 'boolean', short: 'h' },
      },
    }).values
  } catch (error) {
    throw new StartFailure(`${(error as Error).message}\n\n${upHelp}`)
  }
}

function readPort(text: string): number {
  const port = Number(text)
  if (Number.isInteger(port) && port >= 1 && port <= 65_535) return port
  throw new StartFailure(`--port takes a number from 1 to 65535, not "${text}".`)
}
