/**
 * The nightly sweep of locks: what a live snapshot needs stays locked, however long ago it was written. Each object is locked anew, for as
 * long as a new one is, when half of that has passed. The sweep has to come more often than the least margin is long (kopia's rule); an
 * object that is found below it is an alarm, because then the sweep, or something else, has failed for a while.
 */
import { forEachLimited } from '../../kit/limit.ts'
import type { DriveVault } from '../engine.ts'
import { mark } from '../gc/mark.ts'
import type { ObjectStore, ObjectVersion } from '../store/object-store.ts'
import { lockLengthMs } from './locks.ts'

export type LockSweep = {
  readonly outcome: 'swept' | 'nothing is locked here'
  readonly objects: number
  readonly extended: number
  /** Objects whose lock was found to end in less than a week, or in less than half a lock if that is shorter; the first hundred. They are locked anew. */
  readonly late: readonly { readonly key: string; readonly until: string | null }[]
  readonly lateCount: number
}

export type SweepOptions = { readonly now: Date; readonly signal: AbortSignal; readonly progress?: (line: string) => void }

const leastMarginMs = 7 * 86_400_000
const mostNamed = 100
const atOnce = 8

/** Costs a request for each object, and one more for each that is extended. @throws {IntegrityError} the vault is not whole @throws {Shredded} */
export async function sweepRetention(drive: DriveVault, options: SweepOptions): Promise<LockSweep> {
  const { now, signal, progress = () => {} } = options
  const { store } = drive.reader
  const head = await drive.latestRoot()
  const lengthMs = head && (await lockLengthMs(drive, head))
  if (lengthMs === undefined) return { outcome: 'nothing is locked here', objects: 0, extended: 0, late: [], lateCount: 0 }
  const until = new Date(now.getTime() + lengthMs)
  const late: { key: string; until: string | null }[] = []
  let [objects, extended, lateCount] = [0, 0, 0]

  await forEachLimited(neededVersions(drive, progress), atOnce, async (version) => {
    signal.throwIfAborted()
    objects += 1
    const ends = await store.retainedUntil(version)
    const leftMs = ends ? ends.getTime() - now.getTime() : 0
    if (leftMs < Math.min(leastMarginMs, lengthMs / 2)) {
      lateCount += 1
      if (late.length < mostNamed) late.push({ key: version.key, until: ends?.toISOString() ?? null })
    }
    if (leftMs >= lengthMs / 2) return
    await store.retain(version, until)
    extended += 1
    progress(`${extended} of ${objects} objects locked anew`)
  })
  return { outcome: 'swept', objects, extended, late, lateCount }
}

/** Of each object that is no garbage, and of what opens them, the version that counts: written once, so that is the oldest. */
async function* neededVersions(drive: DriveVault, progress: (line: string) => void): AsyncIterable<ObjectVersion> {
  const { store, layout } = drive.reader
  // First: what is being destroyed on purpose, and waits for its locks to end, is not locked anew.
  const documents = await drive.reader.keyDocuments()
  const found = await mark(drive, { progress, most: Number.POSITIVE_INFINITY })
  const garbage = new Set(found?.garbage.map(({ key }) => key))
  for await (const version of oldestVersions(store, layout.container(''))) if (!garbage.has(version.key)) yield version
  for (const key of documents) for await (const version of oldestVersions(store, key)) if (version.key === key) yield version
}

async function* oldestVersions(store: ObjectStore, prefix: string): AsyncIterable<ObjectVersion> {
  let oldest: ObjectVersion | undefined
  for await (const version of store.listVersions(prefix)) {
    if (oldest && oldest.key !== version.key) {
      yield oldest
      oldest = undefined
    }
    if (!version.deleted) oldest = version
  }
  if (oldest) yield oldest
}
