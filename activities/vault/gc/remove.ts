/** Deleting what was decided to go: roots first, then segments, then containers, slowly, and nothing that is locked. */
import type { Clock } from '../../../db/kit/clock.ts'
import { Retained } from '../errors.ts'
import type { ObjectStore } from '../store/object-store.ts'
import type { Garbage } from './mark.ts'

export type Removed = { readonly objects: number; readonly bytes: number; readonly locked: number }

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
    if (await removed(deps.store, key)) {
      objects += 1
      bytes += sizeBytes
    } else locked += 1
    if (objects % 500 === 0) deps.progress(`${objects} of ${sorted.length} objects removed`)
  }
  return { objects, bytes, locked }
}

/** All that a key stands for, and false when a lock forbids it: then it stays whole, for the next cycle. */
async function removed(store: ObjectStore, key: string): Promise<boolean> {
  try {
    if (!store.abilities.versions) {
      await store.remove({ key })
      return true
    }
    const versions = await Array.fromAsync(store.listVersions(key))
    const own = versions.filter((version) => version.key === key)
    for (const version of own) if (!version.deleted && (await store.retainedUntil(version)) !== undefined) return false
    for (const { versionId } of own) await store.remove({ key, ...(versionId !== undefined && { versionId }) })
    return true
  } catch (error) {
    if (error instanceof Retained) return false
    throw error
  }
}
