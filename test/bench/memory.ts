import { peakMiB } from '../support/peak-memory.ts'
import { editFiles } from './edit-files.ts'
import { backUpWhole, rounded, secondsOf } from './measure.ts'
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
    figures: { ...figures, flatness: rounded(Math.max(...peaks) / Math.min(...peaks)) },
    goals: {
      ...Object.fromEntries(sizes.map((items) => [`${items}.workerPeakMiB`, { atMost: 512 }])),
      flatness: { atMost: 1.15 },
      [`${largest}.incremental.callsRatio`]: { atMost: 1.02 },
    },
  }
}

async function measure(items: number): Promise<Record<string, number>> {
  const system = await startProcesses({ items, minBytes: 64, maxBytes: 256 })
  try {
    const seconds = await secondsOf(() => backUpWhole(system, system.driveId))
    await editFiles(system, edited)
    const before = await callsOf(system)
    const incrementalSeconds = await secondsOf(() => backUpWhole(system, system.driveId))
    const calls = (await callsOf(system)) - before
    return {
      [`${items}.itemsPerSecond`]: rounded(items / seconds),
      [`${items}.workerPeakMiB`]: Math.round(await peakMiB(system.workerPid)),
      [`${items}.incremental.seconds`]: rounded(incrementalSeconds),
      [`${items}.incremental.calls`]: calls,
      [`${items}.incremental.callsRatio`]: rounded(calls / (1 + edited)),
    }
  } finally {
    await system.stop()
  }
}

async function callsOf({ practice }: BenchSystem): Promise<number> {
  const answer = await fetch(`${practice.url}/_practice/ledger`, { headers: { 'x-practice-key': practice.adminKey } })
  return ((await answer.json()) as { total: { calls: number } }).total.calls
}
