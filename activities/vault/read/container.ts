/** Opening sealed objects: header, keys, directory. Everything that is read from a store passes through here. */
import { IntegrityError, NotFound } from '../errors.ts'
import { view } from '../format/bytes.ts'
import { decodeTrailer, splitFrames, trailerBytes } from '../format/directory.ts'
import { type ContainerKind, decodeHeader, headerBytes } from '../format/header.ts'
import { decodeRecords, type StoredRecord } from '../format/record.ts'
import { createOpener, type Opener, type Scope } from '../format/seal.ts'
import type { ByteRange, ObjectAddress, ObjectRef, ObjectStore } from '../store/object-store.ts'

/** What it takes to read the sealed objects of one drive. */
export type SealedStore = {
  readonly store: ObjectStore
  readonly scope: Scope
  /** The data key that an object's header names. @throws {IntegrityError} the drive has no such key */
  dek(objectKey: string, keyId: string): Promise<Uint8Array>
}

/**
 * Reads an object that something committed refers to.
 * @throws {IntegrityError} it is missing, or a part of the range is that was not said to be `cut to the end`
 */
export async function readReferenced(
  store: ObjectStore,
  address: ObjectAddress,
  range?: ByteRange,
  cut?: 'cut to the end',
): Promise<Buffer> {
  const bytes = await store.read(address, range).catch((error) => {
    throw error instanceof NotFound ? new IntegrityError(address.key, 'it is missing', { cause: error }) : error
  })
  if (range && cut === undefined && bytes.byteLength !== range.end - range.start)
    throw new IntegrityError(address.key, 'it is shorter than it was')
  return view(bytes)
}

/** An opener for the object whose first bytes are `lead`. @throws {IntegrityError} it is another object than `containerId` */
export async function openSealed(
  sealed: SealedStore,
  key: string,
  kind: ContainerKind,
  lead: Uint8Array,
  containerId?: string,
): Promise<Opener> {
  const header = decodeHeader(key, kind, lead)
  if (containerId !== undefined && header.containerId !== containerId) throw new IntegrityError(key, 'another object lies in its place')
  return createOpener(key, sealed.scope, header, await sealed.dek(key, header.keyId))
}

/** Below this an object is read in one piece instead of piece by piece. */
const smallBytes = 256 * 1024
const tailBytes = 64 * 1024

export type Directory = {
  readonly opener: Opener
  readonly records: readonly StoredRecord[]
  /** Where the data ends and the directory begins. */
  readonly dataEnd: number
  readonly firstFrame: number
  /** The whole object, when it was small enough to be read at once. */
  readonly whole?: Buffer
}

/** Reads the directory of a pack, object or segment, in one to three reads. @throws {IntegrityError} */
export async function readDirectory(sealed: SealedStore, ref: ObjectRef, kind: ContainerKind, containerId?: string): Promise<Directory> {
  const { key, sizeBytes } = ref
  if (sizeBytes < headerBytes + trailerBytes) throw new IntegrityError(key, 'it is too short to be a vault object')
  const small = sizeBytes <= smallBytes
  const tailStart = small ? 0 : sizeBytes - tailBytes
  const tail = await readReferenced(sealed.store, ref, { start: tailStart, end: sizeBytes })
  const lead = small ? tail : await readReferenced(sealed.store, ref, { start: 0, end: headerBytes })
  const opener = await openSealed(sealed, key, kind, lead, containerId)
  const { offset, frame } = decodeTrailer(key, sizeBytes, tail)
  const end = sizeBytes - trailerBytes
  const bytes =
    offset >= tailStart
      ? tail.subarray(offset - tailStart, end - tailStart)
      : await readReferenced(sealed.store, ref, { start: offset, end })
  const records = await openDirectory(key, opener, bytes, frame)
  return { opener, records, dataEnd: offset, firstFrame: frame, ...(small && { whole: tail }) }
}

/** The records of a sealed directory. @throws {IntegrityError} */
export async function openDirectory(key: string, opener: Opener, bytes: Buffer, firstFrame: number): Promise<readonly StoredRecord[]> {
  const frames = splitFrames(key, bytes)
  if (frames.length === 0) throw new IntegrityError(key, 'it has no directory')
  const parts: Buffer[] = []
  for (const [n, frame] of frames.entries()) parts.push(await opener.open(frame, firstFrame + n, 'directory', n === frames.length - 1))
  return parseRecords(key, Buffer.concat(parts))
}

/** @throws {IntegrityError} the (authentic) bytes are not records: written by a faulty version */
export function parseRecords(key: string, bytes: Buffer): readonly StoredRecord[] {
  try {
    return [...decodeRecords(bytes)]
  } catch (error) {
    throw new IntegrityError(key, 'its records cannot be read', { cause: error })
  }
}
