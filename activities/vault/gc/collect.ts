/**
 * One step of collecting a drive's garbage: marks when no cycle goes on, sweeps or says what it waits for when one does. Call it every night.
 * Safe beside backups and beside itself, and after a crash at any point: see workflows/policy/gc.ts and the model in test/model.
 */
import type { Clock } from '../../../db/kit/clock.ts'
import type { Random } from '../../../db/kit/random.ts'
import { type GcPolicy, nextStep, type Session } from '../../../workflows/policy/gc.ts'
import type { DriveVault } from '../engine.ts'
import type { Root } from '../root.ts'
import type { GcLedger } from './ledger.ts'
import { containersOf, entriesIn, findGarbage } from './look.ts'
import { writePlan } from './plan.ts'
import type { GcReport } from './report.ts'
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
  /** The token of a report that asked for an approval. */
  readonly approved?: string
}

/** @throws {IntegrityError} the vault is not whole: nothing is deleted on doubt @throws {GenerationTaken} the drive was too busy; call again */
export async function collectGarbage(deps: GcDeps, { approved }: GcOptions = {}): Promise<GcReport> {
  const { drive, ledger, policy } = deps
  const head = await drive.latestRoot()
  if (head?.gcEpoch) await ledger.adopt(head.gcEpoch)
  const { epoch, cycle, cleanGen } = await ledger.state()
  if (cycle.phase === 'idle' && head !== undefined && head.gen === cleanGen)
    return { driveId: drive.driveId, epoch, outcome: { did: 'nothing', why: 'no garbage' } }
  const sessions = await ledger.sessions()
  const step = nextStep(cycle, sessions, policy)
  if (step.step === 'mark') return begin(deps, epoch, sessions)
  if (step.step === 'wait') return { driveId: drive.driveId, epoch, outcome: { did: 'waited', why: step.reason, runs: step.sessions } }
  return sweep(deps, { epoch, plan: cycle.plan ?? '', fence: step.fence, approved })
}

async function begin(deps: GcDeps, epoch: number, sessions: readonly Session[]): Promise<GcReport> {
  const { drive, ledger, random, clock, policy } = deps
  // An upload that was begun so long ago is nobody's: should its writer still come back, it fails and begins again.
  await drive.reader.store.abortUnfinished(new Date(clock.now().getTime() - policy.orphanMs))
  const { report, marked, orphans, clean } = await findGarbage(deps, epoch, sessions)
  if (clean !== undefined) await ledger.clean(clean)
  if (!marked) return report
  const plan = await writePlan(drive.reader, random, epoch + 1, marked)
  const containers = containersOf(drive, marked.garbage)
  const gone = { containers: [...containers], blobs: blobsIn(drive, marked.head, containers), orphans }
  if (await ledger.begin(epoch, plan, gone)) return { ...report, epoch: epoch + 1, outcome: { did: 'marked' } }
  return { driveId: drive.driveId, epoch, outcome: { did: 'nothing', why: 'something else has begun meanwhile' } }
}

async function* blobsIn(drive: DriveVault, head: Root, containers: ReadonlySet<string>): AsyncIterable<readonly string[]> {
  for await (const batch of entriesIn(drive, head, containers)) yield batch.map(({ blobId }) => blobId)
}
