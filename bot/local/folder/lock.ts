/** One instance to a folder. The lock names its holder by pid and start time, so a killed instance never keeps others out. */
import { linkSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { z } from 'zod'
import type { Clock } from '../../../db/kit/clock.ts'
import { StartFailure } from '../failure.ts'
import { identify, isRunning } from '../processes/identity.ts'
import type { DataFolder } from './data-folder.ts'

const shape = z.object({ pid: z.number().int(), startedAt: z.string(), since: z.string() })
export type Holder = z.infer<typeof shape>

/** Longer than two starters that found the same stale lock can be apart between removing it and writing their own. */
const settleMs = 100

/** Takes the lock; the returned function gives it back. @throws {StartFailure} when another instance holds it */
export async function takeLock(folder: DataFolder, clock: Clock): Promise<() => void> {
  const self = identify(process.pid)
  if (!self) throw new Error('This process cannot be identified')
  const mine: Holder = { ...self, since: clock.now().toISOString() }
  const draft = `${folder.lock}.${process.pid}`
  writeFileSync(draft, JSON.stringify(mine))
  try {
    while (!create(draft, folder.lock)) {
      const holder = readHolder(folder)
      if (holder && isRunning(holder)) throw refusal(folder, holder)
      rmSync(folder.lock, { force: true })
    }
    await clock.sleep(settleMs)
    const holder = readHolder(folder)
    if (holder?.pid !== mine.pid || holder.startedAt !== mine.startedAt) throw refusal(folder, holder)
    return () => rmSync(folder.lock, { force: true })
  } finally {
    rmSync(draft, { force: true })
  }
}

/** Who holds the folder's lock, alive or not; undefined when nobody does or the file cannot be understood. */
export function readHolder(folder: DataFolder): Holder | undefined {
  let text: string
  try {
    text = readFileSync(folder.lock, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
  const parsed = shape.safeParse(parseJson(text))
  return parsed.success ? parsed.data : undefined
}

/** Links rather than writes, so that the lock appears with its text or not at all. */
function create(draft: string, lock: string): boolean {
  try {
    linkSync(draft, lock)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function refusal(folder: DataFolder, holder: Holder | undefined): StartFailure {
  const who = holder ? `process ${holder.pid}, since ${holder.since}` : 'another process that has just started'
  const stop = holder ? `with Ctrl-C where it runs, or by: kill ${holder.pid}` : 'with Ctrl-C where it runs'
  return new StartFailure(
    `Backstop already runs on ${folder.path} (${who}). Use that one, stop it ${stop}; or start a second one on another folder with --data DIR.`,
  )
}
