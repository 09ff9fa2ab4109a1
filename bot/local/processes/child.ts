import { type ChildProcess, spawn } from 'node:child_process'
import type { Clock } from '../../../db/kit/clock.ts'
import { identify, type ProcessIdentity, signalProcess } from './identity.ts'

/** What to run. `uid` and `gid` are set where a program refuses to run as root. */
export type Program = {
  readonly file: string
  readonly args: readonly string[]
  readonly env?: NodeJS.ProcessEnv
  readonly uid?: number
  readonly gid?: number
}

export type Exit = { readonly code: number | null; readonly signal: NodeJS.Signals | null }

/** A running program. `exited` never rejects. */
export type Child = {
  readonly identity: ProcessIdentity
  readonly exited: Promise<Exit>
  /** Asks it to end by `signal`, waits `graceMs`, then kills it. Resolves when it is gone. */
  stop(signal: NodeJS.Signals, graceMs: number): Promise<void>
}

/**
 * Starts a program in a process group of its own, so that Ctrl-C in the terminal reaches the caller alone and the order of stopping stays ours.
 * Each line that it writes goes to `onLine`.
 * @throws Error with the program's name when it cannot be started
 */
export async function startChild(
  program: Program,
  clock: Clock,
  onLine: (line: string, stream: 'stdout' | 'stderr') => void,
): Promise<Child> {
  const { file, args, env, uid, gid } = program
  const child = spawn(file, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
    ...(env && { env }),
    ...(uid !== undefined && { uid }),
    ...(gid !== undefined && { gid }),
  })
  const exited = new Promise<Exit>((resolve) => child.once('exit', (code, signal) => resolve({ code, signal })))
  await new Promise<void>((resolve, reject) => {
    child.once('spawn', resolve)
    child.once('error', (error) => reject(new Error(`${file} could not be started: ${error.message}`, { cause: error })))
  })
  forwardLines(child.stdout, (line) => onLine(line, 'stdout'))
  forwardLines(child.stderr, (line) => onLine(line, 'stderr'))
  // A program may be gone before its start time is read; then the pid can name nobody else, because it was never waited for.
  const identity = identify(child.pid ?? 0) ?? { pid: child.pid ?? 0, startedAt: 'gone' }
  return { identity, exited, stop: (signal, graceMs) => stopChild(identity, exited, signal, graceMs, clock) }
}

async function stopChild(
  identity: ProcessIdentity,
  exited: Promise<Exit>,
  signal: NodeJS.Signals,
  graceMs: number,
  clock: Clock,
): Promise<void> {
  if (!signalProcess(identity, signal)) return
  const waiting = new AbortController()
  const late = clock.sleep(graceMs, waiting.signal).then(
    () => 'late' as const,
    () => 'gone' as const,
  )
  if ((await Promise.race([late, exited])) === 'late') signalProcess(identity, 'SIGKILL')
  await exited
  waiting.abort()
}

function forwardLines(stream: ChildProcess['stdout'], onLine: (line: string) => void): void {
  let rest = ''
  stream?.setEncoding('utf8').on('data', (text: string) => {
    const lines = (rest + text).split('\n')
    rest = lines.pop() ?? ''
    lines.forEach(onLine)
  })
  stream?.on('end', () => {
    if (rest !== '') onLine(rest)
  })
}
