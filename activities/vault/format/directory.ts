/** The end of a sealed object: a directory of what is in it, and a trailer that finds the directory. */
import { IntegrityError } from '../errors.ts'
import { u64, view } from './bytes.ts'
import { compressedBody } from './codec.ts'
import { frameBytes } from './limits.ts'
import { encodeRecord, type StoredRecord } from './record.ts'
import type { Sealer } from './seal.ts'

export const trailerBytes = 20
const magic = Buffer.from('BKSE', 'latin1')

/** Where the directory begins, and the number of its first frame. */
export type Trailer = { readonly offset: number; readonly frame: number }

/** The sealed directory and the trailer, to be written at `offset`. The records are cut into frames without regard to their ends. */
export async function sealDirectory(sealer: Sealer, offset: number, records: readonly StoredRecord[]): Promise<Buffer> {
  const trailer = Buffer.concat([u64(offset), u64(sealer.nextFrame()), magic])
  const plain = Buffer.concat(records.map(encodeRecord))
  const frames: Buffer[] = []
  for (let at = 0; at === 0 || at < plain.length; at += frameBytes) {
    const body = await compressedBody(plain.subarray(at, at + frameBytes))
    frames.push(sealer.seal(body, 'directory', at + frameBytes >= plain.length))
  }
  return Buffer.concat([...frames, trailer])
}

/** @throws {IntegrityError} the object of `sizeBytes` does not end with a trailer */
export function decodeTrailer(objectKey: string, sizeBytes: number, tail: Uint8Array): Trailer {
  const bytes = view(tail).subarray(-trailerBytes)
  if (bytes.length < trailerBytes || !bytes.subarray(16).equals(magic))
    throw new IntegrityError(objectKey, 'it has no end; it was cut or overwritten')
  const [offset, frame] = [bytes.readBigUInt64BE(0), bytes.readBigUInt64BE(8)]
  if (offset > BigInt(sizeBytes - trailerBytes) || frame > offset) throw new IntegrityError(objectKey, 'its trailer points outside of it')
  return { offset: Number(offset), frame: Number(frame) }
}

/** The lengths of the sealed frames that `bytes` consists of. @throws {IntegrityError} they do not fill it exactly */
export function splitFrames(objectKey: string, bytes: Buffer): Buffer[] {
  const frames: Buffer[] = []
  for (let at = 0; at < bytes.length; ) {
    const end = at + 4 + (at + 4 <= bytes.length ? bytes.readUInt32BE(at) : bytes.length)
    if (end > bytes.length) throw new IntegrityError(objectKey, 'a frame reaches past its end')
    frames.push(bytes.subarray(at, end))
    at = end
  }
  return frames
}
