import { ListObjectsV2Command } from '@aws-sdk/client-s3'
import type { ObjectRef } from '../object-store.ts'
import type { S3Place } from './bucket.ts'
import { unavailable } from './s3-errors.ts'

type Listed = { readonly key: string; readonly sizeBytes?: number }

/** What S3 itself lists: keys in byte order, a thousand a request. */
export async function* listFlat(place: S3Place, prefix: string, startAfter: string): AsyncIterable<ObjectRef> {
  for await (const { key, sizeBytes } of pages(place, prefix, startAfter, undefined)) yield { key, sizeBytes: sizeBytes ?? 0 }
}

/**
 * The same for stores that order the names of each folder instead, so that `a/b` comes before `a-b` (SeaweedFS): folder by folder, each one
 * sorted here. Takes a request for each folder.
 */
export async function* listByFolder(place: S3Place, prefix: string, startAfter: string): AsyncIterable<ObjectRef> {
  const entries: Listed[] = []
  for await (const entry of pages(place, prefix, '', '/')) entries.push(entry)
  entries.sort((a, b) => (a.key < b.key ? -1 : 1))
  for (const { key, sizeBytes } of entries) {
    if (sizeBytes !== undefined) {
      if (key > startAfter) yield { key, sizeBytes }
    } else if (key > startAfter || startAfter.startsWith(key)) yield* listByFolder(place, key, startAfter)
  }
}

/** Objects, and with a delimiter folders, which have no size. Keys are those of the vault, without the place's own prefix. */
async function* pages(place: S3Place, prefix: string, startAfter: string, delimiter: string | undefined): AsyncIterable<Listed> {
  const { client, bucket, prefix: own, name } = place
  let token: string | undefined
  do {
    const request = new ListObjectsV2Command({
      Bucket: bucket,
      Prefix: `${own}${prefix}`,
      Delimiter: delimiter,
      ContinuationToken: token,
      StartAfter: startAfter === '' || token !== undefined ? undefined : `${own}${startAfter}`,
    })
    const page = await client.send(request).catch((error) => {
      throw unavailable(name, error)
    })
    for (const { Key = '', Size = 0 } of page.Contents ?? []) yield { key: Key.slice(own.length), sizeBytes: Size }
    for (const { Prefix = '' } of page.CommonPrefixes ?? []) yield { key: Prefix.slice(own.length) }
    token = page.NextContinuationToken
  } while (token !== undefined)
}
