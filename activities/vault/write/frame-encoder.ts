import { codecs, compressedBody, type FrameBody, rawBody } from '../format/codec.ts'
import type { Frame } from './frame-source.ts'

export type FrameEncoder = (frame: Frame) => Promise<FrameBody>

/** Types whose bytes are compressed already. PDF is not among them: many hold plain text and fonts. */
const compressedTypes =
  /^(image\/(?!svg|bmp|tiff|x-)|video\/|audio\/(?!wav|x-wav|aiff)|application\/(zip|gzip|x-7z|x-rar|vnd\.rar|x-xz|zstd|epub\+zip|java-archive|vnd\.openxmlformats-|vnd\.oasis\.))/

/** Encodes the frames of one content. Stops trying to compress when a frame shows that nothing is won. */
export function frameEncoder(mimeType: string): FrameEncoder {
  let worthTrying = !compressedTypes.test(mimeType)
  return async ({ pieces }) => {
    if (!worthTrying) return rawBody(pieces)
    const body = await compressedBody(Buffer.concat(pieces))
    worthTrying = body.codec !== codecs.raw
    return body
  }
}
