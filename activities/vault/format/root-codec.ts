/** A root as bytes and back. The plaintext is canonical JSON, sealed as one stream of frames under a key of its own. */
import { createHash } from 'node:crypto'
import { IntegrityError } from '../errors.ts'
import type { JsonObject } from '../manifest-row.ts'
import type { Root } from '../root.ts'
import { canonicalBytes, parseObject } from './canonical-json.ts'
import { compressedBody } from './codec.ts'
import { splitFrames } from './directory.ts'
import { headerBytes } from './header.ts'
import { frameBytes } from './limits.ts'
import type { Opener, Sealer } from './seal.ts'

/** The root as it is stored, and the hash that its successor will name it by. */
export async function encodeRoot(sealer: Sealer, root: Omit<Root, 'hash'>): Promise<{ readonly bytes: Buffer; readonly hash: string }> {
  const plain = canonicalBytes({ ...root, format: 1 })
  const parts = [sealer.header]
  for (let at = 0; at < plain.length; at += frameBytes) {
    parts.push(sealer.seal(await compressedBody(plain.subarray(at, at + frameBytes)), 'data', at + frameBytes >= plain.length))
  }
  const bytes = Buffer.concat(parts)
  return { bytes, hash: rootHash(bytes) }
}

export function rootHash(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}

/** @throws {IntegrityError} it is damaged, or it is not generation `gen` of the drive */
export async function decodeRoot(objectKey: string, opener: Opener, bytes: Buffer, gen: number): Promise<Root> {
  const frames = splitFrames(objectKey, bytes.subarray(headerBytes))
  const parts: Buffer[] = []
  for (const [n, frame] of frames.entries()) parts.push(await opener.open(frame, n, 'data', n === frames.length - 1))
  const stored = parseRoot(objectKey, Buffer.concat(parts))
  if (stored.gen !== gen) throw new IntegrityError(objectKey, `generation ${String(stored.gen)} lies in the place of ${gen}`)
  // Authentic by its tag and of format 1 by its header: the shape is what the writer of format 1 wrote.
  const { format: _, ...root } = stored
  return { ...(root as unknown as Omit<Root, 'hash'>), hash: rootHash(bytes) }
}

function parseRoot(objectKey: string, plain: Buffer): JsonObject {
  try {
    return parseObject(plain)
  } catch (error) {
    throw new IntegrityError(objectKey, 'its content is not a root', { cause: error })
  }
}
