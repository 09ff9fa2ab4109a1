import type { ByteRange, ObjectAddress, ObjectStore } from '../store/object-store.ts'

export type ReadAhead = {
  /** The store, with reads that fall within a held range served from memory. */
  readonly store: ObjectStore
  /** Reads the range and holds it until the returned function is called. */
  hold(address: ObjectAddress, range: ByteRange): Promise<() => void>
}

/** Lets many small blobs that lie together come with one read, while whoever opens them need not know of it. */
export function readAhead(store: ObjectStore): ReadAhead {
  const held = new Map<string, Set<{ readonly start: number; readonly bytes: Uint8Array }>>()
  const nameOf = ({ key, versionId }: ObjectAddress) => `${key} ${versionId ?? ''}`
  return {
    store: {
      ...store,
      async read(address, range) {
        const windows = range && held.get(nameOf(address))
        for (const { start, bytes } of windows ?? []) {
          if (range && range.start >= start && range.end <= start + bytes.byteLength)
            return bytes.subarray(range.start - start, range.end - start)
        }
        return store.read(address, range)
      },
    },
    async hold(address, range) {
      const window = { start: range.start, bytes: await store.read(address, range) }
      const name = nameOf(address)
      const windows = held.get(name) ?? new Set()
      held.set(name, windows.add(window))
      return () => {
        windows.delete(window)
        if (windows.size === 0) held.delete(name)
      }
    },
  }
}
