/**
 * A vault as it was written, after somebody with the right to write has overwritten or "deleted" what is in the bucket. Objects are made
 * once, by create-if-absent, so the first version of a key is the true one; what came later is an attack or an accident. Whoever could
 * remove that first version has been kept from it by its lock.
 */
import { InvalidInput, NotFound } from '../errors.ts'
import { checkKey } from './object-key.ts'
import type { ObjectAddress, ObjectRef, ObjectStore } from './object-store.ts'

/**
 * A read-only view of `store` in which every key stands for its oldest version. An address that names a version means that version. On a
 * store without versions it shows what is there. Every write is refused with {@link InvalidInput}.
 */
export function asWritten(store: ObjectStore): ObjectStore {
  async function first(address: ObjectAddress): Promise<ObjectAddress> {
    if (address.versionId !== undefined || !store.abilities.versions) return address
    for await (const version of oldest(store, checkKey(address.key))) {
      if (version.key === address.key) return version
      if (version.key > address.key) break
    }
    throw new NotFound(`The ${store.name} has no object ${address.key}, and has never had a version of it that is still there.`)
  }
  const refuse = async (): Promise<never> => {
    throw new InvalidInput(`The ${store.name} is open as it was written, which is for reading only. Nothing was changed.`)
  }
  return {
    name: `${store.name} as it was written`,
    abilities: store.abilities,
    create: refuse,
    createFrom: refuse,
    retain: refuse,
    remove: refuse,
    abortUnfinished: refuse,
    read: async (address, range) => store.read(await first(address), range),
    stat: async (address) => store.stat(await first(address)),
    retainedUntil: async (address) => store.retainedUntil(await first(address)),
    listVersions: (prefix) => store.listVersions(prefix),
    async *list(prefix, { startAfter = '' } = {}) {
      for await (const ref of oldest(store, prefix)) if (ref.key > startAfter) yield ref
    },
  }
}

/** The oldest version of each key, without the keys that have only marks of deletions. */
async function* oldest(store: ObjectStore, prefix: string): AsyncIterable<ObjectRef> {
  let before: ObjectRef | undefined
  for await (const { deleted, latest: _, ...ref } of store.listVersions(prefix)) {
    if (before && before.key !== ref.key) yield before
    if (!deleted) before = ref
    else if (before?.key !== ref.key) before = undefined
  }
  if (before) yield before
}
