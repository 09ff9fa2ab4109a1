import { createHash } from 'node:crypto'
import { HeadBucketCommand, HeadObjectCommand, type S3Client } from '@aws-sdk/client-s3'
import { NotFound } from '../../errors.ts'
import { missing } from '../cloud-errors.ts'
import { checkKey } from '../object-key.ts'
import type { ObjectAddress, ObjectRef } from '../object-store.ts'
import { problemOf, s3Error, unavailable } from './s3-errors.ts'

/** A part of a bucket that holds a vault, and the way to it. */
export type S3Place = {
  readonly client: S3Client
  readonly bucket: string
  /** Before every key; empty, or ends with a slash. */
  readonly prefix: string
  /** What a person knows it by: `bucket s3://acme-backup/vault`. */
  readonly name: string
}

/** Where S3 has the object. @throws {InvalidKey} the key cannot be one */
export const target = ({ bucket, prefix }: S3Place, key: string) => ({ Bucket: bucket, Key: `${prefix}${checkKey(key)}` })

/** The version, where the bucket keeps them. `null` is what S3 calls an object from before it did. */
export const versionOf = (versionId: string | undefined) => (versionId === undefined || versionId === 'null' ? {} : { versionId })

/** Sent with every body: the store refuses to keep anything else than what was sent. */
export const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('base64')

/** @throws {StoreUnavailable} the bucket is not there, or cannot be asked */
export async function checkBucket({ client, bucket, name }: S3Place): Promise<void> {
  try {
    await client.send(new HeadBucketCommand({ Bucket: bucket }))
  } catch (error) {
    // The answer has no body that would say NoSuchBucket.
    const gone = problemOf(error).status === 404 && error instanceof Error
    throw unavailable(name, gone ? Object.assign(error, { name: 'NoSuchBucket' }) : error)
  }
}

export type Head = ObjectRef & { readonly metadata: Readonly<Record<string, string>> }

/** @throws {NotFound} there is no such object */
export async function head(place: S3Place, address: ObjectAddress): Promise<Head> {
  const { key, versionId } = address
  const where = target(place, key)
  try {
    const found = await place.client.send(new HeadObjectCommand({ ...where, VersionId: versionId }))
    return {
      key,
      sizeBytes: found.ContentLength ?? 0,
      ...versionOf(found.VersionId ?? versionId),
      ...(found.LastModified && { lastModified: found.LastModified }),
      metadata: found.Metadata ?? {},
    }
  } catch (error) {
    if (problemOf(error).status !== 404) throw s3Error(place.name, address, error)
    // Of a bucket that is gone, S3 says no more than of an object that is: a lost vault must not look like an empty one.
    await checkBucket(place)
    throw missing(place.name, key, error)
  }
}

/** The object that is there now, if any. */
export async function find(place: S3Place, key: string): Promise<Head | undefined> {
  try {
    return await head(place, { key })
  } catch (error) {
    if (error instanceof NotFound) return undefined
    throw error
  }
}
