import { createHash } from 'node:crypto'
import { type ContentStore, memoryContentStore, type StoredContent } from '../../activities/drive/simulator/model/content-store.ts'
import type { Clock } from '../../db/kit/clock.ts'
import type { Random } from '../../db/kit/random.ts'

/** A clock that stands until it is moved. Its sleeps end at once, having moved it. */
export function standingClock(start = '2026-03-01T08:00:00.000Z'): Clock & { advance(ms: number): void } {
  let now = Date.parse(start)
  return {
    now: () => new Date(now),
    advance(ms) {
      now += ms
    },
    async sleep(ms) {
      now += ms
    },
    every: () => () => undefined,
  }
}

/** Bytes that look random and are the same in every run. */
export function countingRandom(): Random {
  let count = 0
  return {
    bytes(length) {
      const chunks: Buffer[] = []
      for (let made = 0; made < length; made += 32) {
        count += 1
        chunks.push(createHash('sha256').update(String(count)).digest())
      }
      return Buffer.concat(chunks).subarray(0, length)
    },
    fraction: () => 0.5,
  }
}

/** The content store in memory, with a list of what was put. */
export function memoryContent(): ContentStore & { readonly stored: readonly StoredContent[]; whole(sha256: string): Promise<Buffer> } {
  const store = memoryContentStore()
  const stored: StoredContent[] = []
  return {
    ...store,
    stored,
    async put(bytes) {
      const content = await store.put(bytes)
      stored.push(content)
      return content
    },
    whole: (sha256) => collect(store.read(sha256)),
  }
}

/** A body in chunks of the given size. */
export async function* chunked(bytes: Uint8Array, size = 1_000): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}

/** Everything that an answer's body brings. */
export async function collect(body: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = []
  for await (const chunk of body) chunks.push(chunk)
  return Buffer.concat(chunks)
}
