/** An older copy of the database takes the place of the newer one, as after a restore of PostgreSQL: the vault is ahead, and is believed. */
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest'
import { testDatabase } from '../support/servers/database.ts'
import { standingClock } from '../support/wire.ts'
import { versionedStore } from '../vault/support/versioned-store.ts'
import { openGround } from './ground.ts'
import type { Disturbance } from './machine/gate.ts'
import { copyDatabase, restoreCopy } from './mishaps.ts'
import { collect, expire } from './upkeep.ts'
import { settle } from './verify/final.ts'
import { observe } from './verify/observe.ts'
import { emptyTally, type Ground, stage, type World } from './world.ts'

vi.setConfig({ testTimeout: 120_000 })
let ground: Ground
let close: () => Promise<void>
beforeAll(async () => {
  const opened = await openGround((await testDatabase()).url)
  ground = opened.ground
  close = opened.close
})
afterAll(() => close())

const bytes = (seed: number) => ({ size: 400 + seed, seed, text: false })

async function furnished(): Promise<World> {
  const clock = standingClock()
  const world = await stage(ground, { store: versionedStore(clock), clock, overWire: false, pageSize: 1_000 }, emptyTally())
  onTestFinished(() => world.leave())
  for (let n = 0; n < 3; n++) await world.deeds.createFile(0, `file ${n}`, bytes(n))
  return world
}

async function backUp(world: World, disturbance?: Disturbance): Promise<void> {
  await world.conductors[0]?.proceed(world.machine(disturbance))
  await observe(world)
}

test.each([1, 2, 3, 4])(
  'P12 a run that the copy shows as open, and that has made its snapshot since, adds nothing to it (%s)',
  async (nth) => {
    const world = await furnished()
    await backUp(world)
    await world.deeds.edit(0, bytes(7))
    await backUp(world, { kind: 'crash', port: 'drive', nth, lands: false })
    await copyDatabase(world, 0)
    await backUp(world)
    await world.deeds.edit(1, bytes(8))
    world.deeds.rename(2, 'renamed')
    await restoreCopy(world, 0)
    await backUp(world)
    await settle(world)
  },
)

test('P12 a copy from before a collection of garbage does not make a backup rely on what was deleted', async () => {
  const world = await furnished()
  await backUp(world)
  await copyDatabase(world, 0)
  for (let day = 0; day < 4; day++) {
    world.staging.clock.advance(47 * 3_600_000)
    for (let n = 0; n < 3; n++) await world.deeds.edit(n, bytes(20 + 3 * day + n))
    await backUp(world)
  }
  await expire(world, 0)
  await collect(world, 0)
  await collect(world, 0)
  expect(world.tally.collections).toBe(1)
  await restoreCopy(world, 0)
  // The bytes of the first day are there again: the copy knows them as stored.
  for (let n = 0; n < 3; n++) await world.deeds.edit(n, bytes(n))
  await backUp(world)
  await settle(world)
})
