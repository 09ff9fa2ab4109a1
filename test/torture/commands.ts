/** Everything that a schedule may consist of: what people do, what workers do, and what befalls them. */
import fc from 'fast-check'
import type { Disturbance } from './machine/gate.ts'
import { copyDatabase, loseDatabase, restoreCopy } from './mishaps.ts'
import type { Bytes } from './people/deeds.ts'
import { collect, expire, rebuild, wakeUpkeep } from './upkeep.ts'
import { observe } from './verify/observe.ts'
import type { World } from './world.ts'

type Command = fc.AsyncCommand<object, World>

function command(name: string, args: unknown, run: (world: World) => Promise<unknown> | unknown): Command {
  return {
    check: () => true,
    async run(_model, world) {
      world.tally.operations += 1
      await run(world)
    },
    toString: () => `${name}(${JSON.stringify(args)})`,
  }
}

const any = fc.nat({ max: 30 })
const names = [
  'a',
  'b.txt',
  'Überblick',
  'ünïcode 🦊',
  '../../etc/passwd',
  '<b>&"\'',
  'x'.repeat(300),
  ' ',
  'a/b\\c',
  '\u202egnp.exe',
  '=1+1',
  '\n',
]
const name = fc.constantFrom(...names)
const bytes: fc.Arbitrary<Bytes> = fc.record({
  size: fc.oneof(
    { weight: 60, arbitrary: fc.integer({ min: 0, max: 3_000 }) },
    { weight: 4, arbitrary: fc.constantFrom(0, 65_536, 1_048_575, 1_048_576, 1_048_577) },
    { weight: 1, arbitrary: fc.constantFrom(8 * 2 ** 20, 9_000_000) },
  ),
  // Few seeds, so that equal contents meet.
  seed: fc.nat({ max: 5 }),
  text: fc.boolean(),
})

const blow = (kind: Disturbance['kind']): fc.Arbitrary<Disturbance> =>
  fc.record({
    kind: fc.constant(kind),
    port: fc.constantFrom('write', 'sql', 'drive', 'read'),
    nth: fc.oneof(fc.integer({ min: 1, max: 8 }), fc.integer({ min: 1, max: 40 })),
    lands: fc.boolean(),
  })

const deeds = [
  fc.tuple(any, name, bytes).map((a) => command('createFile', a, ({ deeds }) => deeds.createFile(...a))),
  fc.tuple(any, name, bytes).map((a) => command('createFile', a, ({ deeds }) => deeds.createFile(...a))),
  fc.tuple(any, name).map((a) => command('createFolder', a, ({ deeds }) => deeds.createFolder(...a))),
  fc.tuple(any, any, name).map((a) => command('createShortcut', a, ({ deeds }) => deeds.createShortcut(...a))),
  fc.tuple(any, bytes).map((a) => command('edit', a, ({ deeds }) => deeds.edit(...a))),
  fc.tuple(any, name).map((a) => command('rename', a, ({ deeds }) => deeds.rename(...a))),
  fc.tuple(any, any).map((a) => command('move', a, ({ deeds }) => deeds.move(...a))),
  fc.tuple(any, fc.boolean()).map((a) => command('trash', a, ({ deeds }) => deeds.trash(...a))),
  fc.tuple(any).map((a) => command('remove', a, ({ deeds }) => deeds.remove(...a))),
  fc
    .tuple(any, fc.nat({ max: 3 }), fc.constantFrom('reader' as const, 'commenter' as const, 'writer' as const))
    .map((a) => command('share', a, ({ deeds }) => deeds.share(...a))),
  fc.tuple(any).map((a) => command('unshare', a, ({ deeds }) => deeds.unshare(...a))),
  fc.tuple(fc.nat({ max: 1 }), name).map((a) => command('renameDrive', a, ({ deeds }) => deeds.renameDrive(...a))),
]

const which = fc.nat({ max: 1 })

async function backUp(world: World, drive: number, disturbance?: Disturbance, full = false): Promise<void> {
  const machine = world.machine(disturbance)
  await world.conductors[drive]?.proceed(machine, full)
  if (machine.gate.hit && disturbance) count(world, disturbance.kind)
  await observe(world)
}

function count({ tally }: World, kind: Disturbance['kind']): void {
  if (kind === 'crash') tally.crashes += 1
  else if (kind === 'freeze') tally.freezes += 1
  else tally.faults += 1
}

/** One worker stands still; while another one does its work, it goes on where it stood. */
async function race(world: World, drive: number, disturbance: Disturbance): Promise<void> {
  const conductor = world.conductors[drive]
  await backUp(world, drive, disturbance)
  world.tally.races += 1
  await Promise.all([conductor?.proceed(world.machine()), conductor?.wake()])
  await observe(world)
}

/** So many small changes and backups that segments are merged on the way. */
async function compact(world: World, drive: number, backups: number, disturbance: Disturbance): Promise<void> {
  for (let n = 0; n < backups; n++) {
    await world.deeds.edit(n, { size: 10 + n, seed: n, text: false })
    world.deeds.rename(n, `merged ${n}`)
    await backUp(world, drive, n === backups - 1 ? disturbance : undefined)
  }
}

