/**
 * Large objects, in parts. Nothing is visible before the last request, and that one is conditional like a plain create. What a killed
 * process leaves behind is an unfinished upload: invisible to every read and list, and removed by the bucket's lifecycle rule.
 */
import {
  AbortMultipartUploadCommand,
  type CompletedPart,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  UploadPartCommand,
} from '@aws-sdk/client-s3'
import type { Random } from '../../../../db/kit/random.ts'
import { InvalidInput } from '../../errors.ts'
import { taken } from '../cloud-errors.ts'
import type { ObjectRef } from '../object-store.ts'
import { type Part, partBytes } from '../parts.ts'
import type { Retry } from '../retry.ts'
import { find, type S3Place, sha256, target, versionOf } from './bucket.ts'
import type { lockFor } from './lock.ts'
import { isConflict, isTaken, problemOf, s3Error } from './s3-errors.ts'

/** S3's own limit. */
const maxParts = 10_000

/** Names the call that wrote an object, on the object. */
const writerMark = 'backstop-write'

export type UploadTarget = {
  readonly place: S3Place
  readonly key: string
  /** The lock that the object gets. */
  readonly locked: ReturnType<typeof lockFor>
  readonly retry: Retry
  readonly random: Random
}

type Upload = UploadTarget & { readonly uploadId: string; readonly mark: string }

/**
 * Creates the object from `first` and the parts after it. Single requests are repeated by the target's `retry`.
 * @throws {AlreadyExists} the key was taken when the upload ended
 */
export async function createInParts(to: UploadTarget, first: Part, rest: AsyncIterable<Part>): Promise<ObjectRef> {
  const { key } = to
  const mark = Buffer.from(to.random.bytes(16)).toString('hex')
  const upload: Upload = { ...to, mark, uploadId: await begin(to, mark) }
  try {
    const parts = [await send(upload, 1, first.bytes)]
    let sizeBytes = first.bytes.byteLength
    for await (const { bytes } of rest) {
      if (parts.length === maxParts) throw new InvalidInput(`The object ${key} is larger than ${maxParts} parts of ${partBytes} bytes.`)
      parts.push(await send(upload, parts.length + 1, bytes))
      sizeBytes += bytes.byteLength
    }
    return { key, sizeBytes, ...(await complete(upload, parts)) }
  } catch (error) {
    // When this fails too, the first error is the one to hear of; the lifecycle rule takes the parts away.
    await abort(upload).catch(() => undefined)
    throw error
  }
}

function begin({ place, key, locked, retry }: UploadTarget, mark: string): Promise<string> {
  return retry(async () => {
    try {
      const begun = await place.client.send(
        new CreateMultipartUploadCommand({
          ...target(place, key),
          ...locked,
          ChecksumAlgorithm: 'SHA256',
          Metadata: { [writerMark]: mark },
        }),
      )
      return begun.UploadId ?? ''
    } catch (error) {
      throw s3Error(place.name, { key }, error)
    }
  })
}

function send({ place, key, uploadId, retry }: Upload, PartNumber: number, Body: Uint8Array): Promise<CompletedPart> {
  const ChecksumSHA256 = sha256(Body)
  return retry(async () => {
    try {
      const sent = await place.client.send(
        new UploadPartCommand({ ...target(place, key), UploadId: uploadId, PartNumber, Body, ChecksumSHA256 }),
      )
      return { PartNumber, ETag: sent.ETag, ChecksumSHA256 }
    } catch (error) {
      throw s3Error(place.name, { key }, error)
    }
  })
}

function complete(upload: Upload, Parts: CompletedPart[]): Promise<{ readonly versionId?: string }> {
  const { place, key, uploadId, retry } = upload
  return retry(async (again) => {
    try {
      const completed = await place.client.send(
        new CompleteMultipartUploadCommand({
          ...target(place, key),
          UploadId: uploadId,
          IfNoneMatch: '*',
          MultipartUpload: { Parts },
        }),
      )
      return versionOf(completed.VersionId)
    } catch (error) {
      const problem = problemOf(error)
      const own = again && (isTaken(problem) || problem.name === 'NoSuchUpload') ? await ownVersion(upload) : undefined
      if (own) return own
      if (isConflict(problem) && (await find(place, key))) throw taken(place.name, key, error)
      throw s3Error(place.name, { key }, error)
    }
  })
}

/** The object's version when this very upload had made it: the first try had landed, and only its answer was lost. */
async function ownVersion({ place, key, mark }: Upload): Promise<{ readonly versionId?: string } | undefined> {
  const found = await find(place, key)
  return found?.metadata[writerMark] === mark ? versionOf(found.versionId) : undefined
}

async function abort({ place, key, uploadId }: Upload): Promise<void> {
  await place.client.send(new AbortMultipartUploadCommand({ ...target(place, key), UploadId: uploadId }))
}
