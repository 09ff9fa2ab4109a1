/**
 * Large objects, in blocks. Nothing is visible before the list of blocks is committed, and that is conditional like a plain create. What
 * a killed process leaves behind are blocks without a list: invisible, and taken away by Azure itself after a week.
 */
import type { Random } from '../../../../db/kit/random.ts'
import { InvalidInput } from '../../errors.ts'
import { plain, taken } from '../cloud-errors.ts'
import { inTime } from '../in-time.ts'
import type { ObjectRef } from '../object-store.ts'
import { type Part, partBytes } from '../parts.ts'
import type { Retry } from '../retry.ts'
import { azureError, isTaken, problemOf } from './azure-errors.ts'
import { type AzurePlace, blobOf, find, ifAbsent, md5 } from './container.ts'

/** Azure's own limit. */
const maxBlocks = 50_000
/** Names the call that wrote an object, on the object. */
const writerMark = 'backstopwrite'

type Upload = { readonly place: AzurePlace; readonly key: string; readonly mark: string; readonly retry: Retry }

/**
 * Creates the object from `first` and the parts after it. Single requests are repeated by `retry`.
 * @throws {AlreadyExists} the key was taken when the upload ended
 */
export async function createInBlocks(
  to: { readonly place: AzurePlace; readonly key: string; readonly retry: Retry; readonly random: Random },
  first: Part,
  rest: AsyncIterable<Part>,
): Promise<ObjectRef> {
  const upload: Upload = { ...to, mark: Buffer.from(to.random.bytes(16)).toString('hex') }
  const blocks = [await stage(upload, 0, first.bytes)]
  let sizeBytes = first.bytes.byteLength
  for await (const { bytes } of rest) {
    if (blocks.length === maxBlocks) throw new InvalidInput(`The object ${to.key} is larger than ${maxBlocks} parts of ${partBytes} bytes.`)
    blocks.push(await stage(upload, blocks.length, bytes))
    sizeBytes += bytes.byteLength
  }
  await commit(upload, blocks)
  return { key: to.key, sizeBytes }
}

/** Blocks of one key share a namespace, also those of another writer: each id carries the mark of its upload. */
function stage({ place, key, mark, retry }: Upload, nth: number, bytes: Uint8Array): Promise<string> {
  const id = Buffer.from(`${mark}${String(nth).padStart(6, '0')}`).toString('base64')
  return retry(async () => {
    try {
      const transactionalContentMD5 = md5(bytes)
      const blob = blobOf(place, key)
      await inTime(place.timeoutMs, (abortSignal) => blob.stageBlock(id, bytes, bytes.byteLength, { transactionalContentMD5, abortSignal }))
      return id
    } catch (error) {
      throw azureError(place.name, key, error)
    }
  })
}

function commit({ place, key, mark, retry }: Upload, blocks: string[]): Promise<void> {
  return retry(async (again) => {
    try {
      const options = { conditions: ifAbsent, metadata: { [writerMark]: mark } }
      await inTime(place.timeoutMs, (abortSignal) => blobOf(place, key).commitBlockList(blocks, { ...options, abortSignal }))
    } catch (error) {
      const problem = problemOf(error)
      // Whoever wins takes the blocks of all others away with it.
      if (isTaken(problem) || problem.name === 'InvalidBlockList') {
        const found = await find(place, key)
        if (again && found?.metadata[writerMark] === mark) return
        if (found) throw taken(place.name, key, plain(error))
      }
      throw azureError(place.name, key, error)
    }
  })
}
