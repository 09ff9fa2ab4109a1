import { readFile } from 'node:fs/promises'
import { runSummary } from '../../db/runs.ts'
import { backupDriveId } from '../../workflows/contract/backup.ts'
import { queueBackup } from '../support/runs.ts'
import { editFiles } from './edit-files.ts'
import { type BenchSystem, startProcesses } from './processes.ts'
import type { Measured } from './report.ts'

const sizes = [10_000, 100_000, 500_000]
const edited = 100

/** The worker's memory for drives of very different size, and what an incremental run over the largest takes. */
export async function memory(): Promise<Measured> {
  const figures: Record<string, number> = {}
  for (const items of sizes) Object.assign(figures, await measure(items))
  const peaks = sizes.map((items) => figures[`${items}.workerPeakMiB`] ?? 0)
  const largest = sizes.at(-1)
  return {
    figures: { ...figures, flatness: round(Math.max(...peaks) / Math.min(...peaks)) },
    goals: {
      ...Object.fromEntries(sizes.map((items) => [`${items}.workerPeakMiB`, { atMost: 512 }])),
      flatness: { atMost: 1.15 },
      [`${largest}.incremental.callsRatio`]: { atMost: 1.02 },
    },
  }
}

async function measure(items: number): Promise<Record<string, number>> {
  const flags = [
    '--seed',
    '3',
    '--drives',
    '1',
    '--plain',
    '--quota-scale',
    '0',
    '--min-bytes',
    '64',
    '--max-bytes',
    '256',
    '--items',
    `${items}`,
  ]
  const system = await startProcesses(flags)
  try {
    const seconds = await secondsOf(() => backUp(system))
    await editFiles(system, edited)
    const before = await callsOf(system)
    const incrementalSeconds = await secondsOf(() => backUp(system))
    const calls = (await callsOf(system)) - before
    return {
      [`${items}.itemsPerSecond`]: round(items / seconds),
      [`${items}.workerPeakMiB`]: Math.round(await peakMiB(system.workerPid)),
      [`${items}.incremental.seconds`]: round(incrementalSeconds),
      [`${items}.incremental.calls`]: calls,
      [`${items}.incremental.callsRatio`]: round(calls / (1 + edited)),
    }
  } finally {
    await system.stop()
  }
}

async function backUp(system: BenchSystem): Promise<void> {
  const { id } = await queueBackup(system, system.driveId)
  await system.client.workflow.getHandle(backupDriveId(system.accountId, system.driveId)).result()
  const run = await runSummary(system.db, system.accountId, id)
  if (run?.outcome !== 'success') throw new Error(`The backup ended as ${run?.outcome}: ${run?.error}`)
}

async function callsOf({ practice }: BenchSystem): Promise<number> {
  const answer = await fetch(`${practice.url}/_practice/ledger`, { headers: { 'x-practice-key': practice.adminKey } })
  return ((await answer.json()) as { total: { calls: number } }).total.calls
}

/** The most memory that the process has had at once, as Linux counts it. */
async function peakMiB(pid: number): Promise<number> {
  return Number(/VmHWM:\s+(\d+) kB/.exec(await readFile(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1_024
}

async function secondsOf(work: () => Promise<void>): Promise<number> {
  const start = process.hrtime.bigint()
  await work()
  return Number(process.hrtime.bigint() - start) / 1e9
}

const round = (value: number): number => Math.round(value * 1_000) / 1_000
