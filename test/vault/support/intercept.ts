/** One place that stands between a caller and every method of a store: what the fault kit's decorators are made of. */
import type { ObjectStore } from '../../../activities/vault/index.ts'

export type StoreCall = Exclude<keyof ObjectStore, 'name' | 'abilities'>

/** Does `work`, or something else. Of a listing it is asked once for each step, the one that ends it included. */
export type Around = <T>(call: StoreCall, key: string, work: () => Promise<T>) => Promise<T>

/** The calls that change a store. */
export const writes: ReadonlySet<StoreCall> = new Set<StoreCall>(['create', 'createFrom', 'remove', 'retain'])

/** `inner` with `around` about each call. Passes the contract suite as long as `around` only does the work. */
export function intercept(inner: ObjectStore, name: string, around: Around): ObjectStore {
  async function* stepped<T>(call: StoreCall, prefix: string, source: AsyncIterable<T>): AsyncIterable<T> {
    const steps = source[Symbol.asyncIterator]()
    for (;;) {
      const step = await around(call, prefix, () => steps.next())
      if (step.done) return
      yield step.value
    }
  }
  return {
    name: `${name} ${inner.name}`,
    abilities: inner.abilities,
    create: (key, body) => around('create', key, () => inner.create(key, body)),
    createFrom: (key, body) => around('createFrom', key, () => inner.createFrom(key, body)),
    read: (address, range) => around('read', address.key, () => inner.read(address, range)),
    stat: (address) => around('stat', address.key, () => inner.stat(address)),
    list: (prefix, options) => stepped('list', prefix, inner.list(prefix, options)),
    listVersions: (prefix) => stepped('listVersions', prefix, inner.listVersions(prefix)),
    retain: (address, until) => around('retain', address.key, () => inner.retain(address, until)),
    retainedUntil: (address) => around('retainedUntil', address.key, () => inner.retainedUntil(address)),
    abortUnfinished: (before) => around('abortUnfinished', '', () => inner.abortUnfinished(before)),
    remove: (address) => around('remove', address.key, () => inner.remove(address)),
  }
}
