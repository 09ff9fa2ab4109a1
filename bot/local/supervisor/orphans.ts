/** Parts that a killed supervisor left running: found by their records, so that nothing else is ever ended. */
import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import type { Clock } from '../../../db/kit/clock.ts'
import type { DataFolder } from '../folder/data-folder.ts'
import { identify, isRunning, type ProcessIdentity, signalProcess } from '../processes/identity.ts'
import { waitUntil } from '../processes/ports.ts'

const shape = z.object({ pid: z.number().int(), startedAt: z.string(), title: z.string() })
const graceMs = 5_000

/** Ends them and returns their titles. Call it while holding the folder's lock. */
export async function endOrphans(folder: DataFolder, clock: Clock): Promise<readonly string[]> {
  const recorded = readdirSync(folder.run).flatMap((name) => readRecord(join(folder.run, name)))
  const postmaster = strayPostmaster(folder)
  const orphans = [...recorded, ...(postmaster ? [{ ...postmaster, title: 'PostgreSQL' }] : [])].filter(isRunning)
  await Promise.all(orphans.map((orphan) => end(orphan, clock)))
  for (const name of readdirSync(folder.run)) rmSync(join(folder.run, name), { force: true })
  return [...new Set(orphans.map((orphan) => orphan.title))]
}

/** SIGINT is what PostgreSQL calls a fast shutdown, and the others treat it like Ctrl-C. */
async function end(orphan: ProcessIdentity, clock: Clock): Promise<void> {
  signalProcess(orphan, 'SIGINT')
  if (await waitUntil(async () => !isRunning(orphan), { clock, withinMs: graceMs })) return
  signalProcess(orphan, 'SIGKILL')
  await waitUntil(async () => !isRunning(orphan), { clock, withinMs: graceMs })
}

function readRecord(path: string): readonly (ProcessIdentity & { title: string })[] {
  try {
    return [shape.parse(JSON.parse(readFileSync(path, 'utf8')))]
  } catch {
    return [] // half a record names nobody; the next start of that part writes it anew
  }
}

/**
 * PostgreSQL's own record of who runs it. It refuses to start while a process of that pid lives, whoever that is by now: so where it is
 * not a server of this folder, the file is removed.
 */
function strayPostmaster(folder: DataFolder): ProcessIdentity | undefined {
  const file = join(folder.postgres, 'postmaster.pid')
  if (!existsSync(file)) return undefined
  const identity = identify(Number.parseInt(readFileSync(file, 'utf8'), 10))
  if (identity && commandLine(identity.pid).includes(folder.postgres)) return identity
  rmSync(file, { force: true })
  return undefined
}

function commandLine(pid: number): string {
  try {
    return process.platform === 'linux'
      ? readFileSync(`/proc/${pid}/cmdline`, 'utf8')
      : execFileSync('ps', ['-o', 'args=', '-p', String(pid)], { encoding: 'utf8' })
  } catch {
    return '' // it has ended in the meantime
  }
}
