/** What would go if a cycle began now. */
import { orphansCount, type Session } from '../../../workflows/policy/gc.ts'
import type { BlobEntry, DriveVault } from '../engine.ts'
import { recordToEntry } from '../format/entry-codec.ts'
import { mergeTables } from '../read/merge.ts'
import type { Root } from '../root.ts'
import type { GcDeps } from './collect.ts'
import { type Garbage, type Marked, mark } from './mark.ts'
import { relative } from './plan.ts'
import { counted, type GcReport } from './report.ts'

type LookDeps = Pick<GcDeps, 'drive' | 'clock' | 'policy' | 'progress'>

/** A dry run: reads, and changes nothing. @throws {IntegrityError} the vault is not whole */
export async function lookForGarbage(deps: LookDeps): Promise<GcReport> {
  return (await findGarbage(deps, 0, [])).report
}

export type Found = {
  readonly report: GcReport
  readonly orphans: boolean
  readonly marked?: Marked
  /** Nothing is there that is not needed, not even what is left alone for now; the newest generation. */
  readonly clean?: number
}

/** `marked` is missing when there is nothing to collect, as `report` says. */
export async function findGarbage(deps: LookDeps, epoch: number, sessions: readonly Session[]): Promise<Found> {
  const { drive, progress } = deps
  const report = { driveId: drive.driveId, epoch }
  const found = await mark(drive, { progress })
  if (!found) return { report: { ...report, outcome: { did: 'nothing', why: 'no snapshot' } }, orphans: false }
  const { marked, orphans } = await withoutFreshOrphans(deps, found, sessions)
  const what = { garbage: counted(marked.garbage), total: marked.total, more: marked.more }
  if (marked.garbage.length === 0) {
    const clean = found.garbage.length === 0 ? { clean: found.head.gen } : {}
    return { report: { ...report, ...what, outcome: { did: 'nothing', why: 'no garbage' } }, orphans, ...clean }
  }
  return { report: { ...report, ...what, outcome: { did: 'looked' } }, orphans, marked }
}

/** A container that no index names may be what a run that goes on has just written, or one that will be repeated: it has to be old, and no run open. */
async function withoutFreshOrphans(
  { drive, clock, policy }: LookDeps,
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

/** What the newest index has in these containers. */
export async function* entriesIn({ reader }: DriveVault, head: Root, containers: ReadonlySet<string>): AsyncIterable<readonly BlobEntry[]> {
  if (containers.size === 0) return
  for await (const batch of mergeTables(await reader.open(head).indexTables())) {
    const found = batch.map(recordToEntry).filter(({ container }) => containers.has(container))
    if (found.length > 0) yield found
  }
}
