/** One of the processes that run schedules side by side. Told what to run by its parent, it tells of every schedule and of its end. */
import { once } from 'node:events'
import { systemClock } from '../../db/kit/clock.ts'
import { openGround } from './ground.ts'
import { type Outcome, runSchedules } from './schedule.ts'
import { emptyTally, type Tally } from './world.ts'

export type LaneOrder = {
  readonly databaseUrl: string
  readonly seed: number
  readonly schedules: number
  /** Milliseconds since 1970; no schedule begins after it. */
  readonly until?: number
  readonly path?: string
}

export type LaneReport = { readonly ran: number; readonly tally: Tally; readonly outcome?: Outcome }

const [order] = (await once(process, 'message')) as [LaneOrder]
const { ground, close } = await openGround(order.databaseUrl)
const tally = emptyTally()
let ran = 0
const tell = (outcome?: Outcome) => process.send?.({ ran, tally, ...(outcome && { outcome }) } satisfies LaneReport)

const { seed, schedules, until, path } = order
const outcome = await runSchedules(ground, tally, {
  seed,
  schedules,
  ...(path !== undefined && { path }),
  enough: () => until !== undefined && systemClock.now().getTime() >= until,
  onSchedule: () => {
    ran += 1
    tell()
  },
})
tell(outcome)
await close()
process.disconnect?.()
