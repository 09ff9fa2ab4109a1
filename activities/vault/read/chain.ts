/** The chain of a drive's roots: each names the hash of the one before, so that history cannot be cut or rewritten unseen (P2). */
import { IntegrityError } from '../errors.ts'
import type { DriveLayout } from '../format/layout.ts'
import type { Root } from '../root.ts'

export type ChainHead = { readonly gen: number; readonly hash: string }

/** The roots of `generations`, oldest first, each checked against the one before. @throws {IntegrityError} naming the root at fault */
export async function* chainOf(
  layout: DriveLayout,
  generations: AsyncIterable<number>,
  read: (gen: number) => Promise<Root>,
): AsyncIterable<Root> {
  let before: ChainHead | undefined
  for await (const gen of generations) {
    const expected = (before?.gen ?? 0) + 1
    if (gen !== expected) throw new IntegrityError(layout.root(expected), 'it is missing; later snapshots exist')
    const root = await read(gen)
    if (root.parentHash !== (before?.hash ?? null)) {
      throw new IntegrityError(before ? layout.root(before.gen) : layout.root(gen), 'the snapshot after it was made from another one')
    }
    before = { gen, hash: root.hash }
    yield root
  }
}

/**
 * Walks the whole chain and returns its head. With `remembered`, a head that was seen before, also proves that the chain still goes
 * through it: a store cannot show by itself that its newest snapshots were taken away.
 */
export async function auditChain(layout: DriveLayout, roots: AsyncIterable<Root>, remembered?: ChainHead): Promise<ChainHead | undefined> {
  let head: ChainHead | undefined
  let seen = remembered === undefined
  for await (const { gen, hash } of roots) {
    head = { gen, hash }
    if (gen !== remembered?.gen) continue
    if (hash !== remembered.hash) throw new IntegrityError(layout.root(gen), 'it is not the snapshot that was committed')
    seen = true
  }
  if (remembered && !seen) throw new IntegrityError(layout.root(remembered.gen), 'it was committed, but is missing')
  return head
}
