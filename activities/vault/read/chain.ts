/**
 * The chain of a drive's roots: each names the hash of the one before, so that history cannot be cut or rewritten unseen (P2). Generations
 * that were given up on purpose are named, with the hashes at both ends, by the newest root: exactly those may be missing.
 */
import { IntegrityError } from '../errors.ts'
import type { DriveLayout } from '../format/layout.ts'
import type { ExpiredRange, Root } from '../root.ts'
import { rangeOf } from './expired.ts'

export type ChainHead = { readonly gen: number; readonly hash: string }

/**
 * The roots of `generations` that were not given up, oldest first, each checked against the one before.
 * @throws {IntegrityError} naming the root at fault
 */
export async function* chainOf(
  layout: DriveLayout,
  generations: AsyncIterable<number>,
  read: (gen: number) => Promise<Root>,
): AsyncIterable<Root> {
  const present = await Array.fromAsync(generations)
  const newest = present.at(-1)
  if (newest === undefined) return
  const head = await read(newest)
  const expired = head.expired ?? []
  let next = after(layout, expired, { gen: 0, hash: null })
  for (const gen of present) {
    if (rangeOf(expired, gen)) continue
    if (gen !== next.gen) throw new IntegrityError(layout.root(next.gen), 'it is missing; later snapshots exist')
    const root = gen === newest ? head : await read(gen)
    if (root.parentHash !== next.parentHash)
      throw new IntegrityError(layout.root(gen > 1 ? gen - 1 : gen), 'the snapshot after it was made from another one')
    next = after(layout, expired, root)
    yield root
  }
}

/** Which generation must come after a root, and which hash it must name: past a range that was given up, the hash at its end. */
function after(
  layout: DriveLayout,
  expired: readonly ExpiredRange[],
  { gen, hash }: { readonly gen: number; readonly hash: string | null },
): { readonly gen: number; readonly parentHash: string | null } {
  const gap = expired.find(({ from }) => from === gen + 1)
  if (!gap) return { gen: gen + 1, parentHash: hash }
  if (gap.parentHash !== hash)
    throw new IntegrityError(layout.root(gen), 'the snapshots that were given up after it were made from another one')
  return { gen: gap.to + 1, parentHash: gap.lastHash }
}

/**
 * Walks the whole chain and returns its head. With `remembered`, a head that was seen before, also proves that the chain still goes
 * through it: a store cannot show by itself that its newest snapshots were taken away. Of a snapshot that was given up since, only the
 * last of its range can still be compared; of the others it is known that they were given up on purpose.
 */
export async function auditChain(layout: DriveLayout, roots: AsyncIterable<Root>, remembered?: ChainHead): Promise<ChainHead | undefined> {
  let head: Root | undefined
  let seen = remembered === undefined
  for await (const root of roots) {
    head = root
    if (root.gen !== remembered?.gen) continue
    if (root.hash !== remembered.hash) throw new IntegrityError(layout.root(root.gen), 'it is not the snapshot that was committed')
    seen = true
  }
  if (remembered && !seen) {
    const gap = rangeOf(head?.expired, remembered.gen)
    if (!gap) throw new IntegrityError(layout.root(remembered.gen), 'it was committed, but is missing')
    if (gap.to === remembered.gen && gap.lastHash !== remembered.hash)
      throw new IntegrityError(layout.root(remembered.gen), 'what was given up is not the snapshot that was committed')
  }
  return head && { gen: head.gen, hash: head.hash }
}
