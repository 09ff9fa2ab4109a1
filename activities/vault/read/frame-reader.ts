/** Reads the frames of one blob out of its pack or object. */
import type { BlobEntry } from '../engine.ts'
import { IntegrityError } from '../errors.ts'
import { parseObject } from '../format/canonical-json.ts'
import { decodeTrailer, splitFrames, trailerBytes } from '../format/directory.ts'
import { headerBytes } from '../format/header.ts'
import { containerName, type DriveLayout } from '../format/layout.ts'
import { frameBytes } from '../format/limits.ts'
import type { Opener } from '../format/seal.ts'
import type { ObjectAddress } from '../store/object-store.ts'
import { openDirectory, openSealed, readReferenced, type SealedStore } from './container.ts'

/** Plaintext of the frames `[first, last)` of a blob, each verified. @throws {IntegrityError} */
export type FrameReader = (entry: BlobEntry, first: number, last: number) => AsyncIterable<Buffer>

/** Frames that one read of an object fetches, and headers that are remembered. */
const windowFrames = 4
const rememberedHeaders = 256
/** More than the directory and trailer of an object ever take: it lists at most 64 frames. */
const objectTailBytes = 64 * 1024

type Container = { readonly kind: 'pack' | 'object'; readonly address: ObjectAddress; readonly opener: Opener }

export function createFrameReader(sealed: SealedStore, layout: DriveLayout): FrameReader {
  const remembered = new Map<string, Promise<Container>>()

  /** Blobs that follow each other mostly lie in one pack: its header is read once. */
  function containerOf(entry: BlobEntry): Promise<Container> {
    const name = `${entry.container} ${entry.versionId ?? ''}`
    const known = remembered.get(name)
    if (known) return known
    const opening = openContainer(sealed, layout, entry)
    remembered.set(name, opening)
    opening.catch(() => remembered.delete(name))
    const oldest = remembered.keys().next().value
    if (remembered.size > rememberedHeaders && oldest !== undefined) remembered.delete(oldest)
    return opening
  }

  return async function* frames(entry, first, last) {
    const container = await containerOf(entry)
    const { key } = container.address
    const total = frameCount(entry.size)
    const source =
      container.kind === 'pack' ? packedFrames(sealed, container, entry, first, last) : objectFrames(sealed, container, entry, first, last)
    let at = first
    for await (const frame of source) {
      const plain = await container.opener.open(frame, entry.frame + at, 'data', at === total - 1)
      if (plain.length !== Math.min(frameBytes, entry.size - at * frameBytes))
        throw new IntegrityError(key, `frame ${at} of blob ${entry.blobId} has another size`)
      at += 1
      yield plain
    }
    if (at !== last) throw new IntegrityError(key, `blob ${entry.blobId} ends early`)
  }
}

export function frameCount(size: number): number {
  return Math.ceil(size / frameBytes)
}

async function openContainer(sealed: SealedStore, layout: DriveLayout, entry: BlobEntry): Promise<Container> {
  const key = layout.container(entry.container)
  const address = entry.versionId === undefined ? { key } : { key, versionId: entry.versionId }
  const containerId = entry.container.slice(-32)
  const kind = entry.container === containerName('pack', containerId) ? 'pack' : 'object'
  const lead = await readReferenced(sealed.store, address, { start: 0, end: headerBytes })
  return { kind, address, opener: await openSealed(sealed, key, kind, lead, containerId) }
}

/** A packed blob is small: it is read whole, whatever part of it is wanted. */
async function* packedFrames(
  sealed: SealedStore,
  { address }: Container,
  entry: BlobEntry,
  first: number,
  last: number,
): AsyncIterable<Buffer> {
  const bytes = await readReferenced(sealed.store, address, { start: entry.offset, end: entry.offset + entry.length })
  const frames = splitFrames(address.key, bytes)
  if (frames.length !== frameCount(entry.size)) throw new IntegrityError(address.key, `blob ${entry.blobId} has another number of frames`)
  yield* frames.slice(first, last)
}

async function* objectFrames(
  sealed: SealedStore,
  container: Container,
  entry: BlobEntry,
  first: number,
  last: number,
): AsyncIterable<Buffer> {
  const { address } = container
  const ends = await frameEnds(sealed, container, entry)
  const startOf = (frame: number) => entry.offset + (frame === 0 ? 0 : (ends[frame - 1] ?? 0))
  for (let from = first; from < last; from += windowFrames) {
    const to = Math.min(from + windowFrames, last)
    yield* splitFrames(address.key, await readReferenced(sealed.store, address, { start: startOf(from), end: startOf(to) }))
  }
}

/** Where each frame of an object ends, counted from the first, as its directory says. */
async function frameEnds(sealed: SealedStore, { address, opener }: Container, entry: BlobEntry): Promise<readonly number[]> {
  const start = entry.offset + entry.length
  const tail = await readReferenced(sealed.store, address, { start, end: start + objectTailBytes }, 'cut to the end')
  const trailer = decodeTrailer(address.key, start + tail.length, tail)
  const total = frameCount(entry.size)
  if (trailer.offset !== start || trailer.frame !== entry.frame + total)
    throw new IntegrityError(address.key, 'its end is not where it was')
  const records = await openDirectory(address.key, opener, tail.subarray(0, -trailerBytes), trailer.frame)
  const found = records.find((record) => record.key === entry.blobId)
  const lengths = found ? parseObject(found.value).frames : undefined
  if (!Array.isArray(lengths) || lengths.length !== total)
    throw new IntegrityError(address.key, `its directory does not list blob ${entry.blobId}`)
  let end = 0
  const ends = lengths.map((length) => {
    end += Number(length)
    return end
  })
  if (end !== entry.length) throw new IntegrityError(address.key, `blob ${entry.blobId} has another length`)
  return ends
}
