import { appendFileSync, existsSync, renameSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { Clock } from '../../../db/kit/clock.ts'
import type { DataFolder } from '../folder/data-folder.ts'
import { writeWhole } from '../folder/write-whole.ts'
import { type Child, type Exit, startChild } from '../processes/child.ts'
import { type Part, type ReadyFacts, readyWithinMs } from './part.ts'

/** A part that is up. */
export type RunningPart = { readonly child: Child; readonly facts: ReadyFacts }

/** Why a part did not come up: its last lines say more than any sentence of ours. */
export class PartDidNotStart extends Error {
  override readonly name = 'PartDidNotStart'
  readonly lastLines: readonly string[]

  constructor(part: Part, what: string, lastLines: readonly string[], logFile: string) {
    super([`${part.title} ${what}. Its log is ${logFile}; it ends with:`, ...lastLines.map((line) => `  ${line}`)].join('\n'))
    this.lastLines = lastLines
  }
}

/** A log file that has grown past this is put aside, once, when its part starts. */
const longestLogBytes = 16 * 1024 * 1024
const keptLines = 12

/**
 * Starts the part, puts it on record in the folder, and waits until it is up.
 * @throws {PartDidNotStart} it ended, or did not come up in time; nothing of it is left running
 */
export async function runPart(part: Part, folder: DataFolder, clock: Clock, signal: AbortSignal): Promise<RunningPart> {
  const logFile = join(folder.logs, `${part.name}.log`)
  if (existsSync(logFile) && statSync(logFile).size > longestLogBytes) renameSync(logFile, `${logFile}.1`)
  const last: string[] = []
  const firstLine = Promise.withResolvers<ReadyFacts>()
  const child = await startChild(part.program(), clock, (line, stream) => {
    appendFileSync(logFile, `${line}\n`)
    last.push(line)
    if (last.length > keptLines) last.shift()
    const facts = stream === 'stdout' && part.ready === 'line' ? readyFacts(line) : undefined
    if (facts) firstLine.resolve(facts)
  })
  const record = recordOf(part.name, folder)
  writeWhole(record, JSON.stringify({ ...child.identity, title: part.title }))
  void child.exited.then(() => rmSync(record, { force: true }))

  const up = part.ready === 'line' ? firstLine.promise : askUntilAnswered(part.ready, clock, signal, child.exited)
  const outcome = await raceReady(up, child.exited, clock, signal)
  if ('facts' in outcome) {
    part.onReady?.(outcome.facts)
    return { child, facts: outcome.facts }
  }
  await child.stop(part.stopSignal, part.graceMs)
  throw new PartDidNotStart(part, outcome.fault, last, logFile)
}

export const recordOf = (name: string, folder: DataFolder): string => join(folder.run, `${name}.json`)

/** How a process ended, in words. */
export function howItEnded({ code, signal }: Exit): string {
  return signal ? `was ended by ${signal}` : `ended with code ${code}`
}

function readyFacts(line: string): ReadyFacts | undefined {
  if (!line.startsWith('{')) return undefined
  try {
    const facts = JSON.parse(line) as ReadyFacts
    return facts.ready === true || typeof facts.url === 'string' ? facts : undefined
  } catch {
    return undefined
  }
}

type Outcome = { readonly facts: ReadyFacts } | { readonly fault: string }

async function raceReady(up: Promise<ReadyFacts>, exited: Promise<Exit>, clock: Clock, signal: AbortSignal): Promise<Outcome> {
  const settled = new AbortController()
  const limit = AbortSignal.any([settled.signal, signal])
  try {
    return await Promise.race<Outcome>([
      up.then((facts) => ({ facts })),
      exited.then((exit) => ({ fault: `${howItEnded(exit)} before it was ready` })),
      clock.sleep(readyWithinMs, limit).then(
        () => ({ fault: `was not ready after ${readyWithinMs / 1_000} s` }),
        () => ({ fault: 'was stopped before it was ready' }),
      ),
    ])
  } finally {
    settled.abort()
  }
}

async function askUntilAnswered(
  ask: () => Promise<ReadyFacts>,
  clock: Clock,
  signal: AbortSignal,
  exited: Promise<Exit>,
): Promise<ReadyFacts> {
  let gone = false
  void exited.then(() => {
    gone = true
  })
  for (;;) {
    try {
      return await ask()
    } catch (error) {
      if (signal.aborted || gone) throw error
      await clock.sleep(50)
    }
  }
}
