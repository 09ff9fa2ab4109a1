import { ListObjectsV2Command } from '@aws-sdk/client-s3'
import type { ObjectRef } from '../object-store.ts'
import type { S3Place } from './bucket.ts'
import { unavailable } from './s3-errors.ts'

type Found = ObjectRef & { readonly lastModified: Date }
type Listed = Found | { readonly folder: string }

/** What S3 itself lists: keys in byte order, a thousand a request. */
export async function* listFlat(place: S3Place, prefix: string, startAfter: string): AsyncIterable<Found> {
  for await (const entry of pages(place, prefix, startAfter, undefined)) if ('key' in entry) yield entry
}

/**
 * The same for stores that order the names of each folder instead, so that `a/b` comes before `a-b` (SeaweedFS): folder by folder, each one
 * sorted here. Takes a request for each folder.
 */
export async function* listByFolder(place: S3Place, prefix: string, startAfter: string): AsyncIterable<Found> {
  const entries: Listed[] = []
  for await (const entry of pages(place, prefix, '', '/')) entries.push(entry)
  entries.sort((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1))
  for (const entry of entries) {
    if ('key' in entry) {
      if (entry.key > startAfter) yield entry
    } else if (entry.folder > startAfter || startAfter.startsWith(entry.folder)) yield* listByFolder(place, entry.folder, startAfter)
  }
}

const nameOf = (entry: Listed) => ('key' in entry ? entry.key : entry.folder)

/** Objects, and with a delimiter folders, which end with it. Keys are those of the vault, without the place's own prefix. */
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
    for (const { Key = '', Size = 0, LastModified = new Date(0) } of page.Contents ?? [])
      yield { key: Key.slice(own.length), sizeBytes: Size, lastModified: LastModified }
    for (const { Prefix = '' } of page.CommonPrefixes ?? []) yield { folder: Prefix.slice(own.length) }
    token = page.NextContinuationToken
  } while (token !== undefined)
}
