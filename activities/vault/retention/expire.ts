/** Giving snapshots up that are older than the retention (SET-16). The commit of a root decides it; objects go later, with the garbage. */
import { expiry, type Range, type RetentionPolicy } from '../../../workflows/policy/retention.ts'
import type { DriveVault } from '../engine.ts'
import { ClockInDoubt, GenerationTaken, InvalidInput } from '../errors.ts'
import { generationOf } from '../format/layout.ts'
import type { Root } from '../root.ts'
import { lastGood } from './last-good.ts'

export type ExpireOptions = {
  readonly policy: RetentionPolicy
  /** This process's clock. */
  readonly now: Date
  /** What other clocks say: the database's, when the drive was last looked at. The vault's own objects are asked in any case. */
  readonly evidence: readonly Date[]
  /** Names the root that is committed; a repeat with the same name finds it. */
  readonly sessionId: string
  /** Only says what would be given up. */
  readonly dryRun?: boolean
}

export type ExpiryReport = {
  /** Snapshots before and given up; roots of maintenance are not counted. */
  readonly snapshots: number
  readonly given: number
  readonly ranges: readonly Range[]
  /** The root that says so; nothing when there was nothing to give up, or it was only asked. */
  readonly root?: Root
}

/** A drive that is busy commits in between; more often than this it does not happen by chance. */
const maxAttempts = 5

/**
 * @throws {ClockInDoubt} this clock is far ahead of all that others say, so nothing was given up
 * @throws {GenerationTaken} another writer was first, again and again; nothing was given up
 * @throws {IntegrityError} the chain of snapshots is not whole: nothing is given up on doubt
 */
export async function expireSnapshots(drive: DriveVault, options: ExpireOptions): Promise<ExpiryReport> {
  const { keepMs } = options.policy
  if (!(keepMs > 0)) throw new InvalidInput(`${keepMs} ms is no retention. It must be longer than nothing.`)
  for (let attempt = 1; ; attempt += 1) {
    const { report, head } = await plan(drive, options)
    if (options.dryRun || !head || report.ranges.length === 0) return report
    try {
      return { ...report, root: await drive.maintain({ sessionId: options.sessionId, parentGen: head, expire: report.ranges }) }
    } catch (error) {
      if (!(error instanceof GenerationTaken) || attempt === maxAttempts) throw error
    }
  }
}

async function plan(
  drive: DriveVault,
  { policy, now, evidence }: ExpireOptions,
): Promise<{ report: ExpiryReport; head: number | undefined }> {
  const roots = await Array.fromAsync(drive.roots({ maintenance: true }))
  if (roots.length === 0) return { report: { snapshots: 0, given: 0, ranges: [] }, head: undefined }
  const modified = await timesInStore(drive)
  const generations = roots.map(({ gen, time, maintenance = false }) => ({
    gen,
    maintenance,
    at: Math.max(Date.parse(time), modified.get(gen) ?? Number.NEGATIVE_INFINITY),
  }))
  const newestEvidence = [...evidence.map(Number), ...generations.map(({ at }) => at)].reduce((newest, at) => Math.max(newest, at))
  const clock = { now: now.getTime(), newestEvidence }
  const first = expiry(generations, policy, clock)
  if (first.verdict === 'clock in doubt') throw inDoubt(now, newestEvidence)
  const decided = first.expire.length === 0 ? first : expiry(generations, policy, clock, await lastGood(drive.reader, roots))
  const ranges = decided.verdict === 'decided' ? decided.expire : []
  const snapshots = roots.filter(({ maintenance }) => !maintenance)
  const given = snapshots.filter(({ gen }) => ranges.some(({ from, to }) => from <= gen && gen <= to)).length
  return { report: { snapshots: snapshots.length, given, ranges }, head: roots.at(-1)?.gen }
}

/** When each root's object came into the store, by the store's clock. */
async function timesInStore({ reader: { store, layout } }: DriveVault): Promise<ReadonlyMap<number, number>> {
  const times = new Map<number, number>()
  for await (const { key, lastModified } of store.list(layout.roots)) {
    const gen = generationOf(layout, key)
    if (gen !== undefined && lastModified) times.set(gen, lastModified.getTime())
  }
  return times
}

function inDoubt(now: Date, newestEvidence: number): ClockInDoubt {
  const newest = Number.isFinite(newestEvidence)
    ? `nothing else has seen a time after ${new Date(newestEvidence).toISOString()}`
    : 'nothing else vouches for that'
  return new ClockInDoubt(
    `This machine's clock says ${now.toISOString()}, but ${newest}. No snapshot was given up. Check the clock; when it is right, the next backup of the drive will vouch for it.`,
  )
}
