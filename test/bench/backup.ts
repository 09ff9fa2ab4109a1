import type { BackupRun } from '../../db/runs.ts'
import { backupDriveId } from '../../workflows/contract/backup.ts'
import { peakMiB } from '../support/peak-memory.ts'
import { backUpWhole, rounded, secondsOf } from './measure.ts'
import { startProcesses, type World } from './processes.ts'
import type { Measured } from './report.ts'

const mebibyte = 2 ** 20

/** The two shapes of data that pull in opposite directions: many small files, and few large ones. */
const shapes = {
  small: { items: 10_000, minBytes: 1_024, maxBytes: 65_536 },
  large: { items: 34, minBytes: 64 * mebibyte, maxBytes: 64 * mebibyte },
}

/** An initial backup of each shape, with practice Drive and worker as processes of their own. */
export async function backup(): Promise<Measured> {
  const figures: Record<string, number> = {}
  for (const [name, world] of Object.entries(shapes)) Object.assign(figures, await measure(name, world))
  return {
    figures,
    goals: {
      'small.eventsPer1000Items': { atMost: 10 },
      'small.workerPeakMiB': { atMost: 400 },
      'large.workerPeakMiB': { atMost: 400 },
    },
  }
}

async function measure(name: string, world: World): Promise<Record<string, number>> {
  const system = await startProcesses(world)
  try {
    let run: BackupRun | undefined
    const seconds = await secondsOf(async () => {
      run = await backUpWhole(system, system.driveId)
    })
    const { listed = 0, bytesDone = 0 } = run ?? {}
    const { historyLength } = await system.client.workflow.getHandle(backupDriveId(system.accountId, system.driveId)).describe()
    return {
      [`${name}.items`]: listed,
      [`${name}.MiB`]: round(bytesDone / mebibyte),
      [`${name}.seconds`]: round(seconds),
      [`${name}.itemsPerSecond`]: round(listed / seconds),
      [`${name}.MiBPerSecond`]: round(bytesDone / mebibyte / seconds),
      [`${name}.workerPeakMiB`]: round(await peakMiB(system.workerPid)),
      [`${name}.events`]: historyLength,
      [`${name}.eventsPer1000Items`]: round(historyLength / (listed / 1_000)),
    }
  } finally {
    await system.stop()
  }
}

const round = (value: number): number => rounded(value, 1)
