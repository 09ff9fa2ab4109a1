/** `backstop doctor`: each part of Backstop: reachable, version, latency, and what to do if not. */
import { parseArgs } from 'node:util'
import type { Clock } from '../../../db/kit/clock.ts'
import { partEnvironment } from '../environment.ts'
import { StartFailure } from '../failure.ts'
import { dataFolder } from '../folder/data-folder.ts'
import { readState } from '../folder/state.ts'
import type { Io } from '../io.ts'
import { defaultData } from '../options.ts'
import { examine, type Finding } from './check.ts'
import { allChecks } from './checks.ts'

export const doctorHelp = `backstop doctor [--data DIR] [--json]

Looks at each part of Backstop and says what to do where one is not well.
Without --data it looks at the Backstop of this checkout, or at the one that the environment names (BACKSTOP_DATABASE_URL and so on).
Ends with 0 when all is well and with 1 when not.`

type Outside = { readonly env: NodeJS.ProcessEnv; readonly io: Io; readonly clock: Clock }

/**
 * @returns the exit code: 0 when every part is well
 * @throws {StartFailure} when there is no Backstop to look at
 */
export async function doctor(argv: readonly string[], { env, io, clock }: Outside): Promise<number> {
  const { data, json, help } = parse(argv)
  if (help) {
    io.say(doctorHelp)
    return 0
  }
  const findings = await Promise.all(allChecks(environmentOf(data, env), clock).map((check) => examine(check, clock)))
  const ok = findings.every((finding) => finding.ok)
  io.say(json ? JSON.stringify({ ok, parts: findings }) : [...findings.map(lineOf), '', verdict(findings)].join('\n'))
  return ok ? 0 : 1
}

/** Where a database is named, Backstop does not run in one-machine mode, unless a folder is asked for. */
function environmentOf(data: string | undefined, env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  if (data === undefined && env['BACKSTOP_DATABASE_URL'] !== undefined) return env
  const folder = dataFolder(data ?? defaultData)
  const state = readState(folder)
  if (!state)
    throw new StartFailure(`There is no Backstop in ${folder.path} yet. Start it with npm start, or name its folder with --data DIR.`)
  return partEnvironment(folder, state.ports, env)
}

function lineOf({ part, ok, latencyMs, version, detail, advice }: Finding): string {
  const facts = [version, detail].filter((fact) => fact !== undefined).join(', ')
  const first = `${ok ? '✓' : '✗'} ${part.padEnd(15)} ${`${latencyMs} ms`.padStart(8)}  ${facts}`
  return advice === undefined ? first : `${first}\n${' '.repeat(28)}${advice}`
}

function verdict(findings: readonly Finding[]): string {
  const ill = findings.filter(({ ok }) => !ok).length
  return ill === 0 ? 'All parts are well.' : `${ill} of ${findings.length} parts need a look.`
}

function parse(argv: readonly string[]) {
  try {
    return parseArgs({
      args: [...argv],
      options: { data: { type: 'string' }, json: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } },
    }).values
  } catch (error) {
    throw new StartFailure(`${(error as Error).message}\n\n${doctorHelp}`)
  }
}
