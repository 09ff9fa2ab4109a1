import { once } from 'node:events'
import { PassThrough } from 'node:stream'
import type { ContentStore, StoredContent } from '../../model/content-store.ts'
import { chunkUnitBytes } from './content-range.ts'

/** Bytes on their way into the content store, arriving over several requests. */
export type Sink = {
  /** Bytes that are safe here: what an interrupted request brought beyond a multiple of 256 KiB is not. */
  received(): number
  /** Takes a chunk, no faster than the store does. */
  write(chunk: Uint8Array): Promise<void>
  /** Forgets what an interrupted request brought beyond a multiple of 256 KiB. */
  interrupt(): void
  /** No more bytes come: resolves when everything is stored. */
  end(): Promise<StoredContent>
  /** Gives up; nothing is stored. */
  abandon(): void
}

type Outcome = { readonly stored: StoredContent } | { readonly failure: unknown }

export function openSink(content: ContentStore): Sink {
  const stream = new PassThrough({ highWaterMark: chunkUnitBytes })
  const failed = new AbortController()
  const outcome: Promise<Outcome> = content.put(stream).then(
    (stored) => ({ stored }),
    (failure: unknown) => {
      failed.abort(failure)
      return { failure }
    },
  )
  let received = 0
  let held: Uint8Array[] = []
  let heldBytes = 0

  /** Waits until the store has caught up, or throws what stopped it. */
  async function drained(): Promise<void> {
    try {
      await once(stream, 'drain', { signal: failed.signal })
    } catch (error) {
      failed.signal.throwIfAborted()
      throw error
    }
  }

  async function push(bytes: Uint8Array): Promise<void> {
    failed.signal.throwIfAborted()
    received += bytes.length
    if (bytes.length > 0 && !stream.write(bytes)) await drained()
  }

  return {
    received: () => received,
    async write(chunk) {
      held.push(chunk)
      heldBytes += chunk.length
      if (heldBytes < chunkUnitBytes) return
      const bytes = Buffer.concat(held, heldBytes)
      const whole = heldBytes - (heldBytes % chunkUnitBytes)
      held = whole < heldBytes ? [bytes.subarray(whole)] : []
      heldBytes -= whole
      await push(bytes.subarray(0, whole))
    },
    interrupt() {
      held = []
      heldBytes = 0
    },
    async end() {
      await push(Buffer.concat(held, heldBytes))
      held = []
      heldBytes = 0
      stream.end()
      const result = await outcome
      if ('failure' in result) throw result.failure
      return result.stored
    },
    abandon() {
      stream.destroy(new Error('The upload was given up.'))
    },
  }
}
