import { answerCut } from '../cloud-errors.ts'
import { inTime } from '../in-time.ts'
import type { ByteRange, ObjectAddress } from '../object-store.ts'
import { failure, fileOf, type GcsPlace, metadata } from './bucket.ts'
import { ask, refusalOf, signed } from './http.ts'
import { md5 } from './upload.ts'

/** @throws {NotFound} @throws {StoreUnavailable} also when the answer is not whole */
export async function get(place: GcsPlace, address: ObjectAddress, range: ByteRange | undefined): Promise<Uint8Array> {
  const file = fileOf(place, address)
  if (range && range.end <= range.start) {
    await metadata(place, address)
    return new Uint8Array()
  }
  try {
    const { apiEndpoint } = place.bucket.storage
    const url = new URL(`${apiEndpoint}/storage/v1/b/${place.bucket.name}/o/${encodeURIComponent(file.name)}?alt=media`)
    if (address.versionId !== undefined) url.searchParams.set('generation', address.versionId)
    const headers = {
      ...(await signed(place.bucket)),
      'accept-encoding': 'identity',
      ...(range && { range: `bytes=${range.start}-${range.end - 1}` }),
    }
    return await inTime(place.timeoutMs, async (signal) => {
      const answer = await ask(url.href, { headers, signal })
      const bytes = Buffer.from(await answer.arrayBuffer())
      // The range begins at the end of the object or beyond.
      if (range && answer.status === 416) return new Uint8Array()
      if (answer.status !== 200 && answer.status !== 206) throw refusalOf(answer.status, bytes.toString())
      if (!isWhole(bytes, answer.headers, range)) throw answerCut(place.name)
      return bytes
    })
  } catch (error) {
    throw await failure(place, address, error)
  }
}

/** Google tells the hash of the whole object, whatever part of it was asked for. */
function isWhole(bytes: Uint8Array, headers: Headers, range: ByteRange | undefined): boolean {
  const length = headers.get('content-length')
  const hash = range ? undefined : /md5=([^,]+)/.exec(headers.get('x-goog-hash') ?? '')?.[1]
  return (length === null || Number(length) === bytes.byteLength) && (hash === undefined || hash === md5(bytes))
}
