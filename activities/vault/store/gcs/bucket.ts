import type { Bucket, File, FileMetadata } from '@google-cloud/storage'
import { NotFound } from '../../errors.ts'
import { missing, plain } from '../cloud-errors.ts'
import { inTime } from '../in-time.ts'
import { checkKey } from '../object-key.ts'
import type { ObjectAddress, ObjectRef } from '../object-store.ts'
import { gcsError, isMissing, noBucket, problemOf, unavailable } from './gcs-errors.ts'

/** A part of a bucket that holds a vault, and the way to it. */
export type GcsPlace = {
  readonly bucket: Bucket
  /** Before every key; empty, or ends with a slash. */
  readonly prefix: string
  /** What a person knows it by: `bucket gs://acme-backup/vault`. */
  readonly name: string
  /** Whether the bucket keeps versions, which Google calls generations. */
  readonly versions: boolean
  /** When a request has failed that was not answered, in milliseconds; minutes by default. */
  readonly timeoutMs?: number
}

type Asked = Pick<GcsPlace, 'bucket' | 'name' | 'timeoutMs'>

/** Where Google has the object. @throws {InvalidKey} the key cannot be one */
export function fileOf({ bucket, prefix }: GcsPlace, { key, versionId }: ObjectAddress): File {
  return bucket.file(`${prefix}${checkKey(key)}`, versionId === undefined ? {} : { generation: versionId })
}

/** @throws {StoreUnavailable} the bucket is not there, or cannot be asked */
export async function checkBucket({ bucket, name, timeoutMs }: Asked): Promise<void> {
  try {
    // Asked by what the vault may do in any case: to look at the bucket itself needs a right of its own.
    await inTime(timeoutMs, () => bucket.getFiles({ maxResults: 1, autoPaginate: false }))
  } catch (error) {
    throw unavailable(name, error, isMissing(problemOf(error)) ? noBucket : undefined)
  }
}

/** Whether the bucket keeps versions. An account that may not ask hears that it does not: they could not be relied on. */
export async function keepsVersions({ bucket, name, timeoutMs }: Asked): Promise<boolean> {
  try {
    const [{ versioning }] = await inTime(timeoutMs, () => bucket.getMetadata())
    return versioning?.enabled === true
  } catch (error) {
    if (problemOf(error).status === 403) return false
    throw unavailable(name, error)
  }
}

/** Of what was listed or looked at. */
export function refOf({ versions }: GcsPlace, key: string, { size = 0, updated, generation }: FileMetadata) {
  const versionId = versions && generation !== undefined ? { versionId: String(generation) } : {}
  return { key, ...versionId, sizeBytes: Number(size), lastModified: new Date(updated ?? 0) } satisfies ObjectRef
}

/** Of what was just made. */
export function created(place: GcsPlace, key: string, metadata: FileMetadata): ObjectRef {
  const { lastModified: _, ...ref } = refOf(place, key, metadata)
  return ref
}

/** @throws {NotFound} there is no such object */
export async function metadata(place: GcsPlace, address: ObjectAddress): Promise<FileMetadata> {
  const file = fileOf(place, address)
  try {
    return (await inTime(place.timeoutMs, () => file.getMetadata()))[0]
  } catch (error) {
    throw await failure(place, address, error)
  }
}

/** The object that is there now, if any. */
export async function find(place: GcsPlace, key: string): Promise<FileMetadata | undefined> {
  try {
    return await metadata(place, { key })
  } catch (error) {
    if (error instanceof NotFound) return undefined
    throw error
  }
}

/** Of a bucket that is gone, Google says no more than of an object that is: a lost vault must not look like an empty one. */
export async function failure(place: GcsPlace, { key }: ObjectAddress, error: unknown): Promise<Error> {
  if (!isMissing(problemOf(error))) return gcsError(place.name, key, error)
  try {
    await checkBucket(place)
    return missing(place.name, key, plain(error))
  } catch (gone) {
    return gone instanceof Error ? gone : gcsError(place.name, key, error)
  }
}
