/** One worker process: the real activities over gated ports, with a clock and a memory of its own. */
import type { Logger } from '@temporalio/common'
import { MockActivityEnvironment } from '@temporalio/testing'
import { backupActivities } from '../../../activities/backup/activities.ts'
import type { ActivityDeps } from '../../../activities/deps.ts'
import { driveFailure } from '../../../activities/drive/google/failure.ts'
import type { DriveSource } from '../../../activities/drive/source.ts'
import { type Kms, type ObjectStore, openVault, StoreUnavailable, type Vault } from '../../../activities/vault/index.ts'
import { retries } from '../../../activities/vault/store/retry.ts'
import { retrying } from '../../../activities/vault/store/retrying.ts'
import type { Database } from '../../../db/client.ts'
import type { Clock } from '../../../db/kit/clock.ts'
import { systemRandom } from '../../../db/kit/random.ts'
import { createGate, type Disturbance, type Gate, type Port } from './gate.ts'
import { gatedDatabase, gatedSource, gatedStore } from './gated.ts'

/** What all processes of a schedule share: the outside world. */
export type Outside = {
  readonly db: Database
  readonly store: ObjectStore
  readonly kms: Kms
  readonly clock: Clock
  readonly accountId: string
  source(signal: AbortSignal): DriveSource
}

export type Activities = ReturnType<typeof backupActivities>

export type Machine = {
  readonly gate: Gate
  readonly db: Database
  readonly vault: () => Promise<Vault>
  readonly activities: Activities
  /** Runs work as Temporal runs an activity. */
  run<T>(work: () => Promise<T>): Promise<T>
}

export function startMachine(outside: Outside, disturbance?: Disturbance): Machine {
  const gate = createGate(disturbance, failureOf)
  const db = gatedDatabase(outside.db, gate)
  const store = retrying(gatedStore(outside.store, gate), retries({ clock: outside.clock, random: systemRandom }))
  let opened: Promise<Vault> | undefined
  const vault = () => {
    opened ??= openVault({ store, kms: outside.kms, accountId: outside.accountId, clock: outside.clock, random: systemRandom })
    opened.catch(() => {
      opened = undefined
    })
    return opened
  }
  const deps: Partial<ActivityDeps> = {
    db,
    clock: outside.clock,
    random: systemRandom,
    vault,
    drive: async (_account, _task, signal) => ({
      source: gatedSource(outside.source(signal), gate),
      target: {} as never,
      spent: () => ({ calls: 1, units: 1 }),
    }),
  }
  // A backup asks for nothing else; what it asked for all the same would be undefined, and the schedule would fail.
  const activities = backupActivities(deps as ActivityDeps)
  return { gate, db, vault, activities, run: (work) => new MockActivityEnvironment({}, { logger: silent }).run(work) }
}

/** Temporal writes a line for every failed activity; here they fail by the thousand, and on purpose. */
const nothing = () => {}
const silent: Logger = { log: nothing, trace: nothing, debug: nothing, info: nothing, warn: nothing, error: nothing }

/** What each port says when it fails for a moment, as the real thing says it. */
function failureOf(port: Port): Error {
  if (port === 'drive') return driveFailure('TransientProvider', { status: 503, reason: 'backendError' })
  if (port === 'sql') return Object.assign(new Error('terminating connection due to administrator command'), { code: '57P01' })
  return new StoreUnavailable('The store did not answer in time.', {
    cause: Object.assign(new Error('timed out'), { code: 'ETIMEDOUT' }),
  })
}
