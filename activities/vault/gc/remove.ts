/** Deleting what was decided to go: roots first, then segments, then containers, slowly, and nothing that is locked. */
import type { Clock } from '../../../db/kit/clock.ts'
import { Retained, StoreUnavailable } from '../errors.ts'
import type { ObjectStore } from '../store/object-store.ts'
import type { Garbage } from './mark.ts'

export type Removed = {
  readonly objects: number
  readonly bytes: number
  readonly locked: number
  /** The store does not let this process delete: whoever has the right to must go on. */
  readonly forbidden: boolean
}

const order = ['root', 'segment', 'container'] as const

/** Idempotent: what is gone already counts as removed. Stops between two objects when `signal` is aborted, with its reason. */
export async function removeGarbage(
  deps: { readonly store: ObjectStore; readonly clock: Clock; readonly signal: AbortSignal; readonly progress: (line: string) => void },
  garbage: readonly Garbage[],
  perSecond: number,
): Promise<Removed> {
  const sorted = order.flatMap((kind) => garbage.filter((one) => one.kind === kind))
  const began = deps.clock.now().getTime()
  let [objects, bytes, locked] = [0, 0, 0]
  for (const [n, { key, sizeBytes }] of sorted.entries()) {
    deps.signal.throwIfAborted()
    const dueMs = began + (n * 1_000) / perSecond - deps.clock.now().getTime()
    // A clock that went back must not make it wait for hours.
    if (dueMs > 0) await deps.clock.sleep(Math.min(dueMs, Math.ceil(1_000 / perSecond)), deps.signal)
    const ended = await remove(deps.store, key)
    if (ended === 'forbidden') return { objects, bytes, locked, forbidden: true }
    if (ended === 'locked') locked += 1
    else {
      objects += 1
      bytes += sizeBytes
    }
    if (objects % 500 === 0) deps.progress(`${objects} of ${sorted.length} objects removed`)
  }
  return { objects, bytes, locked, forbidden: false }
}

/** Removes all that a key stands for. What is locked stays whole, for the next cycle. */
async function remove(store: ObjectStore, key: string): Promise<'removed' | 'locked' | 'forbidden'> {
  try {
    if (!store.abilities.versions) {
      await store.remove({ key })
      return 'removed'
    }
    const versions = await Array.fromAsync(store.listVersions(key))
    const own = versions.filter((version) => version.key === key)
    for (const version of own) if (!version.deleted && (await store.retainedUntil(version)) !== undefined) return 'locked'
    for (const { versionId } of own) await store.remove({ key, ...(versionId !== undefined && { versionId }) })
    return 'removed'
  } catch (error) {
    if (error instanceof Retained) return 'locked'
    // P4: the key of a worker is best not allowed to delete versions.
    if (error instanceof StoreUnavailable && (error.cause as { code?: string } | undefined)?.code === 'EACCES') return 'forbidden'
    throw error
  }
}
