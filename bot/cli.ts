/** The operator's tool: reads the environment and the terminal, and hands over to the subcommand. Each is loaded only when it is asked for. */
import { systemClock } from '../db/kit/clock.ts'
import { systemRandom } from '../db/kit/random.ts'
import { StartFailure } from './local/failure.ts'
import { terminal } from './local/io.ts'

const help = `backstop COMMAND

  up       start Backstop on this machine (npm start does the same)
  doctor   look at each part: reachable, version, latency, and what to do if not
  say      say something to Backstop, or press a button, in a person's name
  chat     a conversation with Backstop in this terminal
  vault    look into a vault, check it and bring it back, with nothing else running
  help     this text

backstop COMMAND --help says more.`

const io = terminal(process.stdin, process.stdout)

async function main([command, ...rest]: readonly string[]): Promise<number> {
  const outside = { env: process.env, io, stop: stopSignal(), clock: systemClock, random: systemRandom }
  switch (command) {
    case 'up':
      return (await import('./local/up.ts')).up(rest, outside)
    case 'doctor':
      return (await import('./local/doctor/doctor.ts')).doctor(rest, outside)
    case 'say':
      return (await import('./console/cli/say.ts')).say(rest, outside)
    case 'chat': {
      const { terminalLines } = await import('./console/cli/lines.ts')
      return (await import('./console/cli/chat.ts')).chat(rest, { ...outside, lines: terminalLines(process.stdin, process.stdout) })
    }
    case 'vault':
      return (await import('./local/vault.ts')).vault(rest, process.env)
    case undefined:
    case 'help':
    case '--help':
    case '-h':
      io.say(help)
      return 0
    default:
      io.say(`There is no command "${command}".\n\n${help}`)
      return 1
  }
}

/** Aborted by the first Ctrl-C, by a request to end, or when the terminal goes away. */
function stopSignal(): AbortSignal {
  const stop = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => stop.abort())
  return stop.signal
}

main(process.argv.slice(2)).then(
  (code) => process.exit(code),
  (error: unknown) => {
    if (error instanceof StartFailure) io.say(error.message)
    else console.error(error)
    process.exit(1)
  },
)
