/** A root that changes nothing of the state: it fences writers that are behind, gives generations up, and can replace the index. */
import type { MaintenanceRequest } from '../engine.ts'
import { InvalidInput } from '../errors.ts'
import { joinRanges, rangeOf } from '../read/expired.ts'
import type { OpenSnapshot } from '../read/snapshot.ts'
import type { ExpiredRange, Root } from '../root.ts'
import { filteredIndex, writeIndex } from './index-segments.ts'
import { ownOrTaken, type PublishDeps, publish } from './publish.ts'
import type { TableTarget } from './table-writer.ts'

export type MaintainDeps = PublishDeps & { readonly engine: string; open(root: Root): OpenSnapshot }

export async function maintain(deps: MaintainDeps, request: MaintenanceRequest): Promise<Root> {
  const parent = request.parentGen > 0 ? await deps.findRoot(request.parentGen) : undefined
  if (!parent) throw new InvalidInput(`There is no generation ${request.parentGen} to go on from. Read the latest root and begin again.`)
  const earlier = await deps.findRoot(parent.gen + 1)
  if (earlier) return ownOrTaken(deps, request, earlier)
  const given = await Promise.all((request.expire ?? []).map((range) => givenUp(deps, parent, range)))
  const expired = joinRanges(parent.expired ?? [], given)
  const { hash: parentHash, maintenance: _, ...state } = parent
  return publish(deps, {
    ...state,
    gen: parent.gen + 1,
    parentGen: parent.gen,
    parentHash,
    sessionId: request.sessionId,
    counts: { listed: 0, stored: 0, metadataOnly: 0, skipped: 0, failed: 0, removed: 0, bytes: 0 },
    histogram: {},
    // Of no changes.
    deltaHash: emptyHash,
    engine: deps.engine,
    maintenance: true,
    ...(expired.length > 0 && { expired }),
    ...(request.places && { idx: [...parent.idx, ...(await writeIndex(indexTarget(deps), request.places))] }),
    ...(request.gc && { gcEpoch: request.gc.epoch, idx: await filteredIndex(deps.open(parent), indexTarget(deps), request.gc.drops) }),
  })
}

function indexTarget(deps: MaintainDeps): TableTarget {
  return { ...deps, scope: deps.layout, kind: 'index', keyOf: deps.layout.index }
}

/** SHA-256 of nothing. */
const emptyHash = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'

/** The hashes at both ends are read here, so that no caller can name others. @throws {InvalidInput} */
async function givenUp(deps: PublishDeps, parent: Root, { from, to }: { from: number; to: number }): Promise<ExpiredRange> {
  if (!Number.isSafeInteger(from) || !Number.isSafeInteger(to) || from < 1 || to < from || to >= parent.gen)
    throw new InvalidInput(`The generations ${from} to ${to} cannot be given up; they must lie before generation ${parent.gen}.`)
  const overlap = parent.expired?.find((range) => range.from <= to && from <= range.to)
  if (overlap || rangeOf(parent.expired, from))
    throw new InvalidInput(`Some of the generations ${from} to ${to} were given up before. Read the latest root and begin again.`)
  const [first, last] = [await deps.findRoot(from), await deps.findRoot(to)]
  if (!first || !last) throw new InvalidInput(`Generation ${first ? to : from} is not in the vault, so its range cannot be given up.`)
  return { from, to, parentHash: first.parentHash, lastHash: last.hash }
}
