/**
 * Objects in a bucket of S3, or of a store that speaks its language. Every write is conditional (`If-None-Match: *`), and with every body
 * goes its SHA-256. Nothing is repeated here but by the `retry` that is passed in.
 */
import { DeleteObjectCommand, GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3'
import type { Clock } from '../../../../db/kit/clock.ts'
import type { Random } from '../../../../db/kit/random.ts'
import { NotFound, Retained } from '../../errors.ts'
import { answerCut, taken } from '../cloud-errors.ts'
import { checkPrefix } from '../object-key.ts'
import type { Abilities, ByteRange, ObjectAddress, ObjectRef, ObjectStore } from '../object-store.ts'
import { inParts } from '../parts.ts'
import { once, type Retry } from '../retry.ts'
import { find, head, type S3Place, sha256, target, versionOf } from './bucket.ts'
import { listByFolder, listFlat } from './list.ts'
import { extendLock, lockedBy, lockFor, lockOf, type NewLock } from './lock.ts'
import { createInParts } from './multipart.ts'
import { isConflict, problemOf, s3Error } from './s3-errors.ts'
import { abortUploads } from './unfinished.ts'
import { versionsByFolder, versionsFlat } from './versions.ts'

export type S3StoreOptions = S3Place & {
  readonly random: Random
  /** Whether listings come in byte order of whole keys. S3's do; of others it is not known. */
  readonly listsInByteOrder: boolean
  /** What the bucket can do, from `bucketAbilities`. */
  readonly abilities: Abilities
  readonly clock: Clock
  /** Locks every new object. Needs a bucket with Object Lock. */
  readonly lock?: NewLock
  /** Repeats the requests of an upload in parts, whose body cannot be pulled twice. */
  readonly retry?: Retry
}

export function s3Store(options: S3StoreOptions): ObjectStore {
  const { name, random, clock, abilities, listsInByteOrder, lock, retry = once } = options
  const place: S3Place = options
  const locked = () => lockFor(lock, clock)
  return {
    name,
    abilities,
    create: async (key, body) => put(place, key, body, locked()),
    async createFrom(key, body) {
      target(place, key)
      const parts = inParts(body)
      const first = await parts.next()
      if (first.done || first.value.last) return put(place, key, first.value?.bytes ?? new Uint8Array(), locked())
      return createInParts({ place, key, locked: locked(), retry, random }, first.value, parts)
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
    async *listVersions(prefix) {
      checkPrefix(prefix)
      if (abilities.versions) yield* (listsInByteOrder ? versionsFlat : versionsByFolder)(place, prefix)
      else
        for await (const ref of (listsInByteOrder ? listFlat : listByFolder)(place, prefix, ''))
          yield { ...ref, deleted: false, latest: true }
    },
    async retain(address, until) {
      if (abilities.retention) await extendLock(place, address, until, lock?.mode ?? 'GOVERNANCE')
      else await head(place, address)
    },
    async retainedUntil(address) {
      const lock = abilities.retention ? await lockOf(place, address) : await head(place, address).then(() => undefined)
      return lock && lock.until > clock.now() ? lock.until : undefined
    },
    remove: async (address) => remove(place, address, abilities.retention, clock),
    abortUnfinished: (before) => abortUploads(place, before),
  }
}

/** Sends a body with the checksum of another one. Resolves when the store keeps it all the same. */
export async function sendDamaged(place: S3Place, key: string): Promise<void> {
  await put(place, key, Buffer.from('damaged'), {}, sha256(Buffer.from('as it was')))
}

async function remove(place: S3Place, address: ObjectAddress, mayBeLocked: boolean, clock: Clock): Promise<void> {
  const { key, versionId } = address
  const where = target(place, key)
  try {
    await place.client.send(new DeleteObjectCommand({ ...where, VersionId: versionId }))
  } catch (error) {
    const failure = s3Error(place.name, address, error)
    if (failure instanceof NotFound) return
    const lock = mayBeLocked && problemOf(error).status === 403 ? await lockedBy(place, address, clock) : undefined
    throw lock === undefined ? failure : new Retained(key, lock === 'hold' ? undefined : lock, { cause: error })
  }
}

async function put(
  place: S3Place,
  key: string,
  body: Uint8Array,
  locked: ReturnType<typeof lockFor>,
  ChecksumSHA256 = sha256(body),
): Promise<ObjectRef> {
  const where = target(place, key)
  try {
    const done = await place.client.send(
      new PutObjectCommand({
        ...where,
        ...locked,
        Body: body,
        ContentLength: body.byteLength,
        ChecksumSHA256,
        IfNoneMatch: '*',
      }),
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
    if (ContentLength !== undefined && bytes.byteLength !== ContentLength) throw answerCut(place.name)
    return bytes
  } catch (error) {
    // The range begins at the end of the object or beyond.
    if (range && problemOf(error).status === 416) return new Uint8Array()
    throw s3Error(place.name, address, error)
  }
}
