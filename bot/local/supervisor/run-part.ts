import { rmSync } from 'node:fs'
import { join } from 'node:path'
import type { Clock } from '../../../db/kit/clock.ts'
import type { DataFolder } from '../folder/data-folder.ts'
import { writeWhole } from '../folder/write-whole.ts'
import { type Child, type Exit, startChild } from '../processes/child.ts'
import { type Part, type ReadyFacts, readyWithinMs } from './part.ts'
import { PartDidNotStart } from './part-did-not-start.ts'
import { partLog } from './part-log.ts'

/** What a part is run in. */
export type Surroundings = { readonly folder: DataFolder; readonly clock: Clock; readonly say: (line: string) => void }

/** A part that is up. */
export type RunningPart = { readonly child: Child; readonly facts: ReadyFacts }

/** How much of a log is shown when its part does not come up. */
const keptLines = 12

/**
 * Starts the part, puts it on record in the folder, and waits until it is up.
 * @throws {PartDidNotStart} it ended, or did not come up in time; nothing of it is left running
 */
export async function runPart(part: Part, { folder, clock, say }: Surroundings, signal: AbortSignal): Promise<RunningPart> {
  const log = partLog(part.name, folder, say)
  const last: string[] = []
  const firstLine = Promise.withResolvers<ReadyFacts>()
  const child = await startChild(part.program(), clock, (line, stream) => {
    log.write(line)
    last.push(line)
    if (last.length > keptLines) last.shift()
    const facts = stream === 'stdout' && part.ready === 'line' ? readyFacts(line) : undefined
    if (facts) firstLine.resolve(facts)
  })
  try {
    putOnRecord(part, child, folder)
    const up = part.ready === 'line' ? firstLine.promise : askUntilAnswered(part.ready, clock, signal, child.exited)
    const outcome = await raceReady(up, child.exited, clock, signal)
    if ('fault' in outcome) throw new PartDidNotStart(part, outcome.fault, last, log.file)
    part.onReady?.(outcome.facts)
    return { child, facts: outcome.facts }
  } catch (error) {
    await child.stop(part.stopSignal, part.graceMs)
    throw error
  }
}

/** So that a later start can find the process should this one be killed. */
function putOnRecord(part: Part, child: Child, folder: DataFolder): void {
  const record = join(folder.run, `${part.name}.json`)
  void child.exited.then(() => rmSync(record, { force: true }))
  writeWhole(record, JSON.stringify({ ...child.identity, title: part.title }))
}

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
