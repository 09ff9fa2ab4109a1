/**
 * One step of collecting a drive's garbage: marks when no cycle goes on, sweeps or says what it waits for when one does. Call it every night.
 * Safe beside backups and beside itself, and after a crash at any point: see workflows/policy/gc.ts and the model in test/model.
 */
import type { Clock } from '../../../db/kit/clock.ts'
import type { Random } from '../../../db/kit/random.ts'
import { type GcPolicy, nextStep, orphansCount, type Session } from '../../../workflows/policy/gc.ts'
import type { BlobEntry, DriveVault } from '../engine.ts'
import { recordToEntry } from '../format/entry-codec.ts'
import { mergeTables } from '../read/merge.ts'
import type { Root } from '../root.ts'
import type { GcLedger } from './ledger.ts'
import { type Garbage, type Marked, mark } from './mark.ts'
import { relative, writePlan } from './plan.ts'
import { counted, type GcReport } from './report.ts'
import { sweep } from './sweep.ts'

export type GcDeps = {
  readonly drive: DriveVault
  readonly ledger: GcLedger
  readonly clock: Clock
  readonly random: Random
  readonly policy: GcPolicy
  readonly signal: AbortSignal
  readonly progress: (line: string) => void
}

export type GcOptions = {
  /** Only looks, and says what it found. */
  readonly dryRun?: boolean
  /** The token of a report that asked for an approval. */
  readonly approved?: string
}

/** @throws {IntegrityError} the vault is not whole: nothing is deleted on doubt @throws {GenerationTaken} the drive was too busy; call again */
export async function collectGarbage(deps: GcDeps, options: GcOptions = {}): Promise<GcReport> {
  const { drive, ledger, policy } = deps
  const head = await drive.latestRoot()
  if (head?.gcEpoch && !options.dryRun) await ledger.adopt(head.gcEpoch)
  const { epoch, cycle } = await ledger.state()
  const sessions = await ledger.sessions()
  const step = nextStep(cycle, sessions, policy)
  if (options.dryRun || step.step === 'mark') return begin(deps, epoch, sessions, options)
  if (step.step === 'wait') return { driveId: drive.driveId, epoch, outcome: { did: 'waited', why: step.reason, runs: step.sessions } }
  return sweep(deps, { epoch, plan: cycle.plan ?? '', fence: step.fence, approved: options.approved })
}

async function begin(deps: GcDeps, epoch: number, sessions: readonly Session[], { dryRun }: GcOptions): Promise<GcReport> {
  const { drive, ledger, random, progress } = deps
  const report = { driveId: drive.driveId, epoch }
  const found = await mark(drive, { progress })
  if (!found) return { ...report, outcome: { did: 'nothing', why: 'no snapshot' } }
  const { marked, orphans } = await withoutFreshOrphans(deps, found, sessions)
  const what = { garbage: counted(marked.garbage), total: marked.total, more: marked.more }
  if (marked.garbage.length === 0) return { ...report, ...what, outcome: { did: 'nothing', why: 'no garbage' } }
  if (dryRun) return { ...report, ...what, outcome: { did: 'looked' } }
  const plan = await writePlan(drive.reader, random, epoch + 1, marked)
  const containers = containersOf(drive, marked.garbage)
  const gone = { containers: [...containers], blobs: blobsIn(drive, marked.head, containers), orphans }
  if (!(await ledger.begin(epoch, plan, gone))) return { ...report, outcome: { did: 'nothing', why: 'something else has begun meanwhile' } }
  return { ...report, ...what, epoch: epoch + 1, outcome: { did: 'marked' } }
}

/** A container that no index names may be what a run that goes on has just written, or one that will be repeated: it has to be old, and no run open. */
async function withoutFreshOrphans(
  { drive, clock, policy }: GcDeps,
  found: Marked,
  sessions: readonly Session[],
): Promise<{ readonly marked: Marked; readonly orphans: boolean }> {
  const indexed = new Set<string>()
  for await (const batch of entriesIn(drive, found.head, containersOf(drive, found.garbage)))
    for (const { container } of batch) indexed.add(container)
  const isOrphan = (one: Garbage) => one.kind === 'container' && !indexed.has(relative(drive.reader, one))
  const oldest = clock.now().getTime() - policy.orphanMs
  const goes = ({ lastModified }: Garbage) => orphansCount(sessions) && lastModified !== undefined && lastModified.getTime() <= oldest
  const garbage = found.garbage.filter((one) => !isOrphan(one) || goes(one))
  return { marked: { ...found, garbage }, orphans: garbage.some(isOrphan) }
}

export function containersOf({ reader }: DriveVault, garbage: readonly Garbage[]): Set<string> {
  return new Set(garbage.filter(({ kind }) => kind === 'container').map((one) => relative(reader, one)))
}

async function* blobsIn(drive: DriveVault, head: Root, containers: ReadonlySet<string>): AsyncIterable<readonly string[]> {
  for await (const batch of entriesIn(drive, head, containers)) yield batch.map(({ blobId }) => blobId)
}

/** What the newest index has in these containers. */
async function* entriesIn({ reader }: DriveVault, head: Root, containers: ReadonlySet<string>): AsyncIterable<readonly BlobEntry[]> {
  if (containers.size === 0) return
  for await (const batch of mergeTables(await reader.open(head).indexTables())) {
    const found = batch.map(recordToEntry).filter(({ container }) => containers.has(container))
    if (found.length > 0) yield found
  }
}
