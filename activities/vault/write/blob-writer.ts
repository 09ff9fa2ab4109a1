/** Content in, containers out: streams each content once, cuts it into segments, and puts small ones into packs, large ones into objects. */
import type { BlobEntry, BlobWriter, DurableSegment, PutOptions, WriterOptions } from '../engine.ts'
import { IntegrityError, InvalidInput, NotFound } from '../errors.ts'
import type { FrameBody } from '../format/codec.ts'
import { type ContentDigest, contentDigest, contentId } from '../format/hashes.ts'
import { frameBytes, packedBelowBytes, segmentBytes } from '../format/limits.ts'
import type { ContentRef, ContentSegment } from '../manifest-row.ts'
import { type FrameReader, frameCount } from '../read/frame-reader.ts'
import { createByteBudget } from './byte-budget.ts'
import { type ContainerDeps, createContainerStore } from './container-store.ts'
import { type FrameEncoder, frameEncoder } from './frame-encoder.ts'
import { type Frame, type FrameSource, frameSource } from './frame-source.ts'

/** Room for a pack on its way, or filling, and one blob that goes into it: with less, a writer could wait for itself. */
const leastBytes = 48 * 1024 * 1024
const defaultBytes = 64 * 1024 * 1024

export type BlobWriterDeps = Omit<ContainerDeps, 'budget'> & {
  readonly idKey: Uint8Array
  /** Reads back what an earlier attempt stored. */
  readonly frames: FrameReader
}

export function createBlobWriter(deps: BlobWriterDeps, options: WriterOptions = {}): BlobWriter {
  const limit = options.maxBytesInFlight ?? defaultBytes
  if (limit < leastBytes) throw new InvalidInput(`A blob writer needs at least ${leastBytes} bytes in flight; ${limit} were given.`)
  const budget = createByteBudget(limit)
  const containers = createContainerStore({ ...deps, budget })
  const isHeld = async (blobId: string) => containers.holds(blobId) || (await options.known?.(blobId)) !== undefined

  /** Stores the next segment of the source, or returns nothing at its end. */
  async function putSegment(content: OpenContent): Promise<ContentSegment | undefined> {
    const begun: FrameBody[] = []
    while (begun.length < packedBelowBytes / frameBytes) {
      const frame = await takeFrame(content)
      if (!frame) return packSegment(content, begun)
      content.hold(frame.length)
      begun.push(await content.encode(frame))
    }
    return objectSegment(content, begun)
  }

  async function packSegment({ digest }: OpenContent, frames: readonly FrameBody[]): Promise<ContentSegment | undefined> {
    if (frames.length === 0) return undefined
    const segment = { blobId: digest.endSegment(), size: frames.reduce((sum, { size }) => sum + size, 0) }
    if (!(await isHeld(segment.blobId))) containers.pack(segment.blobId, frames)
    return segment
  }

  async function objectSegment(content: OpenContent, begun: readonly FrameBody[]): Promise<ContentSegment> {
    let stored: BlobEntry | undefined
    const next = async () => {
      const frame = await takeFrame(content)
      return frame && { body: content.encode(frame) }
    }
    const finished = async (entry: BlobEntry) => {
      stored = entry
      if (await isHeld(entry.blobId)) throw new HeldAlready()
    }
    const entry = await containers.object({ begun, next, finished, endBlob: content.digest.endSegment }).catch((error) => {
      if (!(error instanceof HeldAlready)) throw error
      return undefined
    })
    if (!stored) throw new InvalidInput('The store took an object without reading it to its end.')
    const segment = { blobId: stored.blobId, size: stored.size }
    if (entry && segment.size === segmentBytes) await content.onSegment?.({ segment, entry })
    return segment
  }

  /** Counts what is stored already into the digests of the whole. */
  async function readBack(content: OpenContent, begun: readonly DurableSegment[]): Promise<ContentSegment[]> {
    for (const { segment, entry } of begun) {
      try {
        for await (const plain of deps.frames(entry, 0, frameCount(entry.size))) content.digest.update(plain)
      } catch (error) {
        throw error instanceof NotFound ? new IntegrityError(entry.container, 'it is gone', { cause: error }) : error
      }
      if (content.digest.endSegment() !== segment.blobId)
        throw new IntegrityError(entry.container, `blob ${segment.blobId} holds other bytes`)
    }
    return begun.map(({ segment }) => segment)
  }

  return {
    async putBlob(source, put) {
      containers.check()
      const content = openContent(deps.idKey, source, put, (bytes) => budget.add(bytes))
      await budget.acquire(content.held())
      try {
        const segments = await readBack(content, put.begun ?? [])
        for (let segment = await putSegment(content); segment; segment = await putSegment(content)) segments.push(segment)
        containers.check()
        return contentRef(deps.idKey, content, segments)
      } finally {
        budget.release(content.held())
        await content.frames.close()
      }
    },
    flush: () => containers.flush(),
  }
}

/** Thrown into an object's body to give the object up, because its content is stored already. */
class HeldAlready extends Error {}

type OpenContent = {
  readonly frames: FrameSource
  readonly encode: FrameEncoder
  readonly digest: ContentDigest
  readonly onSegment: PutOptions['onSegment']
  /** Bytes of the budget that this content has. */
  held(): number
  /** Counts a frame that is kept in memory; what was expected at the start is counted already. */
  hold(bytes: number): void
}

function openContent(idKey: Uint8Array, source: AsyncIterable<Uint8Array>, put: PutOptions, beyond: (bytes: number) => void): OpenContent {
  let held = Math.min(Math.max(put.expectedSize ?? packedBelowBytes, 1), packedBelowBytes)
  let used = 0
  return {
    frames: frameSource(source),
    encode: frameEncoder(put.mimeType),
    digest: contentDigest(idKey, { md5: put.md5 ?? true }),
    onSegment: put.onSegment,
    held: () => held,
    hold(bytes) {
      used = Math.min(used + bytes, packedBelowBytes)
      if (used <= held) return
      beyond(used - held)
      held = used
    },
  }
}

async function takeFrame({ frames, digest }: OpenContent): Promise<Frame | undefined> {
  const frame = await frames.take()
  for (const piece of frame?.pieces ?? []) digest.update(piece)
  return frame
}

function contentRef(idKey: Uint8Array, { digest }: OpenContent, segments: readonly ContentSegment[]): ContentRef {
  const blobIds = segments.map(({ blobId }) => blobId)
  return {
    blobId: contentId(idKey, blobIds),
    size: segments.reduce((sum, { size }) => sum + size, 0),
    ...digest.finish(),
    segments,
  }
}
