import type { BlobEntry } from '../engine.ts'
import { canonicalBytes } from '../format/canonical-json.ts'
import type { FrameBody } from '../format/codec.ts'
import { sealDirectory } from '../format/directory.ts'
import { containerName } from '../format/layout.ts'
import { frameBytes, segmentBytes } from '../format/limits.ts'
import type { Sealer } from '../format/seal.ts'
import type { SessionMark } from './pack.ts'

/** Frames that are compressed in the thread pool while earlier ones are sealed and written. */
const lookAhead = 3

export type ObjectInput = {
  readonly sealer: Sealer
  readonly session: SessionMark
  /** The frames read so far, encoded. */
  readonly begun: readonly FrameBody[]
  /** The next frame, already counted in all hashes, being encoded; nothing at the end of the source. */
  next(): Promise<{ readonly body: Promise<FrameBody> } | undefined>
  /** Ends the blob, after its last frame. @returns its id */
  endBlob(): string
  /** Told what the object holds, before its end is written. May throw to give the object up. */
  finished(entry: BlobEntry): Promise<void>
}

/** The bytes of an object that holds one segment of content: header, frames, a directory with the frames' lengths, trailer. */
export async function* objectBody(input: ObjectInput): AsyncIterable<Uint8Array> {
  const { sealer } = input
  const queue = input.begun.map((body) => Promise.resolve(body))
  const frames: number[] = []
  let [taken, ended, size, offset] = [queue.length, false, 0, sealer.header.length]
  yield sealer.header
  for (;;) {
    while (!ended && queue.length <= lookAhead) {
      const next = taken < segmentBytes / frameBytes ? await input.next() : undefined
      if (next) queue.push(watched(next.body))
      ended = next === undefined
      taken += 1
    }
    const body = await queue.shift()
    if (!body) break
    const parts = sealer.sealInParts(body, 'data', queue.length === 0)
    const length = parts.reduce((sum, part) => sum + part.length, 0)
    frames.push(length)
    size += body.size
    offset += length
    yield* parts
  }
  const blobId = input.endBlob()
  const place = { frame: 0, offset: sealer.header.length, length: offset - sealer.header.length, size }
  await input.finished({ blobId, container: containerName('object', sealer.containerId), ...place })
  const session = { key: '', value: canonicalBytes(input.session) }
  yield await sealDirectory(sealer, offset, [session, { key: blobId, value: canonicalBytes({ ...place, frames }) }])
}

/** The queue awaits it in its turn; until then a failure must not count as unhandled. */
function watched(body: Promise<FrameBody>): Promise<FrameBody> {
  body.catch(() => undefined)
  return body
}
