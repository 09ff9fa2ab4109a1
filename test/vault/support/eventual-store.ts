/** A store whose listings lag behind: what was written or removed shows in them only some calls later. Reading by key is never behind. */
import type { ObjectRef, ObjectStore } from '../../../activities/vault/store/object-store.ts'
import { intercept } from './intercept.ts'

export type EventualStore = ObjectStore & {
  /** From now on listings lag by so many calls of the store; 0 for none. */
  readonly lag: (calls: number) => void
}

export function eventualStore(inner: ObjectStore, lagCalls = 0): EventualStore {
  let [lag, calls] = [lagCalls, 0]
  const created = new Map<string, number>()
  const removed = new Map<string, { readonly at: number; readonly ref: ObjectRef }>()
  const hidden = (at: number | undefined) => at !== undefined && calls - at <= lag

  const store = intercept(inner, 'eventual', async (call, key, work) => {
    calls += 1
    const gone = call === 'remove' && lag > 0 ? await inner.stat({ key }).catch(() => undefined) : undefined
    const result = await work()
    if (call === 'create' || call === 'createFrom') {
      created.set(key, calls)
      removed.delete(key)
    }
    if (gone) removed.set(key, { at: calls, ref: gone })
    return result
  })

  async function* list(prefix: string, options: { readonly startAfter?: string } = {}): AsyncIterable<ObjectRef> {
    const { startAfter = '' } = options
    const found = new Map<string, ObjectRef>()
    for await (const ref of store.list(prefix, options)) if (!hidden(created.get(ref.key))) found.set(ref.key, ref)
    for (const [key, { at, ref }] of removed) if (hidden(at) && key.startsWith(prefix) && key > startAfter) found.set(key, ref)
    yield* [...found].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, ref]) => ref)
  }

  return {
    ...store,
    list,
    lag(next) {
      lag = next
    },
  }
}