async function wake(world: World, drive: number): Promise<void> {
  await world.conductors[drive]?.wake()
  await observe(world)
}

const work = [
  fc.tuple(which).map((a) => command('backup', a, (world) => backUp(world, ...a))),
  fc.tuple(which).map((a) => command('backup', a, (world) => backUp(world, ...a))),
  fc.tuple(which).map((a) => command('backup', a, (world) => backUp(world, ...a))),
  fc.tuple(which, blow('crash'), fc.boolean()).map((a) => command('backup', a, (world) => backUp(world, ...a))),
  fc.tuple(which, blow('crash')).map((a) => command('backup', a, (world) => backUp(world, ...a))),
  fc.tuple(which, blow('freeze')).map((a) => command('backup', a, (world) => backUp(world, ...a))),
  fc.tuple(which, blow('freeze')).map((a) => command('backup', a, (world) => backUp(world, ...a))),
  fc.tuple(which, blow('error')).map((a) => command('backup', a, (world) => backUp(world, ...a))),
  fc.tuple(which).map((a) => command('full backup', a, (world) => backUp(world, ...a, undefined, true))),
  fc.tuple(which, blow('freeze')).map((a) => command('race', a, (world) => race(world, ...a))),
  fc
    .tuple(which, fc.oneof({ weight: 12, arbitrary: fc.constant(2) }, { weight: 1, arbitrary: fc.constant(34) }), blow('crash'))
    .map((a) => command('compact', a, (world) => compact(world, ...a))),
  fc.tuple(which).map((a) => command('wake', a, (world) => wake(world, ...a))),
  fc
    .tuple(which, fc.constantFrom('failed' as const, 'canceled' as const))
    .map((a) => command('give up', a, ({ conductors, machine }) => conductors[a[0]]?.giveUp(machine(), a[1]))),
]

const upkeep = [
  fc.tuple(which).map((a) => command('time passes, and old snapshots are given up', a, (world) => passTime(world, ...a))),
  fc.tuple(which, blow('freeze')).map((a) => command('give snapshots up', a, (world) => expire(world, ...a))),
  fc.tuple(which, blow('crash')).map((a) => command('time passes, garbage goes', a, (world) => upkeepNights(world, ...a))),
  fc.tuple(which, blow('freeze')).map((a) => command('time passes, garbage goes', a, (world) => upkeepNights(world, ...a))),
  fc.tuple(which, blow('crash')).map((a) => command('collect', a, (world) => collect(world, ...a))),
  fc.tuple(which, blow('freeze')).map((a) => command('collect', a, (world) => collect(world, ...a))),
  fc.tuple(fc.constantFrom(0)).map((a) => command('wake upkeep', a, (world) => wakeUpkeep(world))),
  fc.tuple(blow('crash')).map((a) => command('rebuild', a, (world) => rebuild(world, ...a))),
]

/** A week goes by, with a backup every other day, so that there is something that vouches for the time. */
async function passTime(world: World, drive: number): Promise<void> {
  for (let n = 0; n < 4; n++) {
    world.staging.clock.advance(47 * 3_600_000)
    await world.deeds.edit(n % 2, { size: 200 + n, seed: 10 + n, text: false })
    world.deeds.rename(n, `day ${n}`)
    await backUp(world, drive)
  }
  await expire(world, drive)
  await observe(world)
}

/** Old snapshots are given up, and what only they needed is marked and swept, by a process that something befalls in one of the halves. */
async function upkeepNights(world: World, drive: number, disturbance: Disturbance): Promise<void> {
  await passTime(world, drive)
  await collect(world, drive, disturbance.nth % 2 === 0 ? disturbance : undefined)
  await collect(world, drive, disturbance)
  await backUp(world, drive)
  await collect(world, drive)
}

const mishaps = [
  fc.tuple(which).map((a) => command('Drive forgets positions', a, (world) => world.forgetPositions(...a))),
  fc.tuple(fc.constantFrom(-48, 0, 48)).map((a) => command('clocks jump to hours ahead', a, (world) => world.setClock(...a))),
  fc.tuple(which, fc.boolean()).map((a) =>
    command('lose the database', a, async (world) => {
      await loseDatabase(world, a[0])
      if (a[1]) await rebuild(world)
    }),
  ),
  fc.tuple(which).map((a) => command('copy the database', a, (world) => copyDatabase(world, ...a))),
  fc.tuple(which).map((a) => command('bring an older database back', a, (world) => restoreCopy(world, ...a))),
]

/** A schedule of up to `length` operations; with `replayPath`, the part of one that a failure has printed. */
export const schedules = (length: number, replayPath?: string): fc.Arbitrary<Iterable<Command>> =>
  fc.commands([...deeds, ...work, ...upkeep, ...mishaps], {
    maxCommands: length,
    size: 'max',
    ...(replayPath !== undefined && { replayPath }),
  })
