/**
 * New objects. A write asks for generation 0, which is what a name has that nothing lies under: of several writers one succeeds. Large
 * objects go up in a resumable session; nothing is visible before its end, and Google takes away a session that never ends after a week.
 */
import { createHash } from 'node:crypto'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { Random } from '../../../../db/kit/random.ts'
import { taken } from '../cloud-errors.ts'
import type { ObjectRef } from '../object-store.ts'
import { partBytes } from '../parts.ts'
import { failure, fileOf, find, type GcsPlace, refOf } from './bucket.ts'
import { isTaken, problemOf } from './gcs-errors.ts'

/** Names the call that wrote an object, on the object. */
const writerMark = 'backstop-write'
const ifAbsent = { ifGenerationMatch: 0 }

/** @throws {AlreadyExists} the key is taken */
export async function put(place: GcsPlace, key: string, body: Uint8Array): Promise<ObjectRef> {
  const file = fileOf(place, { key })
  try {
    // With its MD5, Google refuses to keep anything else than what was sent.
    const md5Hash = createHash('md5').update(body).digest('base64')
    await file.save(Buffer.from(body.buffer, body.byteOffset, body.byteLength), {
      resumable: false,
      validation: false,
      preconditionOpts: ifAbsent,
      metadata: { md5Hash },
    })
    return { ...created(place, key, file.metadata), sizeBytes: body.byteLength }
  } catch (error) {
    throw await failure(place, { key }, error)
  }
}

/** Creates the object from `body`, pulling it once. @throws {AlreadyExists} the key was taken when the upload ended */
export async function putLarge(place: GcsPlace, key: string, body: AsyncIterable<Uint8Array>, random: Random): Promise<ObjectRef> {
  const mark = Buffer.from(random.bytes(16)).toString('hex')
  const source = watched(body)
  const file = fileOf({ ...place, bucket: place.uploads }, { key })
  try {
    await pipeline(
      Readable.from(source, { objectMode: false }),
      file.createWriteStream({
        resumable: true,
        chunkSize: partBytes,
        validation: 'crc32c',
        preconditionOpts: ifAbsent,
        metadata: { metadata: { [writerMark]: mark } },
      }),
    )
    return created(place, key, file.metadata)
  } catch (error) {
    if (source.failure) throw source.failure.error
    if (!isTaken(problemOf(error))) throw await failure(place, { key }, error)
    const there = await find(place, key)
    // The session had ended well and only the answer was lost: the object that is in the way is this one.
    if (there?.metadata?.[writerMark] === mark) return created(place, key, there)
    throw taken(place.name, key, error)
  }
}

function created(place: GcsPlace, key: string, metadata: Parameters<typeof refOf>[2]): ObjectRef {
  const { lastModified: _, ...ref } = refOf(place, key, metadata)
  return ref
}

/** Passes `body` on and remembers its failure, so that a broken download is not reported as a broken store. */
function watched(body: AsyncIterable<Uint8Array>) {
  return {
    failure: undefined as { readonly error: unknown } | undefined,
    async *[Symbol.asyncIterator]() {
      try {
        yield* body
      } catch (error) {
        this.failure = { error }
        throw error
      }
    },
  }
}
