/** The operator's tool as a person uses it: a process of its own, from what is typed to what is shown. */
import { execFile, spawn } from 'node:child_process'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { waitUntil } from '../../../bot/local/processes/ports.ts'
import { systemClock as clock } from '../../../db/kit/clock.ts'
import type { Machine } from '../../local/support/machine.ts'

const launcher = join(import.meta.dirname, '..', '..', '..', 'bot', 'backstop.mjs')

/** A terminal breaks lines where it likes. */
const unbroken = (text: string) => text.replace(/\s+/g, ' ')

/** `backstop say`: its exit code, and what it shows without its line breaks. */
export function say(machine: Machine, ...args: readonly string[]): Promise<{ readonly code: number; readonly shown: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, [launcher, 'say', '--data', machine.data, ...args], (error, stdout, stderr) => {
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, shown: unbroken(stdout + stderr) })
    })
  })
}

export type Chat = {
  type(line: string): void
  /** Waits until something that fits has been shown since the last line was typed. @throws Error with what was shown instead */
  shows(fits: RegExp, withinMs?: number): Promise<RegExpExecArray>
  readonly ended: Promise<number | null>
}

/** `backstop chat` on a pipe; ended when the test is over. */
export function startChat(machine: Machine, as: string): Chat {
  const child = spawn(process.execPath, [launcher, 'chat', '--as', as, '--data', machine.data], { stdio: 'pipe' })
  let text = ''
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (chunk: string) => (text += chunk))
  const ended = new Promise<number | null>((resolve) => child.once('close', (code) => resolve(code)))
  onTestFinished(async () => {
    child.kill('SIGTERM')
    await ended
  })
  return {
    type(line) {
      text = ''
      child.stdin.write(`${line}\n`)
    },
    async shows(fits, withinMs = 60_000) {
      await waitUntil(async () => fits.test(unbroken(text)), { clock, withinMs })
      const match = fits.exec(unbroken(text))
      if (!match) throw new Error(`The chat of ${as} did not show ${fits}, but:\n${text}`)
      return match
    },
    ended,
  }
}
