/**
 * The same small story again and again, each time with a worker that dies, or stands still, at another one of its steps: every write and read
 * of the store, every call of Drive, every statement of SQL, before its effect and after it.
 */
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { testDatabase } from '../support/servers/database.ts'
import { standingClock } from '../support/wire.ts'
import { versionedStore } from '../vault/support/versioned-store.ts'
import { openGround } from './ground.ts'
import type { Disturbance, Port } from './machine/gate.ts'
import { loseDatabase } from './mishaps.ts'
import { rebuild } from './upkeep.ts'
import { settle } from './verify/final.ts'
import { observe } from './verify/observe.ts'
import { emptyTally, type Ground, stage, type World } from './world.ts'

vi.setConfig({ testTimeout: 240_000 })
let ground: Ground
let close: () => Promise<void>
beforeAll(async () => {
  const opened = await openGround((await testDatabase()).url)
  ground = opened.ground
  close = opened.close
})
afterAll(() => close())

const small = (seed: number) => ({ size: 500 + seed, seed, text: false })

/** Two folders, three files, a share; nothing is backed up yet. */
async function furnish({ deeds }: World): Promise<void> {
  deeds.createFolder(0, 'folder')
  for (let n = 0; n < 3; n++) await deeds.createFile(0, `file ${n}`, small(n))
  deeds.share(1, 0, 'reader')
}

/** New, changed, moved, removed and shared items, and one that came from the other drive. */
async function change({ deeds }: World): Promise<void> {
  await deeds.edit(0, small(7))
  await deeds.createFile(0, 'new', { size: 40_000, seed: 8, text: true })
  deeds.rename(2, 'renamed')
  deeds.remove(3)
  deeds.share(2, 1, 'writer')
}

async function backUp(world: World, disturbance?: Disturbance) {
  const machine = world.machine(disturbance)
  const course = await world.conductors[0]?.proceed(machine)
  await observe(world)
  return { machine, course }
}

type Story = (world: World, disturbance: Disturbance) => Promise<{ readonly hit: boolean }>

/** Side by side: they wait for PostgreSQL most of the time. */
const atOnce = 6

/**
 * Tells `story` for the steps of the backup that it is about, until that backup has no such step any more: for every write and every call of
 * Drive, and for every `stride`-th read and statement. Returns how many steps it was told for.
 */
async function atEveryPoint(kind: Disturbance['kind'], before: (world: World) => Promise<void>, story: Story, stride = 1): Promise<number> {
  let points = 0
  async function tell(disturbance: Disturbance): Promise<boolean> {
    const clock = standingClock()
    const world = await stage(ground, { store: versionedStore(clock), clock, overWire: false, pageSize: 1_000 }, emptyTally())
    try {
      await before(world)
      const { hit } = await story(world, disturbance)
      await settle(world)
      if (hit) points += 1
      return hit
    } catch (error) {
      const { port, nth, lands } = disturbance
      const said = error instanceof Error ? error.message : String(error)
      throw new Error(`${kind} at ${port} ${nth}${lands ? ', which has its effect' : ''}: ${said}`, { cause: error })
    } finally {
      world.leave()
    }
  }
  for (const port of ['write', 'drive', 'read', 'sql'] satisfies Port[]) {
    const step = port === 'read' || port === 'sql' ? stride : 1
    for (const lands of [false, true]) {
      for (let nth = 1, hit = true; hit; nth += atOnce * step) {
        const batch = Array.from({ length: atOnce }, (_, n) => tell({ kind, port, nth: nth + n * step, lands }))
        hit = (await Promise.all(batch)).every(Boolean)
      }
    }
  }
  return points
}

const initial = furnish
async function incremental(world: World): Promise<void> {
  await furnish(world)
  await backUp(world)
  await change(world)
}

test.each([
  ['an initial', initial, 2],
  ['an incremental', incremental, 1],
] as const)('P12 %s backup that dies at any point goes on in another process, and nothing is lost', async (_, before, stride) => {
  const points = await atEveryPoint(
    'crash',
    before,
    async (world, disturbance) => {
      const { machine, course } = await backUp(world, disturbance)
      if (!machine.gate.hit) expect(course).toBe('ended')
      return machine.gate
    },
    stride,
  )
  expect(points).toBeGreaterThan(60)
})

test('P12 a worker that stands still at any point, and goes on when another has done its work, changes nothing', async () => {
  await atEveryPoint(
    'freeze',
    incremental,
    async (world, disturbance) => {
      const { machine } = await backUp(world, disturbance)
      await backUp(world)
      await world.conductors[0]?.wake()
      await observe(world)
      return machine.gate
    },
    3,
  )
})

test('P12 a worker that stands still at any point, and goes on after its run was given up, loses nothing', async () => {
  await atEveryPoint(
    'freeze',
    incremental,
    async (world, disturbance) => {
      const { machine } = await backUp(world, disturbance)
      await world.conductors[0]?.giveUp(world.machine(), 'failed')
      await world.conductors[0]?.wake()
      await observe(world)
      return machine.gate
    },
    2,
  )
})

test('P12 a worker that stands still at any point, and goes on while the next run is under way, loses nothing', async () => {
  await atEveryPoint(
    'freeze',
    incremental,
    async (world, disturbance) => {
      const { machine } = await backUp(world, disturbance)
      await backUp(world)
      await world.deeds.edit(1, small(9))
      await backUp(world, { kind: 'crash', port: 'write', nth: 2, lands: true })
      await world.conductors[0]?.wake()
      await observe(world)
      return machine.gate
    },
    3,
  )
})

test('P12 a worker that stands still at any point, and goes on while another is at the same run, loses nothing', async () => {
  await atEveryPoint(
    'freeze',
    incremental,
    async (world, disturbance) => {
      const { machine } = await backUp(world, disturbance)
      await world.deeds.edit(1, small(9))
      const other = await backUp(world, { kind: 'crash', port: 'write', nth: 1, lands: false })
      await world.conductors[0]?.wake()
      await observe(world)
      if (other.machine.gate.hit) await backUp(world)
      return machine.gate
    },
    3,
  )
})

test('P12 a rebuild of the database that dies at any point is repeated, and ends as if it had not', async () => {
  const before = async (world: World) => {
    await incremental(world)
    await backUp(world)
    await loseDatabase(world, 0)
  }
  await atEveryPoint(
    'crash',
    before,
    async (world, disturbance) => {
      const hit = await rebuild(world, disturbance)
      await rebuild(world)
      return { hit }
    },
    2,
  )
})

test('P12 an item that is deleted after a worker has read of it and died is gone, also when Drive has forgotten the position in its feed', async () => {
  await atEveryPoint(
    'crash',
    incremental,
    async (world, disturbance) => {
      const { machine } = await backUp(world, disturbance)
      world.deeds.remove(1)
      world.forgetPositions(0)
      await backUp(world)
      return machine.gate
    },
    1,
  )
})
