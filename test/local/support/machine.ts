import { spawn } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { isRunning, type ProcessIdentity, signalProcess } from '../../../bot/local/processes/identity.ts'
import { waitUntil } from '../../../bot/local/processes/ports.ts'
import { systemClock } from '../../../db/kit/clock.ts'

const launcher = join(import.meta.dirname, '..', '..', '..', 'bot', 'backstop.mjs')
const clock = systemClock

export type Machine = {
  readonly data: string
  /** What it has shown so far. */
  readonly shown: () => string
  /** Waits until it has shown something that fits. @throws Error with what it showed instead */
  readonly shows: (fits: RegExp, withinMs?: number) => Promise<RegExpExecArray>
  /** The processes that are on record in the folder, by name. */
  readonly parts: () => Readonly<Record<string, ProcessIdentity>>
  readonly signal: (signal: NodeJS.Signals) => void
  readonly ended: Promise<number | null>
}

/** `backstop up` on a folder; ended, with all of its parts, when the test is over. */
export function startMachine(data: string, args: readonly string[] = [], env: NodeJS.ProcessEnv = process.env): Machine {
  const child = spawn(process.execPath, [launcher, 'up', '--data', data, ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] })
  let text = ''
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (chunk: string) => (text += chunk))
  const ended = new Promise<number | null>((resolve) => child.once('close', (code) => resolve(code)))
  const shows = async (fits: RegExp, withinMs = 120_000) => {
    const stop = new AbortController()
    void ended.then(() => stop.abort())
    await waitUntil(async () => fits.test(text), { clock, withinMs, signal: stop.signal })
    const match = fits.exec(text)
    if (!match) throw new Error(`Backstop did not show ${fits}, but:\n${text}`)
    return match
  }
  onTestFinished(async () => {
    child.kill('SIGTERM')
    await ended
    for (const part of Object.values(partsIn(data))) signalProcess(part, 'SIGKILL')
  })
  return { data, shown: () => text, shows, parts: () => partsIn(data), signal: (signal) => child.kill(signal), ended }
}

/** Waits until a part of the name runs that is not the given one. */
export async function nextPart(machine: Machine, name: string, before: ProcessIdentity | undefined): Promise<ProcessIdentity> {
  const isNew = () => {
    const part = machine.parts()[name]
    return part !== undefined && part.pid !== before?.pid && isRunning(part)
  }
  await waitUntil(async () => isNew(), { clock, withinMs: 60_000 })
  const part = machine.parts()[name]
  if (!part) throw new Error(`${name} does not run. Backstop showed:\n${machine.shown()}`)
  return part
}

function partsIn(data: string): Readonly<Record<string, ProcessIdentity>> {
  const run = join(data, 'run')
  if (!existsSync(run)) return {}
  const names = readdirSync(run).filter((name) => name.endsWith('.json'))
  return Object.fromEntries(names.flatMap((name) => readPart(join(run, name)).map((part) => [name.replace('.json', ''), part])))
}

/** None when the part has ended since the folder was listed. */
function readPart(path: string): readonly ProcessIdentity[] {
  return existsSync(path) ? [JSON.parse(readFileSync(path, 'utf8')) as ProcessIdentity] : []
}
