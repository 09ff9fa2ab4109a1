/** The only commit point: a root, by create-if-absent. */
import type { Random } from '../../../db/kit/random.ts'
import { AlreadyExists, GenerationTaken } from '../errors.ts'
import type { DriveLayout } from '../format/layout.ts'
import { encodeRoot } from '../format/root-codec.ts'
import { createSealer, type DataKey } from '../format/seal.ts'
import type { Root } from '../root.ts'
import type { ObjectStore } from '../store/object-store.ts'

export type PublishDeps = {
  readonly store: ObjectStore
  readonly layout: DriveLayout
  readonly dataKey: DataKey
  readonly random: Random
  /** The root of a generation, or nothing when there is none. */
  findRoot(gen: number): Promise<Root | undefined>
}

/** Makes the root visible, or returns the one that an earlier attempt of the same session made. @throws {GenerationTaken} */
export async function publish(deps: PublishDeps, root: Omit<Root, 'hash'>): Promise<Root> {
  const { bytes, hash } = await encodeRoot(createSealer(deps.layout, 'root', deps.dataKey, deps.random), root)
  try {
    await deps.store.create(deps.layout.root(root.gen), bytes)
  } catch (error) {
    if (!(error instanceof AlreadyExists)) throw error
    const winner = await deps.findRoot(root.gen)
    if (!winner) throw error
    return ownOrTaken(deps, root, winner)
  }
  return { ...root, hash }
}

/** A commit that is repeated because its answer got lost has succeeded: the root that is there names its session. */
export function ownOrTaken({ layout }: Pick<PublishDeps, 'layout'>, { sessionId }: { readonly sessionId: string }, existing: Root): Root {
  if (existing.sessionId === sessionId) return existing
  throw new GenerationTaken(
    `Generation ${existing.gen} of drive ${layout.driveId} was committed by another run (${existing.sessionId}). This run changed nothing; it begins again from there.`,
  )
}
