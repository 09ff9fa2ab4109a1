import type { ObjectAddress, ObjectRef, ObjectStore } from './object-store.ts'

type Basis = {
  list(prefix: string): AsyncIterable<ObjectRef & { readonly lastModified: Date }>
  stat(address: ObjectAddress): Promise<ObjectRef>
}

/** The part of a store that keeps one version of each key and has no locks: what is there is all there is. */
export function withoutVersions({ list, stat }: Basis): Pick<ObjectStore, 'abilities' | 'listVersions' | 'retain' | 'retainedUntil'> {
  return {
    abilities: { versions: false, retention: false },
    async *listVersions(prefix) {
      for await (const ref of list(prefix)) yield { ...ref, deleted: false, latest: true }
    },
    async retain(address) {
      await stat(address)
    },
    async retainedUntil(address) {
      await stat(address)
      return undefined
    },
  }
}
