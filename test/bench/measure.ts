/** What several benchmarks do alike. */
import type { BackupRun } from '../../db/runs.ts'
import { backUp, type Runs } from '../support/runs.ts'

export async function secondsOf(work: () => Promise<unknown>): Promise<number> {
  const start = process.hrtime.bigint()
  await work()
  return Number(process.hrtime.bigint() - start) / 1e9
}

export const rounded = (value: number, digits = 3): number => Math.round(value * 10 ** digits) / 10 ** digits

/** Backs a drive up. @throws Error when the run ends in any other way than well */
export async function backUpWhole(system: Runs, driveId: string): Promise<BackupRun> {
  const run = await backUp(system, driveId)
  if (run.outcome !== 'success') throw new Error(`The backup ended as ${run.outcome}: ${run.error}`)
  return run
}
