import { createHash } from 'node:crypto'
import { inTime } from '../in-time.ts'
import type { ObjectRef } from '../object-store.ts'
import { created, failure, fileOf, type GcsPlace } from './bucket.ts'

/**
 * Writes an object in one request. It asks for generation 0, which is what a name has that nothing lies under: of several writers one
 * succeeds. With the MD5, Google refuses to keep anything else than what was sent.
 * @throws {AlreadyExists} the key is taken
 */
export async function put(place: GcsPlace, key: string, body: Uint8Array, md5Hash = md5(body)): Promise<ObjectRef> {
  const file = fileOf(place, { key })
  try {
    const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength)
    const options = { resumable: false, validation: false, preconditionOpts: { ifGenerationMatch: 0 }, metadata: { md5Hash } }
    await inTime(place.timeoutMs, () => file.save(bytes, options))
    return { ...created(place, key, file.metadata), sizeBytes: body.byteLength }
  } catch (error) {
    throw await failure(place, { key }, error)
  }
}

/** Sends a body with the checksum of another one. Resolves when the store keeps it all the same. */
export async function sendDamaged(place: GcsPlace, key: string): Promise<void> {
  await put(place, key, Buffer.from('damaged'), md5(Buffer.from('as it was')))
}

/** As Google writes it. */
export function md5(bytes: Uint8Array): string {
  return createHash('md5').update(bytes).digest('base64')
}
