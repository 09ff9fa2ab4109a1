import { frameBytes } from '../format/limits.ts'

/** A stream of bytes cut into frames. */
export type FrameSource = {
  /** The next frame: {@link frameBytes} bytes, fewer at the end of the source, nothing after it. */
  take(): Promise<Buffer | undefined>
  /** Stops the source, so that a download that nobody reads further is let go. */
  close(): Promise<void>
}

export function frameSource(source: AsyncIterable<Uint8Array>): FrameSource {
  const chunks = source[Symbol.asyncIterator]()
  let rest: Uint8Array = new Uint8Array()
  return {
    async take() {
      const parts: Uint8Array[] = []
      let size = 0
      while (size < frameBytes) {
        if (rest.byteLength === 0) {
          const next = await chunks.next()
          if (next.done) break
          rest = next.value
        }
        const part = rest.subarray(0, frameBytes - size)
        rest = rest.subarray(part.byteLength)
        parts.push(part)
        size += part.byteLength
      }
      return size === 0 ? undefined : Buffer.concat(parts, size)
    },
    async close() {
      await chunks.return?.()
    },
  }
}
