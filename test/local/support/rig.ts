import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { type DataFolder, dataFolder, openFolder } from '../../../bot/local/folder/data-folder.ts'
import type { Part } from '../../../bot/local/supervisor/part.ts'

/** A folder that goes away with the test. */
export function scratch(): string {
  const path = mkdtempSync(join(tmpdir(), 'backstop-local-'))
  onTestFinished(() => rmSync(path, { recursive: true, force: true }))
  return path
}

/** An opened data folder that goes away with the test. */
export function openScratch(): DataFolder {
  const folder = dataFolder(scratch())
  openFolder(folder)
  return folder
}

/** A part that runs a line of JavaScript; `ready()` in it says that it is up. */
export function nodePart(script: string, over: Partial<Part> = {}): Part {
  const prelude =
    'const ready = () => console.log(JSON.stringify({ ready: true, pid: process.pid })); const stay = () => setInterval(() => {}, 1000);'
  return {
    name: 'example',
    title: 'Example',
    program: () => ({ file: process.execPath, args: ['-e', `${prelude}${script}`] }),
    ready: 'line',
    stopSignal: 'SIGTERM',
    graceMs: 2_000,
    ...over,
  }
}
