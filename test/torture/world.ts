/** The stage of one schedule: an account, two drives in the practice Drive, an empty vault, and the people's ledger. */
import type { DriveModel } from '../../activities/drive/simulator/model/api.ts'
import type { Actor } from '../../activities/drive/simulator/model/requests.ts'
import type { DriveSource } from '../../activities/drive/source.ts'
import type { ObjectStore } from '../../activities/vault/index.ts'
import { type Kms, openVault, type Vault } from '../../activities/vault/index.ts'
import { ensureAccount } from '../../db/accounts.ts'
import type { Database } from '../../db/client.ts'
import { recordDiscovery, setLifecycle } from '../../db/drive-changes.ts'
import type { Clock } from '../../db/kit/clock.ts'
import { newId, systemRandom } from '../../db/kit/random.ts'
import { createTask } from '../../db/tasks.ts'
import { type Conductor, conduct } from './machine/conductor.ts'
import type { Disturbance } from './machine/gate.ts'
import { type Machine, type Outside, startMachine } from './machine/machine.ts'
import type { Copy } from './mishaps.ts'
import { createDeeds, type Deeds } from './people/deeds.ts'
import { directSource } from './people/direct-source.ts'
import { createLedger, type Ledger } from './people/ledger.ts'

/** What all schedules of a process share. */
export type Ground = {
  readonly db: Database
  readonly model: DriveModel
  readonly actor: Actor
  readonly kms: Kms
  /** Drive over the wire. */
  readonly wire: (signal: AbortSignal) => DriveSource
}

/** How one schedule is staged. */
export type Staging = {
  readonly store: ObjectStore
  readonly clock: Clock & { advance(ms: number): void }
  /** Through HTTP and Google's own client instead of straight from the model. */
  readonly overWire: boolean
  readonly pageSize: number
}

export type World = {
  readonly ground: Ground
  readonly staging: Staging
  readonly outside: Outside
  readonly accountId: string
  readonly drives: readonly string[]
  readonly ledger: Ledger
  readonly deeds: Deeds
  readonly conductors: readonly Conductor[]
  /** By run: the step at which it was queued. */
  readonly looks: Map<string, { readonly from: number }>
  /** By the key of a root: the step at which it was first seen, and the moment, by the time that has really passed. */
  readonly seen: Map<string, { readonly step: number; readonly truth: number }>
  rootKey(driveId: string, gen: number): string
  /** Copies of the database, by drive. */
  readonly copies: Map<number, Copy>
  /** Upkeep that stands still. */
  readonly asleep: { readonly machine: Machine; readonly working: Promise<unknown> }[]
  /** The time that has really passed, in milliseconds, whatever the machines' clock says. */
  truth(): number
  /** Sets the machines' clock so many hours ahead of the truth. */
  setClock(aheadHours: number): void
  /** What has happened, for the report. */
  readonly tally: Tally
  /** Drive no longer knows the positions that the drive's change feed has been at. */
  forgetPositions(drive: number): void
  machine(disturbance?: Disturbance): Machine
  /** Takes the drives out of the practice Drive, which serves other schedules too. */
  leave(): void
  /** The vault by nobody's memory: opened anew, over the store as it is. */
  freshVault(): Promise<Vault>
}

export type Tally = {
  operations: number
  crashes: number
  freezes: number
  faults: number
  races: number
  snapshots: number
  expired: number
  collections: number
}

export const emptyTally = (): Tally => ({
  operations: 0,
  crashes: 0,
  freezes: 0,
  faults: 0,
  races: 0,
  snapshots: 0,
  expired: 0,
  collections: 0,
})

/** An account whose one task backs up the drives. */
async function register(db: Database, connectedEmail: string, drives: readonly string[], now: Date): Promise<string> {
  const accountId = newId(systemRandom, 'acc')
  const taskId = newId(systemRandom, 'tsk')
  await ensureAccount(db, { id: accountId, name: 'Torture', now })
  await createTask(db, accountId, { id: taskId, name: 'Main', connectedEmail, credential: Buffer.from('-'), now })
  const found = drives.map((id, n) => ({ id, name: `Drive ${n}`, managerReachable: true }))
  await recordDiscovery(db, accountId, taskId, found, now)
  await setLifecycle(db, accountId, drives, 'active', now)
  return accountId
}

export async function stage(ground: Ground, staging: Staging, tally: Tally): Promise<World> {
  const { db, model, actor, kms } = ground
  const { clock, store } = staging
  const drives = ['One', 'Two'].map((name) => model.drives.create(actor, newId(systemRandom, 'request'), { name }).id)
  const accountId = await register(db, actor.email, drives, clock.now())

  let ahead = 0
  const oldestPositions = new Map<string, number>()
  const outside: Outside = {
    db,
    store,
    kms,
    clock,
    accountId,
    source: (signal) =>
      staging.overWire ? ground.wire(signal) : directSource(model, actor, { pageSize: staging.pageSize, oldestPositions }),
  }
  const ledger = createLedger()
  const looks: World['looks'] = new Map()
  const begun = (runId: string) => {
    if (!looks.has(runId)) looks.set(runId, { from: ledger.step })
  }
  const opening = () => openVault({ store, kms, accountId, clock, random: systemRandom })
  return {
    ground,
    staging,
    outside,
    accountId,
    drives,
    ledger,
    deeds: createDeeds(model, actor, ledger, drives),
    conductors: drives.map((driveId) => conduct(outside, driveId, begun)),
    looks,
    seen: new Map(),
    rootKey: (driveId, gen) => `v1/t/${accountId}/d/${driveId}/snap/${String(gen).padStart(16, '0')}.root`,
    copies: new Map(),
    asleep: [],
    truth: () => clock.now().getTime() - ahead,
    setClock(aheadHours) {
      clock.advance(aheadHours * 3_600_000 - ahead)
      ahead = aheadHours * 3_600_000
    },
    tally,
    forgetPositions(drive) {
      const driveId = drives[drive]
      if (driveId !== undefined) oldestPositions.set(driveId, Number(model.changes.getStartPageToken(actor, { driveId })))
    },
    machine: (disturbance) => startMachine(outside, disturbance),
    leave() {
      for (const id of drives) model.drives.delete(actor, id, { useDomainAdminAccess: true, allowItemDeletion: true })
    },
    freshVault: opening,
  }
}

export function addTallies(tallies: readonly Tally[]): Tally {
  const sum = emptyTally()
  for (const tally of tallies) for (const key of Object.keys(sum) as (keyof Tally)[]) sum[key] += tally[key]
  return sum
}
