/** The operator's tool: `backstop up`, `doctor`, `say`, `chat`. Reads the environment and the terminal, and hands over. */
import { systemClock } from '../db/kit/clock.ts'
import { doctor } from './local/doctor/doctor.ts'
import { terminal } from './local/io.ts'
import { up } from './local/up.ts'

const help = `backstop COMMAND

  up       start Backstop on this machine (npm start does the same)
  doctor   look at each part: reachable, version, latency, and what to do if not
  help     this text

backstop COMMAND --help says more.`

async function main([command, ...rest]: readonly string[]): Promise<number> {
  const io = terminal(process.stdin, process.stdout)
  switch (command) {
    case 'up':
      return up(rest, { env: process.env, io, stop: stopSignal() })
    case 'doctor':
      return doctor(rest, { env: process.env, io, clock: systemClock })
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
    console.error(error)
    process.exit(1)
  },
)
