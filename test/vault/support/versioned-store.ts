/** A versioned, locking bucket in memory, whose objects a test can look at and damage. Passes the contract suite. */
import { AlreadyExists, NotFound, Retained } from '../../../activities/vault/errors.ts'
import { checkKey, checkPrefix } from '../../../activities/vault/store/object-key.ts'
import type { ObjectAddress, ObjectRef, ObjectStore } from '../../../activities/vault/store/object-store.ts'
import { type Clock, systemClock } from '../../../db/kit/clock.ts'

type Version = {
  readonly versionId: string
  /** Nothing for the mark of a deletion. */
  body: Uint8Array | undefined
  readonly lastModified: Date
  lockedUntil: Date | undefined
}

export type VersionedStore = ObjectStore & {
  /** Versions of each key, the oldest first. */
  readonly objects: ReadonlyMap<string, readonly Version[]>
  /** The same bucket, changed by nothing that happens to this one from now on. */
  readonly copy: () => VersionedStore
}

export function versionedStore(clock: Clock = systemClock, objects = new Map<string, Version[]>(), firstId = 1): VersionedStore {
  let nextId = firstId
  /** The keys in byte order; made anew only when a key has come or gone. */
  let sorted: string[] | undefined

  function append(key: string, body: Uint8Array | undefined): Version {
    const versions = objects.get(key)
    const version = { versionId: `v${nextId++}`, body, lastModified: clock.now(), lockedUntil: undefined }
    if (versions) versions.push(version)
    else {
      objects.set(key, [version])
      sorted = undefined
    }
    return version
  }

  function find({ key, versionId }: ObjectAddress): Version & { readonly body: Uint8Array } {
    const versions = objects.get(checkKey(key)) ?? []
    const version = versionId === undefined ? versions.at(-1) : versions.find((one) => one.versionId === versionId)
    if (!version?.body) throw new NotFound(`There is no object ${key}${versionId === undefined ? '' : ` of version ${versionId}`}.`)
    return version as Version & { readonly body: Uint8Array }
  }

  async function create(key: string, body: Uint8Array): Promise<ObjectRef> {
    if (objects.get(checkKey(key))?.at(-1)?.body) throw new AlreadyExists(`There is already an object ${key}.`)
    const { versionId } = append(key, Buffer.from(body))
    return { key, versionId, sizeBytes: body.byteLength }
  }

  function keysFrom(prefix: string, startAfter = ''): readonly string[] {
    checkPrefix(prefix)
    sorted ??= [...objects.keys()].sort()
    return sorted.filter((key) => key.startsWith(prefix) && key > startAfter)
  }

  return {
    name: 'versioned memory',
    abilities: { versions: true, retention: true },
    objects,
    copy: () => versionedStore(clock, new Map([...objects].map(([key, all]) => [key, all.map((one) => ({ ...one }))])), nextId),
    create,
    async createFrom(key, body) {
      checkKey(key)
      const parts: Uint8Array[] = []
      for await (const part of body) parts.push(Buffer.from(part))
      return create(key, Buffer.concat(parts))
    },
    read: async (address, range) => Buffer.from(find(address).body.subarray(range?.start ?? 0, range?.end)),
    async stat(address) {
      const { versionId, body, lastModified } = find(address)
      return { key: address.key, versionId, sizeBytes: body.byteLength, lastModified }
    },
    async *list(prefix, { startAfter } = {}) {
      for (const key of keysFrom(prefix, startAfter)) {
        const latest = objects.get(key)?.at(-1)
        if (latest?.body) yield { key, versionId: latest.versionId, sizeBytes: latest.body.byteLength, lastModified: latest.lastModified }
      }
    },
    async *listVersions(prefix) {
      for (const key of keysFrom(prefix)) {
        const versions = objects.get(key) ?? []
        for (const version of versions.toReversed()) {
          const { versionId, body, lastModified } = version
          const latest = version === versions.at(-1)
          yield { key, versionId, sizeBytes: body?.byteLength ?? 0, lastModified, deleted: body === undefined, latest }
        }
      }
    },
    async retain(address, until) {
      const version = find(address)
      if (until > (version.lockedUntil ?? clock.now())) version.lockedUntil = until
    },
    abortUnfinished: async () => 0,
    async retainedUntil(address) {
      const { lockedUntil } = find(address)
      return lockedUntil && lockedUntil > clock.now() ? lockedUntil : undefined
    },
    async remove({ key, versionId }) {
      const versions = objects.get(checkKey(key))
      if (!versions) return
      if (versionId === undefined) {
        if (versions.at(-1)?.body) append(key, undefined)
        return
      }
      const at = versions.findIndex((one) => one.versionId === versionId)
      const version = versions[at]
      if (!version) return
      if (version.lockedUntil && version.lockedUntil > clock.now()) throw new Retained(key, version.lockedUntil)
      versions.splice(at, 1)
      if (versions.length > 0) return
      objects.delete(key)
      sorted = undefined
    },
  }
}
