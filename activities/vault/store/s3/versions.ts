/** The versions in a bucket. S3 gives objects and marks of deletions apart; here they are one list, in the order that the port asks for. */
import { ListObjectVersionsCommand, type ListObjectVersionsCommandOutput } from '@aws-sdk/client-s3'
import type { ObjectVersion } from '../object-store.ts'
import type { S3Place } from './bucket.ts'
import { unavailable } from './s3-errors.ts'

type Page = { readonly versions: readonly ObjectVersion[]; readonly folders: readonly string[] }

/** What S3 itself lists: keys in byte order, a thousand versions a request. */
export async function* versionsFlat(place: S3Place, prefix: string): AsyncIterable<ObjectVersion> {
  let ofKey: ObjectVersion[] = []
  for await (const { versions } of pages(place, prefix, undefined)) {
    for (const version of versions) {
      if (ofKey[0] && ofKey[0].key !== version.key) {
        yield* newestFirst(ofKey)
        ofKey = []
      }
      ofKey.push(version)
    }
  }
  yield* newestFirst(ofKey)
}

/** The same for stores that order the names of each folder instead (see `list.ts`): folder by folder, each one sorted here. */
export async function* versionsByFolder(place: S3Place, prefix: string): AsyncIterable<ObjectVersion> {
  const byKey = new Map<string, ObjectVersion[]>()
  for await (const { versions, folders } of pages(place, prefix, '/')) {
    for (const folder of folders) byKey.set(folder, [])
    for (const version of versions) byKey.set(version.key, [...(byKey.get(version.key) ?? []), version])
  }
  for (const key of [...byKey.keys()].sort()) {
    if (key.endsWith('/')) yield* versionsByFolder(place, key)
    else yield* newestFirst(byKey.get(key) ?? [])
  }
}

/** Times have whole seconds only, so that equal ones keep the order in which S3 listed them: it lists the newest first. */
function newestFirst(versions: readonly ObjectVersion[]): ObjectVersion[] {
  return [...versions].sort((a, b) => Number(b.latest) - Number(a.latest) || b.lastModified.getTime() - a.lastModified.getTime())
}

async function* pages(place: S3Place, prefix: string, delimiter: string | undefined): AsyncIterable<Page> {
  const { client, bucket, prefix: own, name } = place
  let [KeyMarker, VersionIdMarker]: (string | undefined)[] = []
  do {
    const request = new ListObjectVersionsCommand({
      Bucket: bucket,
      Prefix: `${own}${prefix}`,
      Delimiter: delimiter,
      KeyMarker,
      VersionIdMarker,
    })
    const page: ListObjectVersionsCommandOutput = await client.send(request).catch((error) => {
      throw unavailable(name, error)
    })
    yield { versions: versionsOf(page, own), folders: (page.CommonPrefixes ?? []).map(({ Prefix = '' }) => Prefix.slice(own.length)) }
    KeyMarker = page.IsTruncated ? page.NextKeyMarker : undefined
    VersionIdMarker = page.IsTruncated ? page.NextVersionIdMarker : undefined
  } while (KeyMarker !== undefined)
}

/** In byte order of the key; for one key the objects before the marks. */
function versionsOf(page: ListObjectVersionsCommandOutput, own: string): ObjectVersion[] {
  const entry = (
    { Key = '', VersionId, IsLatest = false, LastModified = new Date(0) }: NonNullable<typeof page.DeleteMarkers>[number],
    sizeBytes: number,
    deleted: boolean,
  ): ObjectVersion => ({
    key: Key.slice(own.length),
    ...(VersionId !== undefined && { versionId: VersionId }),
    sizeBytes,
    lastModified: LastModified,
    deleted,
    latest: IsLatest,
  })
  const objects = (page.Versions ?? []).map((version) => entry(version, version.Size ?? 0, false))
  const marks = (page.DeleteMarkers ?? []).map((mark) => entry(mark, 0, true))
  return [...objects, ...marks].sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0))
}
