/** Reads content back: locates each segment, opens its frames, and compares what comes out with every digest there is. */
import type { BlobEntry } from '../engine.ts'
import { IntegrityError, InvalidInput } from '../errors.ts'
import { contentDigest, contentId } from '../format/hashes.ts'
import { frameBytes } from '../format/limits.ts'
import type { ContentRef, ContentSegment } from '../manifest-row.ts'
import { type FrameReader, frameCount } from './frame-reader.ts'

export type BlobReaderDeps = {
  readonly frames: FrameReader
  readonly idKey: Uint8Array
  /** Names the snapshot in messages. */
  readonly rootKey: string
  locate(blobId: string): Promise<BlobEntry | undefined>
}

export type ReadRange = { readonly start?: number; readonly end?: number }

/** Bytes `[start, end)` of the content; all of it without a range. See `Snapshot.readBlob`. */
export async function* readContent(deps: BlobReaderDeps, content: ContentRef, range: ReadRange = {}): AsyncIterable<Uint8Array> {
  const { start, end } = checkedRange(content, range)
  if (start === 0 && end === content.size) yield* readWhole(deps, content)
  else yield* readRange(deps, content, start, end)
}

function checkedRange(content: ContentRef, { start = 0, end = content.size }: ReadRange): { start: number; end: number } {
  if (!Number.isSafeInteger(start) || !Number.isSafeInteger(end) || start < 0 || end < start || end > content.size) {
    throw new InvalidInput(`The range ${start} to ${end} is not within the ${content.size} bytes of the content.`)
  }
  return { start, end }
}

/** Holds the newest chunk back until the next one, or the final comparison, has come. */
async function* readWhole(deps: BlobReaderDeps, content: ContentRef): AsyncIterable<Uint8Array> {
  const digest = contentDigest(deps.idKey)
  let held: Buffer | undefined
  let size = 0
  for (const segment of content.segments) {
    const entry = await placeOf(deps, segment)
    for await (const plain of deps.frames(entry, 0, frameCount(entry.size))) {
      if (held) yield held
      held = plain
      digest.update(plain)
      size += plain.length
    }
    if (digest.endSegment() !== segment.blobId) throw new IntegrityError(entry.container, `blob ${segment.blobId} holds other bytes`)
  }
  const ids = content.segments.map(({ blobId }) => blobId)
  if (size !== content.size || digest.finish().sha256 !== content.sha256 || contentId(deps.idKey, ids) !== content.blobId) {
    throw new IntegrityError(deps.rootKey, `content ${content.blobId} is not what its row says`)
  }
  if (held) yield held
}

async function* readRange(deps: BlobReaderDeps, content: ContentRef, start: number, end: number): AsyncIterable<Uint8Array> {
  let segmentStart = 0
  for (const segment of content.segments) {
    const from = Math.max(start - segmentStart, 0)
    const to = Math.min(end - segmentStart, segment.size)
    segmentStart += segment.size
    if (from >= to) continue
    const entry = await placeOf(deps, segment)
    const first = Math.floor(from / frameBytes)
    let at = first * frameBytes
    for await (const plain of deps.frames(entry, first, frameCount(to))) {
      yield plain.subarray(Math.max(from - at, 0), Math.min(to - at, plain.length))
      at += plain.length
    }
  }
}

/** @throws {IntegrityError} the index does not know the segment, or knows it with another size */
async function placeOf(deps: BlobReaderDeps, segment: ContentSegment): Promise<BlobEntry> {
  const entry = await deps.locate(segment.blobId)
  if (!entry) throw new IntegrityError(deps.rootKey, `no index of the snapshot knows blob ${segment.blobId}`)
  if (entry.size !== segment.size) throw new IntegrityError(deps.rootKey, `the index gives blob ${segment.blobId} another size`)
  return entry
}
