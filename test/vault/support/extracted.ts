/** Vaults to extract from, the program to do it with, and what it wrote. */
import { createHash } from 'node:crypto'
import { lstatSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll } from 'vitest'
import type { Outside } from '../../../activities/vault-cli/command.ts'
import { systemClock } from '../../../db/kit/clock.ts'
import { systemRandom } from '../../../db/kit/random.ts'

const folders: string[] = []

/** A folder of one's own, which is removed after the tests of the file: what is extracted is large. */
export function emptyFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'backstop-extract-'))
  folders.push(folder)
  return folder
}

afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true })
})

/** Every file below the folder with its text (a long one by its digest), every folder as `null`. */
export function filesIn(folder: string, below = ''): Record<string, string | null> {
  const found: Record<string, string | null> = {}
  for (const name of readdirSync(join(folder, below)).sort()) {
    const path = below === '' ? name : `${below}/${name}`
    if (lstatSync(join(folder, path)).isDirectory()) Object.assign(found, { [path]: null }, filesIn(folder, path))
    else found[path] = textOf(readFileSync(join(folder, path)))
  }
  return found
}

/** The text, or what stands for it when it is too long to be shown. */
export function textOf(bytes: Uint8Array): string {
  return bytes.byteLength < 100_000 ? Buffer.from(bytes).toString('utf8') : createHash('sha256').update(bytes).digest('hex')
}

export type Spoken = { readonly outside: Outside; readonly said: string[]; readonly noted: string[] }

/** What a command finds around it, with everything that it says. No time passes, so it says nothing about its progress. */
export function spoken(env: NodeJS.ProcessEnv = {}, stop = new AbortController().signal): Spoken {
  const [said, noted]: [string[], string[]] = [[], []]
  const clock = { ...systemClock, now: () => new Date('2026-03-09T12:00:00Z') }
  const outside = {
    env,
    stop,
    clock,
    random: systemRandom,
    say: (line: string) => void said.push(line),
    note: (line: string) => void noted.push(line),
  }
  return { outside, said, noted }
}
