/**
 * Objects in a bucket of Google Cloud Storage. Where the bucket keeps versions, a version's id is its generation. Locks are left to the
 * bucket's own retention policy, which the store understands ({@link Retained}) but does not set.
 */
import type { Random } from '../../../../db/kit/random.ts'
import { NotFound } from '../../errors.ts'
import { inTime } from '../in-time.ts'
import { checkPrefix } from '../object-key.ts'
import type { ObjectAddress, ObjectStore, ObjectVersion } from '../object-store.ts'
import { inParts } from '../parts.ts'
import { once, type Retry } from '../retry.ts'
import { withoutVersions } from '../without-versions.ts'
import { fileOf, type GcsPlace, metadata, refOf } from './bucket.ts'
import { get } from './download.ts'
import { gcsError, unavailable } from './gcs-errors.ts'
import { createResumable } from './resumable.ts'
import { put } from './upload.ts'

export type GcsStoreOptions = GcsPlace & {
  readonly random: Random
  /** Repeats the requests of a resumable upload, whose body cannot be pulled twice. */
  readonly retry?: Retry
}

export function gcsStore(options: GcsStoreOptions): ObjectStore {
  const { name, versions, random, retry = once } = options
  const place: GcsPlace = options
  const stat = async (address: ObjectAddress) => refOf(place, address.key, await metadata(place, address))
  async function* list(prefix: string, { startAfter = '' }: { readonly startAfter?: string } = {}) {
    checkPrefix(prefix)
    for await (const { deleted: _, latest, ...ref } of pages(place, prefix, startAfter, false))
      if (latest && ref.key > startAfter) yield ref
  }
  return {
    name,
    ...withoutVersions({ list, stat }),
    // Google itself ends sessions after a week.
    abortUnfinished: async () => 0,
    abilities: { versions, retention: false },
    stat,
    list,
    create: async (key, body) => put(place, key, body),
    async createFrom(key, body) {
      fileOf(place, { key })
      const parts = inParts(body)
      const first = await parts.next()
      if (first.done || first.value.last) return put(place, key, first.value?.bytes ?? new Uint8Array())
      return createResumable({ place, key, retry, random }, first.value, parts)
    },
    read: async (address, range) => get(place, address, range),
    async *listVersions(prefix) {
      checkPrefix(prefix)
      let ofKey: ObjectVersion[] = []
      for await (const version of pages(place, prefix, '', versions)) {
        if (ofKey[0] && ofKey[0].key !== version.key) {
          yield* newestFirst(ofKey)
          ofKey = []
        }
        ofKey.push(version)
      }
      yield* newestFirst(ofKey)
    },
    async remove(address) {
      const file = fileOf(place, address)
      try {
        await inTime(place.timeoutMs, () => file.delete())
      } catch (error) {
        const reason = gcsError(name, address.key, error)
        if (!(reason instanceof NotFound)) throw reason
      }
    },
  }
}

/** Generations grow; Google lists them so. They are too large for a number. */
function newestFirst(versions: readonly ObjectVersion[]): ObjectVersion[] {
  const generation = ({ versionId = '0' }: ObjectVersion) => BigInt(versionId)
  return [...versions].sort((a, b) => (generation(b) > generation(a) ? 1 : -1))
}

/** Google lists names in byte order, a thousand a request, and can begin at a name, which it includes. It has no marks of deletions. */
async function* pages(
  place: GcsPlace,
  prefix: string,
  startAfter: string,
  versions: boolean,
): AsyncGenerator<ReturnType<typeof refOf> & ObjectVersion> {
  const { bucket, prefix: own, name, timeoutMs } = place
  let pageToken: string | undefined
  do {
    const query = {
      prefix: `${own}${prefix}`,
      versions,
      autoPaginate: false,
      ...(startAfter !== '' && { startOffset: `${own}${startAfter}` }),
      ...(pageToken !== undefined && { pageToken }),
    }
    const [files, next] = await inTime(timeoutMs, () => bucket.getFiles(query)).catch((error) => {
      throw unavailable(name, error)
    })
    for (const file of files)
      yield { ...refOf(place, file.name.slice(own.length), file.metadata), deleted: false, latest: file.metadata.timeDeleted === undefined }
    pageToken = (next as { readonly pageToken?: string } | null)?.pageToken
  } while (pageToken !== undefined)
}
