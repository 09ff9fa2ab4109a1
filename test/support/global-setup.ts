/**
 * Runs once before all projects of a run: opens the process that holds the shared servers. None of them starts before a test asks for it,
 * and a run of projects that need none opens nothing.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { TestProject } from 'vitest/node'

const withoutServers = ['unit', 'checks']

export async function setup(project: TestProject): Promise<(() => Promise<void>) | undefined> {
  if (project.vitest.projects.every(({ name }) => withoutServers.includes(name))) return undefined
  const host = spawn(process.execPath, [join(import.meta.dirname, 'servers', 'host.ts')], { stdio: ['pipe', 'pipe', 'inherit'] })
  const line = await Promise.race([firstLine(host.stdout), once(host, 'exit').then(() => undefined)])
  if (line === undefined) throw new Error('The process that holds the test servers ended at once: its message is above')
  project.provide('serverHost', `http://127.0.0.1:${(JSON.parse(line) as { port: number }).port}`)
  return async () => {
    const gone = once(host, 'exit')
    host.stdin.end()
    await gone
  }
}

async function firstLine(stream: NodeJS.ReadableStream): Promise<string | undefined> {
  const lines = createInterface({ input: stream })
  const [line] = (await once(lines, 'line')) as [string | undefined]
  return line
}
