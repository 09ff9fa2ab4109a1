/**
 * One-machine mode: everything that Backstop needs, started in order, kept running, and stopped together.
 * All state lies in one folder; a second start finds everything as it was.
 */
import type { Clock } from '../../db/kit/clock.ts'
import type { Random } from '../../db/kit/random.ts'
import { fullDisk, StartFailure } from './failure.ts'
import { type DataFolder, dataFolder, emptyFolder, isInUse, openFolder } from './folder/data-folder.ts'
import { takeLock } from './folder/lock.ts'
import { choosePorts } from './folder/state.ts'
import type { Io } from './io.ts'
import { readUpOptions, type UpOptions, upHelp } from './options.ts'
import { stopOrder } from './parts.ts'
import { progress } from './progress.ts'
import { startScreen } from './screen.ts'
import { startEverything } from './start-everything.ts'
import { endOrphans } from './supervisor/orphans.ts'
import { seconds, supervisor } from './supervisor/supervisor.ts'

/** What the outside world is to this mode. */
export type World = {
  readonly env: NodeJS.ProcessEnv
  readonly io: Io
  /** Aborted when the person wants to stop. */
  readonly stop: AbortSignal
  readonly clock: Clock
  readonly random: Random
}

/**
 * Runs until the person stops it.
 * @returns the exit code
 * @throws {StartFailure} when it cannot start; nothing is left running
 */
export async function up(argv: readonly string[], world: World): Promise<number> {
  const options = readUpOptions(argv)
  if (options.help) {
    world.io.say(upHelp)
    return 0
  }
  try {
    await runOn(dataFolder(options.data), options, world)
  } catch (error) {
    // What fails because it is being stopped is no failure.
    if (!world.stop.aborted) throw error
  }
  return 0
}

async function runOn(folder: DataFolder, options: UpOptions, world: World): Promise<void> {
  const { io, clock } = world
  const fresh = !isInUse(folder)
  openFolder(folder)
  const unlock = await takeLock(folder, clock)
  try {
    for (const title of await endOrphans(folder, clock)) io.say(`✓ Ended a ${title} that an earlier start had left running`)
    if (options.reset && !fresh) await reset(folder, options, world)
    await serve(folder, options, world)
  } catch (error) {
    throw fullDisk(error, folder.path)
  } finally {
    unlock()
  }
}

async function serve(folder: DataFolder, options: UpOptions, world: World): Promise<void> {
  const { env, io, clock, stop } = world
  const step = progress(io, clock)
  const { ports, moved } = await choosePorts(folder, options.port)
  for (const name of moved) io.say(`! The port of ${name} was taken by another program; it is now ${ports[name]}`)
  const parts = supervisor({ folder, clock, say: io.say })
  const stopped = new Promise<void>((resolve) => stop.addEventListener('abort', () => resolve(), { once: true }))
  try {
    await Promise.race([startEverything({ folder, ports, parts, step, world }), stopped])
    if (!stop.aborted) io.say(await startScreen({ folder, ports, clock, ownTemporal: env['TEMPORAL_ADDRESS'] === undefined }))
    await stopped
  } finally {
    const began = clock.now().getTime()
    await parts.stop(stopOrder)
    if (stop.aborted) io.say(`✓ Stopped after ${seconds(clock.now().getTime() - began)}. Everything is kept in ${folder.path}`)
  }
}

async function reset(folder: DataFolder, { yes }: UpOptions, { io }: World): Promise<void> {
  if (!yes) {
    const answer = await io.ask(`This deletes every backup, setting and practice file in ${folder.path}. Type "delete" to go on: `)
    if (answer === undefined)
      throw new StartFailure('Nobody can be asked here whether everything may be deleted: add --yes to --reset if it may.')
    if (answer.trim() !== 'delete') throw new StartFailure('Nothing was deleted.')
  }
  emptyFolder(folder)
  openFolder(folder)
  io.say(`✓ ${folder.path} is empty`)
}
