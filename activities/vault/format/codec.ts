import { promisify } from 'node:util'
import { constants, zstdCompress, zstdCompressSync, zstdDecompress, zstdDecompressSync } from 'node:zlib'
import { view } from './bytes.ts'
import { maxFrameBytes } from './limits.ts'

/** How a frame's payload is encoded. 2 is kept free for gzip, should zstd ever be missing from the runtime. */
export const codecs = { raw: 0, zstd: 1 } as const

/**
 * A frame before sealing: `codec u8 ‖ size u32 ‖ payload`; `size` counts the bytes that the payload decodes to. The payload is in pieces,
 * as it came: joining them is a copy that large content can do without.
 */
export type FrameBody = { readonly codec: number; readonly size: number; readonly payload: readonly Uint8Array[] }

const compress = promisify(zstdCompress)
const decompress = promisify(zstdDecompress)
const params = { [constants.ZSTD_c_compressionLevel]: 3 }
/** Output comes in pieces of `chunkSize`, each a hop to the thread pool and back: with Node's 16 KiB a frame of text takes two dozen. */
const options = (bytes: number) => ({ params, chunkSize: Math.max(bytes, 64) })

/** From here on a hop to the thread pool costs less than the event loop would lose (measured: 0.2 ms a hop, 4 ms a MiB of text). */
const offLoopBytes = 128 * 1024

/** A compressed payload is kept only when it saves at least a twentieth. */
const worthwhile = 0.95

export function rawBody(pieces: readonly Uint8Array[]): FrameBody {
  return { codec: codecs.raw, size: pieces.reduce((sum, { byteLength }) => sum + byteLength, 0), payload: pieces }
}

/** Compresses `plain` if that saves something; otherwise the body is raw. Large inputs are compressed off the event loop. */
export async function compressedBody(plain: Uint8Array): Promise<FrameBody> {
  const payload =
    plain.byteLength < offLoopBytes ? zstdCompressSync(plain, options(plain.byteLength)) : await compress(plain, options(plain.byteLength))
  if (payload.byteLength > plain.byteLength * worthwhile) return rawBody([plain])
  return { codec: codecs.zstd, size: plain.byteLength, payload: [payload] }
}

/** The plaintext of a verified frame. @throws {RangeError} unknown codec, or a size that is not what it decodes to */
export async function decodeBody(frame: Buffer): Promise<Buffer> {
  const codec = frame.readUInt8(0)
  const size = frame.readUInt32BE(1)
  const payload = frame.subarray(5)
  if (size > maxFrameBytes) throw new RangeError(`a frame says it holds ${size} bytes, more than the format allows`)
  const plain = await decode(codec, payload, size)
  if (plain.length !== size) throw new RangeError(`a frame holds ${plain.length} bytes and says ${size}`)
  return plain
}

async function decode(codec: number, payload: Buffer, size: number): Promise<Buffer> {
  if (codec === codecs.raw) return payload
  if (codec !== codecs.zstd) throw new RangeError(`a frame has the unknown codec ${codec}`)
  const limit = { maxOutputLength: Math.max(1, size), chunkSize: Math.max(size, 64) }
  return view(size < offLoopBytes ? zstdDecompressSync(payload, limit) : await decompress(payload, limit))
}
