import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { peakMiB } from './peak-memory.ts'

const program = join(import.meta.dirname, '../../activities/drive/simulator/main.ts')

/** The line that the program prints when it is ready. */
export type ReadyLine = {
  readonly url: string
  readonly credentialsFile: string
  readonly adminKey: string
  readonly clientId: string
  readonly clientSecret: string
  readonly admins: readonly string[]
}

export type PracticeProcess = {
  readonly ready: ReadyLine
  readonly child: ChildProcess
  /** The most memory that the process has had, in MiB (Linux). */
  peakMiB(): Promise<number>
  /** Sends the signal and resolves with the exit code. */
  stop(signal?: NodeJS.Signals): Promise<number | null>
}

/** Starts the practice Drive as the program it is, and waits for its line. */
export async function startPracticeProcess(...flags: readonly string[]): Promise<PracticeProcess> {
  const child = spawn(process.execPath, [program, ...flags], { stdio: ['ignore', 'pipe', 'inherit'] })
  const [line] = await Promise.race([once(createInterface(child.stdout), 'line'), once(child, 'exit')])
  if (typeof line !== 'string') throw new Error(`The practice Drive ended with ${line} instead of starting.`)
  return {
    ready: JSON.parse(line) as ReadyLine,
    child,
    peakMiB: () => peakMiB(child.pid ?? 0),
    async stop(signal = 'SIGTERM') {
      if (child.exitCode !== null || child.signalCode !== null) return child.exitCode
      const ended = once(child, 'exit')
      child.kill(signal)
      const [code] = await ended
      return code as number | null
    },
  }
}

/** Runs the program to its end and tells what it said: for command lines that cannot be used. */
export async function runPractice(...flags: readonly string[]): Promise<{ readonly code: number | null; readonly said: string }> {
  const child = spawn(process.execPath, [program, ...flags], { stdio: ['ignore', 'ignore', 'pipe'] })
  let said = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said += text
  })
  const [code] = await once(child, 'close')
  return { code: code as number | null, said }
}
