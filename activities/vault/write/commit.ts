/**
 * Makes a run a snapshot. Order: manifest segment, index segment, then the root by create-if-absent, which is the only commit point.
 * Whatever a crash or a lost race leaves behind is named by no root: garbage, never damage.
 */
import { createHash, type Hash } from 'node:crypto'
import type { CommitRequest } from '../engine.ts'
import { InvalidInput } from '../errors.ts'
import { encodeRecord } from '../format/record.ts'
import { isTombstone, rowToRecord } from '../format/row-codec.ts'
import type { OpenSnapshot } from '../read/snapshot.ts'
import type { Root, SegmentRef } from '../root.ts'
import { mergedBase, mergedIndex, needsMergedBase, needsMergedIndex } from './compact.ts'
import { writeIndex } from './index-segments.ts'
import { ownOrTaken, type PublishDeps, publish } from './publish.ts'
import { createTableWriter, type TableTarget } from './table-writer.ts'

export type CommitDeps = PublishDeps & {
  /** What writes, for the root: `backstop/0.1.0`. */
  readonly engine: string
  open(root: Root): OpenSnapshot
}

export async function commitRun(deps: CommitDeps, request: CommitRequest): Promise<Root> {
  const parent = await parentOf(deps, request)
  const earlier = await deps.findRoot(request.parentGen + 1)
  if (earlier) return ownOrTaken(deps, request, earlier)

  const fresh = parent === undefined || request.mode === 'full'
  const changes = await writeChanges(deps, request, fresh)
  const idx = [...(parent?.root.idx ?? []), ...(await writeIndex(targetOf(deps, 'index'), request.blobEntries))]
  const manifest = fresh ? completeState(changes) : addedState(parent.root, changes)
  const root = await compacted(deps, { ...rootOf(deps, request, parent?.root), ...manifest, idx })
  await request.beforeRoot?.()
  return publish(deps, root)
}

async function parentOf(deps: CommitDeps, { parentGen }: CommitRequest): Promise<OpenSnapshot | undefined> {
  if (!Number.isSafeInteger(parentGen) || parentGen < 0) throw new InvalidInput(`${parentGen} is not a generation.`)
  if (parentGen === 0) return undefined
  const root = await deps.findRoot(parentGen)
  if (!root)
    throw new InvalidInput(
      `Generation ${parentGen}, which this run started from, is not in the vault. Read the latest root and begin again.`,
    )
  return deps.open(root)
}

type Changes = { readonly segments: readonly SegmentRef[]; readonly deltaHash: string }

/** Writes the rows of the run. In a complete state there is nothing to bury, so tombstones are left out. */
async function writeChanges(deps: CommitDeps, request: CommitRequest, complete: boolean): Promise<Changes> {
  const table = createTableWriter(targetOf(deps, 'manifest'))
  const hash: Hash = createHash('sha256')
  for await (const change of request.rows) {
    if (complete && isTombstone(change)) continue
    const record = rowToRecord(change)
    const encoded = encodeRecord(record)
    hash.update(encoded)
    await table.add(record, encoded)
  }
  return { segments: await table.finish(), deltaHash: hash.digest('hex') }
}

type Manifest = Pick<Root, 'base' | 'deltas' | 'stateHash' | 'deltaHash'>

function completeState({ segments, deltaHash }: Changes): Manifest {
  return { base: segments, deltas: [], stateHash: deltaHash, deltaHash }
}

function addedState(parent: Root, { segments, deltaHash }: Changes): Manifest {
  const unchanged = segments.length === 0
  return { base: parent.base, deltas: [...parent.deltas, ...segments], stateHash: unchanged ? parent.stateHash : null, deltaHash }
}

/** Gathers many small segments into few before the root names them. The state, and so its hash, stays the same. */
async function compacted(deps: CommitDeps, root: Omit<Root, 'hash'>): Promise<Omit<Root, 'hash'>> {
  const base = needsMergedBase(root) ? await mergedBase(deps.open({ ...root, hash: '' }), targetOf(deps, 'manifest')) : undefined
  const idx = needsMergedIndex(root) ? await mergedIndex(deps.open({ ...root, hash: '' }), targetOf(deps, 'index')) : root.idx
  return { ...root, ...(base && { base: base.segments, deltas: [], stateHash: base.stateHash }), idx }
}

function rootOf({ layout, engine }: CommitDeps, request: CommitRequest, parent: Root | undefined) {
  return {
    gen: request.parentGen + 1,
    parentGen: request.parentGen,
    parentHash: parent?.hash ?? null,
    accountId: layout.accountId,
    driveId: layout.driveId,
    sessionId: request.sessionId,
    pageToken: request.pageToken,
    time: request.time.toISOString(),
    counts: request.counts,
    histogram: request.histogram,
    drive: request.drive,
    engine,
    ...(request.maintenance && { maintenance: request.maintenance }),
    ...(parent?.expired && { expired: parent.expired }),
    ...(parent?.gcEpoch !== undefined && { gcEpoch: parent.gcEpoch }),
  }
}

function targetOf({ store, layout, dataKey, random }: CommitDeps, kind: 'manifest' | 'index'): TableTarget {
  return { store, scope: layout, kind, dataKey, random, keyOf: kind === 'manifest' ? layout.manifest : layout.index }
}
