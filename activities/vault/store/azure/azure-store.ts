/**
 * Objects as block blobs in a container of Azure Blob Storage. Every write is conditional (`If-None-Match: *`), and with every body goes
 * its MD5. Nothing is repeated here but by the `retry` that is passed in.
 *
 * Versions and locks are left to the container's own policies: the store uses neither, and says so in its abilities. A time-based
 * retention policy on the container is understood: what it protects is reported as {@link Retained}.
 */
import type { Random } from '../../../../db/kit/random.ts'
import { NotFound } from '../../errors.ts'
import { answerCut } from '../cloud-errors.ts'
import { inTime } from '../in-time.ts'
import { checkPrefix } from '../object-key.ts'
import type { ByteRange, ObjectAddress, ObjectRef, ObjectStore } from '../object-store.ts'
import { inParts } from '../parts.ts'
import { once, type Retry } from '../retry.ts'
import { withoutVersions } from '../without-versions.ts'
import { azureError, problemOf, unavailable } from './azure-errors.ts'
import { createInBlocks } from './blocks.ts'
import { type AzurePlace, blobOf, ifAbsent, md5, properties } from './container.ts'

export type AzureStoreOptions = AzurePlace & {
  readonly random: Random
  /** Repeats the requests of an upload in blocks, whose body cannot be pulled twice. */
  readonly retry?: Retry
}

export function azureStore(options: AzureStoreOptions): ObjectStore {
  const { name, random, retry = once } = options
  const place: AzurePlace = options
  const stat = async ({ key }: ObjectAddress) => {
    const { metadata: _, ...ref } = await properties(place, key)
    return ref
  }
  const list = (prefix: string, { startAfter = '' }: { readonly startAfter?: string } = {}) => listed(place, prefix, startAfter)
  return {
    name,
    ...withoutVersions({ list, stat }),
    // Azure itself takes away blocks that belong to no list after a week.
    abortUnfinished: async () => 0,
    stat,
    list,
    create: async (key, body) => put(place, key, body),
    async createFrom(key, body) {
      blobOf(place, key)
      const parts = inParts(body)
      const first = await parts.next()
      if (first.done || first.value.last) return put(place, key, first.value?.bytes ?? new Uint8Array())
      return createInBlocks({ place, key, retry, random }, first.value, parts)
    },
    read: async ({ key }, range) => get(place, key, range),
    async remove({ key }) {
      const blob = blobOf(place, key)
      try {
        await inTime(place.timeoutMs, (abortSignal) => blob.delete({ deleteSnapshots: 'include', abortSignal }))
      } catch (error) {
        const failure = azureError(name, key, error)
        if (!(failure instanceof NotFound)) throw failure
      }
    },
  }
}

/** Sends a body with the checksum of another one. Resolves when the store keeps it all the same. */
export async function sendDamaged(place: AzurePlace, key: string): Promise<void> {
  await put(place, key, Buffer.from('damaged'), md5(Buffer.from('as it was')))
}

async function put(place: AzurePlace, key: string, body: Uint8Array, transactionalContentMD5 = md5(body)): Promise<ObjectRef> {
  const blob = blobOf(place, key)
  try {
    const options = { conditions: ifAbsent, transactionalContentMD5 }
    await inTime(place.timeoutMs, (abortSignal) => blob.upload(body, body.byteLength, { ...options, abortSignal }))
    return { key, sizeBytes: body.byteLength }
  } catch (error) {
    throw azureError(place.name, key, error)
  }
}

async function get(place: AzurePlace, key: string, range: ByteRange | undefined): Promise<Uint8Array> {
  const blob = blobOf(place, key)
  if (range && range.end <= range.start) {
    await properties(place, key)
    return new Uint8Array()
  }
  try {
    return await inTime(place.timeoutMs, async (abortSignal) => {
      const answer = await blob.download(range?.start, range && range.end - range.start, { maxRetryRequests: 0, abortSignal })
      const chunks: Uint8Array[] = []
      for await (const chunk of answer.readableStreamBody ?? []) chunks.push(chunk as Uint8Array)
      const bytes = Buffer.concat(chunks)
      if (bytes.byteLength !== answer.contentLength) throw answerCut(place.name)
      return bytes
    })
  } catch (error) {
    // The range begins at the end of the object or beyond.
    if (range && problemOf(error).status === 416) return new Uint8Array()
    throw azureError(place.name, key, error)
  }
}

/** Azure lists names in byte order, up to 5,000 a request, and can begin at a name, which it includes. */
async function* listed({ container, prefix: own, name, timeoutMs }: AzurePlace, prefix: string, startAfter: string) {
  checkPrefix(prefix)
  const startFrom = startAfter === '' ? {} : { startFrom: `${own}${startAfter}` }
  const blobs = container.listBlobsFlat({ prefix: `${own}${prefix}`, ...startFrom })[Symbol.asyncIterator]()
  for (;;) {
    const next = await inTime(timeoutMs, () => blobs.next()).catch((error) => {
      throw unavailable(name, error)
    })
    if (next.done) return
    const key = next.value.name.slice(own.length)
    const { contentLength = 0, lastModified } = next.value.properties
    if (key > startAfter) yield { key, sizeBytes: contentLength, lastModified }
  }
}
