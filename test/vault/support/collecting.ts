import { collectGarbage, type GcDeps, type GcOptions } from '../../../activities/vault/gc/collect.ts'
import type { DriveVault } from '../../../activities/vault/index.ts'
import type { Clock } from '../../../db/kit/clock.ts'
import { systemClock } from '../../../db/kit/clock.ts'
import { systemRandom } from '../../../db/kit/random.ts'
import { type GcPolicy, usualGcPolicy } from '../../../workflows/policy/gc.ts'
import type { MemoryLedger } from './memory-ledger.ts'

/** A clock that is `aheadMs` ahead and never lets anybody wait. */
export function hurriedClock(aheadMs = 0): Clock & { sleptMs: number } {
  const clock = {
    sleptMs: 0,
    now: () => new Date(systemClock.now().getTime() + aheadMs + clock.sleptMs),
    sleep: async (ms: number) => {
      clock.sleptMs += ms
    },
    every: () => () => {},
  }
  return clock
}

/** One step of a collection, with no limit to what may go unless `over` says so. */
export function gcStep(drive: DriveVault, ledger: MemoryLedger, options: GcOptions & Partial<GcPolicy> & { deps?: Partial<GcDeps> } = {}) {
  const { approved, deps, ...policy } = options
  return collectGarbage(
    {
      drive,
      ledger,
      clock: hurriedClock(),
      random: systemRandom,
      policy: { ...usualGcPolicy, approvalPercent: 100, ...policy },
      signal: new AbortController().signal,
      progress: () => {},
      ...deps,
    },
    approved === undefined ? {} : { approved },
  )
}

/** A whole cycle, a day between its phases. */
export async function wholeCycle(drive: DriveVault, ledger: MemoryLedger, policy: Partial<GcPolicy> = {}) {
  const marked = await gcStep(drive, ledger, policy)
  ledger.ageMs = usualGcPolicy.waitMs
  const swept = await gcStep(drive, ledger, policy)
  return { marked, swept }
}
