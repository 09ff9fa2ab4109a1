/**
 * One of the processes that run schedules side by side. Within it several streams of schedules take turns, because each waits for PostgreSQL
 * most of the time. Told what to run by its parent, it tells of every schedule and of its end.
 */
import { once } from 'node:events'
import { systemClock } from '../../db/kit/clock.ts'
import { openGround } from './ground.ts'
import { runSchedules } from './schedule.ts'
import { emptyTally, type Tally } from './world.ts'

export type LaneOrder = {
  readonly databaseUrl: string
  readonly streams: readonly { readonly seed: number; readonly schedules: number }[]
  /** Milliseconds since 1970; no schedule begins after it. */
  readonly until?: number
  readonly path?: string
  readonly replayPath?: string
}

export type LaneReport = { readonly ran: number; readonly tally: Tally; readonly failures: readonly string[]; readonly ended: boolean }

const [order] = (await once(process, 'message')) as [LaneOrder]
const { ground, close } = await openGround(order.databaseUrl)
const { streams, until, path, replayPath } = order
const tally = emptyTally()
const failures: string[] = []
let ran = 0
const tell = (ended = false) => process.send?.({ ran, tally, failures, ended } satisfies LaneReport)

const late = () => until !== undefined && systemClock.now().getTime() >= until
await Promise.all(
  streams.map(async ({ seed, schedules }) => {
    const { failure } = await runSchedules(ground, tally, {
      seed,
      schedules,
      ...(path !== undefined && { path }),
      ...(replayPath !== undefined && { replayPath }),
      enough: late,
      onSchedule: () => {
        ran += 1
        tell()
      },
    })
    if (failure !== undefined) failures.push(failure)
  }),
)
tell(true)
await close()
process.disconnect?.()
