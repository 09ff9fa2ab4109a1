import { frameBytes } from '../format/limits.ts'

/** The bytes of one frame, in the pieces that they came in. */
export type Frame = { readonly pieces: readonly Uint8Array[]; readonly length: number }

/** A stream of bytes cut into frames. */
export type FrameSource = {
  /** The next frame: {@link frameBytes} bytes, fewer at the end of the source, nothing after it. */
  take(): Promise<Frame | undefined>
  /** Stops the source, so that a download that nobody reads further is let go. */
  close(): Promise<void>
}

export function frameSource(source: AsyncIterable<Uint8Array>): FrameSource {
  const chunks = source[Symbol.asyncIterator]()
  let rest: Uint8Array = new Uint8Array()
  return {
    async take() {
      const pieces: Uint8Array[] = []
      let length = 0
      while (length < frameBytes) {
        if (rest.byteLength === 0) {
          const next = await chunks.next()
          if (next.done) break
          rest = next.value
        }
        const part = rest.subarray(0, frameBytes - length)
        rest = rest.subarray(part.byteLength)
        pieces.push(part)
        length += part.byteLength
      }
      return length === 0 ? undefined : { pieces, length }
    },
    async close() {
      await chunks.return?.()
    },
  }
}
