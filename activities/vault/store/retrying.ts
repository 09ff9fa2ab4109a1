/** A store that repeats what failed in passing. The contract stays whole: a repeated create is never fooled by its own first try. */
import { AlreadyExists, NotFound } from '../errors.ts'
import { checkKey } from './object-key.ts'
import type { ObjectRef, ObjectStore, ObjectVersion } from './object-store.ts'
import type { Retry } from './retry.ts'

/**
 * A stream of up to this many bytes is held, so that it can be sent again. A longer one goes to the store as it comes, which repeats
 * the parts that it cuts it into, when it can.
 */
export const heldBytes = 16 * 1024 * 1024

/**
 * Every call of `store`, repeated by `retry` while the store is unavailable. When a repeated create meets an object of exactly its bytes, it
 * takes that for its own: the first try had landed and only the answer was lost. Two callers that create the same bytes under one key while
 * the store fails may then both succeed; every object whose creator matters carries a salt or a session and is never the same twice.
 */
export function retrying(store: ObjectStore, retry: Retry): ObjectStore {
  const create = (key: string, body: Uint8Array): Promise<ObjectRef> =>
    retry(async (again) => {
      try {
        return await store.create(key, body)
      } catch (error) {
        const own = again && error instanceof AlreadyExists ? await sameObject(store, key, body) : undefined
        if (own) return own
        throw error
      }
    })
  return {
    name: store.name,
    abilities: store.abilities,
    create,
    async createFrom(key, body) {
      checkKey(key)
      const source = body[Symbol.asyncIterator]()
      const { held, ended } = await hold(source)
      if (ended) return create(key, Buffer.concat(held))
      try {
        return await store.createFrom(key, rejoined(held, source))
      } finally {
        await source.return?.()
      }
    },
    read: (address, range) => retry(() => store.read(address, range)),
    stat: (address) => retry(() => store.stat(address)),
    remove: (address) => retry(() => store.remove(address)),
    abortUnfinished: (before) => retry(() => store.abortUnfinished(before)),
    retain: (address, until) => retry(() => store.retain(address, until)),
    retainedUntil: (address) => retry(() => store.retainedUntil(address)),
    list: (prefix, options = {}) =>
      resumed(retry, (last: ObjectRef | undefined) => {
        const startAfter = last?.key ?? options.startAfter
        return store.list(prefix, startAfter === undefined ? {} : { startAfter })
      }),
    listVersions: (prefix) => repeatedVersions(store, prefix, retry),
  }
}

/** What lies at `key`, when it is `body` to the byte. */
async function sameObject(store: ObjectStore, key: string, body: Uint8Array): Promise<ObjectRef | undefined> {
  try {
    const ref = await store.stat({ key })
    if (ref.sizeBytes !== body.byteLength) return undefined
    return Buffer.from(await store.read(ref)).equals(body) ? ref : undefined
  } catch (error) {
    // Removed since: whoever had the key, it was not this call.
    if (error instanceof NotFound) return undefined
    throw error
  }
}

/** A listing that, after a failure, begins again after the last entry that it gave out. */
async function* resumed<T>(retry: Retry, begin: (last: T | undefined) => AsyncIterable<T>): AsyncIterable<T> {
  let last: T | undefined
  let listing = begin(last)[Symbol.asyncIterator]()
  try {
    for (;;) {
      const next = await retry((again) => {
        if (again) listing = begin(last)[Symbol.asyncIterator]()
        return listing.next()
      })
      if (next.done) return
      last = next.value
      yield next.value
    }
  } finally {
    await listing.return?.()
  }
}

/** Versions of a key may come while they are listed, so a listing that begins again skips the keys that are done, and one key's by id. */
function repeatedVersions(store: ObjectStore, prefix: string, retry: Retry): AsyncIterable<ObjectVersion> {
  let key = ''
  let given = new Set<string | undefined>()
  async function* rest(): AsyncIterable<ObjectVersion> {
    for await (const version of store.listVersions(prefix)) {
      if (version.key < key || (version.key === key && given.has(version.versionId))) continue
      if (version.key !== key) given = new Set()
      key = version.key
      given.add(version.versionId)
      yield version
    }
  }
  return resumed(retry, rest)
}

async function hold(source: AsyncIterator<Uint8Array>): Promise<{ held: Uint8Array[]; ended: boolean }> {
  const held: Uint8Array[] = []
  for (let size = 0; size <= heldBytes; ) {
    const next = await source.next()
    if (next.done) return { held, ended: true }
    held.push(next.value)
    size += next.value.byteLength
  }
  return { held, ended: false }
}

/** The chunks that were held, each let go of once it is passed on, then the rest of the source. */
async function* rejoined(held: Uint8Array[], source: AsyncIterator<Uint8Array>): AsyncIterable<Uint8Array> {
  for (let chunk = held.shift(); chunk; chunk = held.shift()) yield chunk
  for (let next = await source.next(); !next.done; next = await source.next()) yield next.value
}
