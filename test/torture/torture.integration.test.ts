import { expect, test } from 'vitest'
import { systemClock } from '../../db/kit/clock.ts'
import { testDatabase } from '../support/servers/database.ts'
import { openGround } from './ground.ts'
import { runSchedules } from './schedule.ts'
import { emptyTally } from './world.ts'

/** The same schedules in every run of the tests. `npm run torture -- --seed N` runs others, and as many as wanted. */
const seed = 20_260_301
const mostSeconds = 20

test('P2 P8 P10 P12 after random schedules of deeds, backups, crashes and frozen workers nothing is lost or dangles', async () => {
  const { ground, close } = await openGround((await testDatabase()).url)
  try {
    const end = systemClock.now().getTime() + mostSeconds * 1_000
    const tally = emptyTally()
    const outcome = await runSchedules(ground, tally, { seed, schedules: 60, enough: () => systemClock.now().getTime() > end })
    expect(outcome.failure).toBeUndefined()
    expect(outcome.ran).toBeGreaterThan(0)
    expect(tally.snapshots).toBeGreaterThan(0)
  } finally {
    await close()
  }
}, 180_000)
