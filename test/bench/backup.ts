import { readFile } from 'node:fs/promises'
import { openDatabase } from '../../db/client.ts'
import { runSummary } from '../../db/runs.ts'
import { backupDriveId } from '../../workflows/contract/backup.ts'
import { queueBackup } from '../support/runs.ts'
import { type BenchSystem, startProcesses } from './processes.ts'
import type { Measured } from './report.ts'

const mebibyte = 2 ** 20

/** The two shapes of data that pull in opposite directions: many small files, and few large ones. */
const shapes = {
  small: ['--items', '10000', '--min-bytes', '1024', '--max-bytes', '65536'],
  large: ['--items', '34', '--min-bytes', String(64 * mebibyte), '--max-bytes', String(64 * mebibyte)],
} as const

/** An initial backup of each shape, with practice Drive and worker as processes of their own. */
export async function backup(): Promise<Measured> {
  const figures: Record<string, number> = {}
  for (const [name, flags] of Object.entries(shapes)) Object.assign(figures, await measure(name, flags))
  return {
    figures,
    goals: {
      'small.eventsPer1000Items': { atMost: 10 },
      'small.workerPeakMiB': { atMost: 400 },
      'large.workerPeakMiB': { atMost: 400 },
    },
  }
}

async function measure(name: string, flags: readonly string[]): Promise<Record<string, number>> {
  const system = await startProcesses(['--seed', '3', '--drives', '1', '--plain', '--quota-scale', '0', ...flags])
  try {
    const start = process.hrtime.bigint()
    const { id } = await queueBackup(system, system.driveId)
    const handle = system.client.workflow.getHandle(backupDriveId(system.accountId, system.driveId))
    await handle.result()
    const seconds = Number(process.hrtime.bigint() - start) / 1e9
    const run = await finished(system, id)
    const { historyLength } = await handle.describe()
    return {
      [`${name}.items`]: run.listed,
      [`${name}.MiB`]: round(run.bytesDone / mebibyte),
      [`${name}.seconds`]: round(seconds),
      [`${name}.itemsPerSecond`]: round(run.listed / seconds),
      [`${name}.MiBPerSecond`]: round(run.bytesDone / mebibyte / seconds),
      [`${name}.workerPeakMiB`]: round(await peakMiB(system.workerPid)),
      [`${name}.events`]: historyLength,
      [`${name}.eventsPer1000Items`]: round(historyLength / (run.listed / 1_000)),
    }
  } finally {
    await system.stop()
  }
}

async function finished(system: BenchSystem, runId: string) {
  const db = openDatabase(system.databaseUrl, { max: 1 })
  try {
    const run = await runSummary(db, system.accountId, runId)
    if (run?.outcome !== 'success') throw new Error(`The backup ended as ${run?.outcome}: ${run?.error}`)
    return run
  } finally {
    await db.close()
  }
}

/** The most memory that the process has had at once, as Linux counts it. */
async function peakMiB(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8')
  return Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1]) / 1_024
}

const round = (value: number): number => Math.round(value * 10) / 10
