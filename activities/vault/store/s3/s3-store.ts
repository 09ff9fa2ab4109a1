/**
 * Objects in a bucket of S3, or of a store that speaks its language. Every write is conditional (`If-None-Match: *`), and with every body
 * goes its SHA-256. Nothing is repeated here but by the `retry` that is passed in.
 */
import { DeleteObjectCommand, GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3'
import type { Random } from '../../../../db/kit/random.ts'
import { NotFound } from '../../errors.ts'
import { checkPrefix } from '../object-key.ts'
import type { ByteRange, ObjectAddress, ObjectRef, ObjectStore } from '../object-store.ts'
import { once, type Retry } from '../retry.ts'
import { find, head, type S3Place, sha256, target, versionOf } from './bucket.ts'
import { listByFolder, listFlat } from './list.ts'
import { createInParts, inParts } from './multipart.ts'
import { isConflict, problemOf, s3Error, taken, unavailable } from './s3-errors.ts'

export type S3StoreOptions = S3Place & {
  readonly random: Random
  /** Whether listings come in byte order of whole keys. S3's do; of others it is not known. */
  readonly listsInByteOrder: boolean
  /** Repeats the requests of an upload in parts, whose body cannot be pulled twice. */
  readonly retry?: Retry
}

export function s3Store(options: S3StoreOptions): ObjectStore {
  const { name, random, listsInByteOrder, retry = once } = options
  const place: S3Place = options
  return {
    name,
    create: async (key, body) => put(place, key, body),
    async createFrom(key, body) {
      target(place, key)
      const parts = inParts(body)
      const first = await parts.next()
      if (first.done || first.value.last) return put(place, key, first.value?.bytes ?? new Uint8Array())
      return createInParts(place, key, first.value, parts, retry, random)
    },
    read: async (address, range) => get(place, address, range),
    async stat(address) {
      const { metadata: _, ...ref } = await head(place, address)
      return ref
    },
    async *list(prefix, { startAfter = '' } = {}) {
      checkPrefix(prefix)
      yield* (listsInByteOrder ? listFlat : listByFolder)(place, prefix, startAfter)
    },
    async remove(address) {
      const { key, versionId } = address
      try {
        await place.client.send(new DeleteObjectCommand({ ...target(place, key), VersionId: versionId }))
      } catch (error) {
        const failure = s3Error(name, address, error)
        if (!(failure instanceof NotFound)) throw failure
      }
    },
  }
}

async function put(place: S3Place, key: string, body: Uint8Array): Promise<ObjectRef> {
  const where = target(place, key)
  try {
    const done = await place.client.send(
      new PutObjectCommand({ ...where, Body: body, ContentLength: body.byteLength, ChecksumSHA256: sha256(body), IfNoneMatch: '*' }),
    )
    return { key, sizeBytes: body.byteLength, ...versionOf(done.VersionId) }
  } catch (error) {
    if (isConflict(problemOf(error)) && (await find(place, key))) throw taken(place.name, key, error)
    throw s3Error(place.name, { key }, error)
  }
}

async function get(place: S3Place, address: ObjectAddress, range: ByteRange | undefined): Promise<Uint8Array> {
  const { key, versionId } = address
  const where = target(place, key)
  if (range && range.end <= range.start) {
    await head(place, address)
    return new Uint8Array()
  }
  try {
    const Range = range && `bytes=${range.start}-${range.end - 1}`
    const { Body, ContentLength } = await place.client.send(new GetObjectCommand({ ...where, VersionId: versionId, Range }))
    const bytes = (await Body?.transformToByteArray()) ?? new Uint8Array()
    if (ContentLength !== undefined && bytes.byteLength !== ContentLength) throw unavailable(place.name, new Error('the answer was cut'))
    return bytes
  } catch (error) {
    // The range begins at the end of the object or beyond.
    if (range && problemOf(error).status === 416) return new Uint8Array()
    throw s3Error(place.name, address, error)
  }
}
