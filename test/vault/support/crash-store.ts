/** A store whose machine loses power at a chosen write: that write happens or not, and the answer never comes; nothing works after it. */
import type { ObjectStore } from '../../../activities/vault/index.ts'

export class Crashed extends Error {}

export type CrashStore = ObjectStore & {
  /** Writes that were begun so far. */
  readonly writes: () => number
  readonly crashed: () => boolean
}

/** @param at the number of the write that crashes, from 0; @param lands whether that write is durable all the same */
export function crashStore(inner: ObjectStore, at: number, lands: boolean): CrashStore {
  let [writes, crashed] = [0, false]
  function alive(): void {
    if (crashed) throw new Crashed('The machine is down.')
  }
  async function write<T>(work: () => Promise<T>): Promise<T> {
    alive()
    if (writes++ !== at) {
      const result = await work()
      alive()
      return result
    }
    crashed = true
    if (lands) await work()
    throw new Crashed('The machine went down in a write.')
  }
  return {
    name: `crashing ${inner.name}`,
    writes: () => writes,
    crashed: () => crashed,
    create: (key, body) => write(() => inner.create(key, body)),
    createFrom: (key, body) => write(() => inner.createFrom(key, body)),
    remove: (address) => write(() => inner.remove(address)),
    read: async (address, range) => {
      alive()
      return inner.read(address, range)
    },
    stat: async (address) => {
      alive()
      return inner.stat(address)
    },
    async *list(prefix, options) {
      alive()
      yield* inner.list(prefix, options)
    },
  }
}
