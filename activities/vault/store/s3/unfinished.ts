/** Uploads in parts that were begun and never ended. They are invisible to every read and list, and they are paid for. */
import { AbortMultipartUploadCommand, ListMultipartUploadsCommand, type ListMultipartUploadsCommandOutput } from '@aws-sdk/client-s3'
import type { S3Place } from './bucket.ts'
import { problemOf, unavailable } from './s3-errors.ts'

/** Aborts the uploads below the place's prefix that were begun before `before`. @returns how many @throws {StoreUnavailable} */
export async function abortUploads(place: S3Place, before: Date): Promise<number> {
  const { client, bucket, name } = place
  let aborted = 0
  for await (const { key, uploadId, begun } of unfinished(place)) {
    if (begun >= before) continue
    try {
      await client.send(new AbortMultipartUploadCommand({ Bucket: bucket, Key: key, UploadId: uploadId }))
      aborted += 1
    } catch (error) {
      // Ended or aborted by somebody else since it was listed.
      if (problemOf(error).name !== 'NoSuchUpload') throw unavailable(name, error)
    }
  }
  return aborted
}

type Unfinished = { readonly key: string; readonly uploadId: string; readonly begun: Date }

async function* unfinished({ client, bucket, prefix, name }: S3Place): AsyncIterable<Unfinished> {
  let [KeyMarker, UploadIdMarker]: (string | undefined)[] = []
  do {
    const request = new ListMultipartUploadsCommand({ Bucket: bucket, Prefix: prefix, KeyMarker, UploadIdMarker })
    const page: ListMultipartUploadsCommandOutput = await client.send(request).catch((error) => {
      throw unavailable(name, error)
    })
    for (const { Key, UploadId, Initiated } of page.Uploads ?? [])
      if (Key !== undefined && UploadId !== undefined && Initiated !== undefined) yield { key: Key, uploadId: UploadId, begun: Initiated }
    KeyMarker = page.IsTruncated ? page.NextKeyMarker : undefined
    UploadIdMarker = page.IsTruncated ? page.NextUploadIdMarker : undefined
  } while (KeyMarker !== undefined)
}
