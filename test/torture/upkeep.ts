/** What keeps a vault small and whole beside the backups: retention, the collection of garbage, and the rebuilding of the database. */
import { rebuildAccount } from '../../activities/rebuild/rebuild.ts'
import { ClockInDoubt, GenerationTaken, StoreUnavailable, VaultError } from '../../activities/vault/errors.ts'
import { collectGarbage } from '../../activities/vault/gc/collect.ts'
import { databaseLedger } from '../../activities/vault/gc/database-ledger.ts'
import { expireDrive } from '../../activities/vault/retention/expire-drive.ts'
import { newId, systemRandom } from '../../db/kit/random.ts'
import type { GcPolicy } from '../../workflows/policy/gc.ts'
import { type Disturbance, ProcessDied } from './machine/gate.ts'
import type { Machine } from './machine/machine.ts'
import { Lost } from './verify/lost.ts'
import type { World } from './world.ts'

/** No wait, and whoever is open counts as dead at once: what keeps a collection safe must be the fences and not the hours. */
const policy: GcPolicy = { waitMs: 0, leaseMs: 0, orphanMs: 0, approvalPercent: 100, removalsPerSecond: Number.POSITIVE_INFINITY }
const keepMs = 24 * 3_600_000

type Upkeep = (machine: Machine) => Promise<unknown>

/** Runs upkeep in a process of its own; one that stands still goes on when somebody wakes it. Says whether something befell it. */
async function inProcess(world: World, disturbance: Disturbance | undefined, upkeep: Upkeep): Promise<boolean> {
  const machine = world.machine(disturbance)
  const working = upkeep(machine).catch((error) => {
    if (machine.gate.dead || isExpected(error)) return
    // Without the day between its halves a collection deletes what a process that stood still was about to read.
    if (machine.gate.stoodStill && error instanceof VaultError) return
    throw error
  })
  const course = await Promise.race([working, machine.gate.frozen])
  if (course === 'frozen') world.asleep.push({ machine, working })
  return machine.gate.hit
}

/** Being beaten in a race, doubting the clock, and the failures that the schedule itself has caused. */
function isExpected(error: unknown): boolean {
  if (error instanceof GenerationTaken || error instanceof ClockInDoubt || error instanceof StoreUnavailable) return true
  return error instanceof ProcessDied || (error instanceof Error && 'code' in error && error.code === '57P01')
}

/** Lets the upkeep that has stood still for longest go on. */
export async function wakeUpkeep(world: World): Promise<boolean> {
  const sleeper = world.asleep.shift()
  sleeper?.machine.gate.thaw()
  await sleeper?.working
  return sleeper !== undefined
}

/** One step of a collection: marks, or sweeps what was marked. */
export function collect(world: World, n: number, disturbance?: Disturbance): Promise<boolean> {
  const driveId = world.drives[n] ?? ''
  return inProcess(world, disturbance, async (machine) => {
    const drive = (await machine.vault()).drive(driveId)
    const report = await collectGarbage({
      drive,
      ledger: databaseLedger(machine.db, world.accountId, driveId),
      clock: world.staging.clock,
      random: systemRandom,
      policy,
      signal: new AbortController().signal,
      progress: () => {},
    })
    if (report.outcome.did === 'swept') world.tally.collections += 1
  })
}

/** P3: gives up what is old enough, and proves that nothing younger went, by the time that has really passed. */
export function expire(world: World, n: number, disturbance?: Disturbance): Promise<boolean> {
  const driveId = world.drives[n] ?? ''
  return inProcess(world, disturbance, async (machine) => {
    const drive = (await machine.vault()).drive(driveId)
    const options = { policy: { keepMs, holds: [] }, sessionId: newId(systemRandom, 'expire') }
    const report = await expireDrive({ db: machine.db, now: world.staging.clock.now() }, world.accountId, drive, options)
    world.tally.expired += report.given
    for (const { from, to } of report.ranges) {
      for (let gen = from; gen <= to; gen++) {
        const replaced = world.seen.get(world.rootKey(driveId, gen + 1))
        const age = replaced === undefined ? undefined : world.truth() - replaced.truth
        if (age !== undefined && age < keepMs)
          throw new Lost(
            `Snapshot ${gen} was given up ${age / 3_600_000} hours after it was replaced; the retention is ${keepMs / 3_600_000}.`,
          )
      }
    }
  })
}

export function rebuild(world: World, disturbance?: Disturbance): Promise<boolean> {
  return inProcess(world, disturbance, async (machine) => {
    const { drives } = await rebuildAccount({
      db: machine.db,
      store: world.staging.store,
      vault: await machine.vault(),
      clock: world.staging.clock,
      signal: new AbortController().signal,
      every: true,
      note: () => {},
    })
    for (const { driveId, outcome, differences } of drives)
      if (outcome === 'differs') throw new Lost(`The rebuilt catalogue of drive ${driveId} differs: ${differences.join('; ')}`)
  })
}
