/** Composition root of `backstop vault`: what an operator does with a vault directly, without Temporal, Google or chat. */
import { createInterface } from 'node:readline/promises'
import { systemClock } from '../../db/kit/clock.ts'
import { systemRandom } from '../../db/kit/random.ts'
import { VaultError } from '../vault/index.ts'
import { CommandFailure, type Outside, UsageError } from './command.ts'
import { commands } from './commands.ts'

const help = `backstop vault COMMAND

${Object.entries(commands)
  .map(([name, { summary }]) => `  ${name.padEnd(14)} ${summary}`)
  .join('\n')}

backstop vault COMMAND --help says more.

Where the vault is, and the key: --vault LOCATION (a path or s3://bucket/prefix) and --key-file FILE, or BACKSTOP_VAULT_URL and
BACKSTOP_KEY_FILE, or the folder of one-machine mode: backstop vault --data DIR COMMAND.`

const stop = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => stop.abort())

const outside: Outside = {
  env: process.env,
  say: (line) => void process.stdout.write(`${line}\n`),
  note: (line) => void process.stderr.write(`${line}\n`),
  ask,
  stop: stop.signal,
  clock: systemClock,
  random: systemRandom,
}

async function ask(question: string): Promise<string | undefined> {
  const lines = createInterface({ input: process.stdin, output: process.stderr })
  const ended = new Promise<undefined>((resolve) => lines.once('close', () => resolve(undefined)))
  try {
    return await Promise.race([lines.question(question, { signal: stop.signal }), ended])
  } finally {
    lines.close()
  }
}

async function main([name = 'help', ...args]: readonly string[]): Promise<number> {
  const entry = commands[name]
  if (!entry) {
    const asked = ['help', '--help', '-h'].includes(name)
    outside.say(asked ? help : `There is no command "vault ${name}".\n\n${help}`)
    return asked ? 0 : 2
  }
  const command = await entry.load()
  if (args.includes('--help') || args.includes('-h')) {
    outside.say(command.help)
    return 0
  }
  try {
    return await command.run(args, outside)
  } catch (error) {
    if (error instanceof UsageError) outside.note(`${error.message}\n\n${command.help}`)
    else if (error instanceof CommandFailure) outside.note(error.message)
    else if (error instanceof VaultError) outside.note(`${error.message} (${error.name})`)
    else throw error
    return error instanceof UsageError ? 2 : 1
  }
}

process.exitCode = await main(process.argv.slice(2))
