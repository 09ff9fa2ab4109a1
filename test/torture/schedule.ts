/** One random schedule after the other, from a seed; what fails is made as small as it gets and told with what repeats it. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { openLocalStore } from '../../activities/vault/index.ts'
import { systemClock } from '../../db/kit/clock.ts'
import { systemRandom } from '../../db/kit/random.ts'
import { standingClock } from '../support/wire.ts'
import { memoryStore } from '../vault/support/vaults.ts'
import { versionedStore } from '../vault/support/versioned-store.ts'
import { schedules } from './commands.ts'
import { settle } from './verify/final.ts'
import { type Ground, stage, type Tally } from './world.ts'

export type Choice = {
  readonly store: 'versions' | 'no versions' | 'folder'
  readonly overWire: boolean
  readonly pageSize: number
}

const choices: fc.Arbitrary<Choice> = fc.record({
  store: fc.oneof(
    { weight: 10, arbitrary: fc.constant('versions' as const) },
    { weight: 5, arbitrary: fc.constant('no versions' as const) },
    { weight: 1, arbitrary: fc.constant('folder' as const) },
  ),
  overWire: fc.oneof({ weight: 15, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) }),
  pageSize: fc.constantFrom(1, 3, 1_000),
})

export type Outcome = { readonly ran: number; readonly failure?: string }

/** Longest schedule, in operations. */
const length = 30

export type Order = {
  readonly seed: number
  readonly schedules: number
  /** Repeats one schedule, by what a failure has printed. */
  readonly path?: string
  readonly replayPath?: string
  readonly onSchedule?: () => void
  /** No new schedule begins once this says so. */
  readonly enough?: () => boolean
}

export async function runSchedules(ground: Ground, tally: Tally, order: Order): Promise<Outcome> {
  const { seed, schedules: count, path, replayPath, onSchedule, enough } = order
  let ran = 0
  let failed: number | undefined
  /** Making a failure small is worth a minute; what it got to by then is told. */
  const shrunkEnough = () => failed !== undefined && systemClock.now().getTime() - failed > 60_000
  const attempt = async (work: () => Promise<void>) => {
    try {
      await work()
    } catch (error) {
      failed ??= systemClock.now().getTime()
      throw error
    }
  }
  const property = fc.asyncProperty(choices, schedules(length, replayPath), async (choice, commands) => {
    if (enough?.() || shrunkEnough()) return
    await attempt(() =>
      withStore(choice, async (store, clock) => {
        const world = await stage(ground, { store, clock, overWire: choice.overWire, pageSize: choice.pageSize }, tally)
        try {
          await fc.asyncModelRun(() => ({ model: {}, real: world }), commands)
          await settle(world)
        } finally {
          world.leave()
        }
      }),
    )
    ran += 1
    onSchedule?.()
  })
  const result = await fc.check(property, { seed, numRuns: count, ...(path !== undefined && { path }) })
  if (!result.failed) return { ran }
  const { errorInstance: error } = result
  return { ran, failure: `${await fc.asyncDefaultReportMessage(result)}\n\n${error instanceof Error ? error.stack : String(error)}` }
}

async function withStore(
  { store }: Choice,
  work: (store: Parameters<typeof stage>[1]['store'], clock: Parameters<typeof stage>[1]['clock']) => Promise<void>,
): Promise<void> {
  const clock = standingClock()
  if (store !== 'folder') return work(store === 'versions' ? versionedStore(clock) : memoryStore(), clock)
  const path = await mkdtemp(join(tmpdir(), 'backstop-torture-'))
  try {
    await work(await openLocalStore({ path, create: true, random: systemRandom }), clock)
  } finally {
    await rm(path, { recursive: true })
  }
}
