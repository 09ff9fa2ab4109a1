/** Holds a store to so many requests and bytes a second, for a line or a budget that others share. */
import type { Clock } from '../../../db/kit/clock.ts'
import type { ObjectStore } from './object-store.ts'

export type StoreLimits = { readonly requestsPerSecond?: number; readonly bytesPerSecond?: number }

/** Each call waits for its turn. Bytes that are read count when they have come: the next call pays for them. */
export function limited(inner: ObjectStore, { requestsPerSecond, bytesPerSecond }: StoreLimits, clock: Clock): ObjectStore {
  const requests = allowance(requestsPerSecond, clock)
  const bytes = allowance(bytesPerSecond, clock)
  const asked = async <T>(work: () => Promise<T>): Promise<T> => {
    await requests.take(1)
    return work()
  }
  async function* paced(body: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
    for await (const chunk of body) {
      await bytes.take(chunk.byteLength)
      yield chunk
    }
  }
  /** A page of a listing is one request of up to a thousand entries; single entries are not paid for. */
  async function* listed<T>(source: AsyncIterable<T>): AsyncIterable<T> {
    await requests.take(1)
    yield* source
  }
  return {
    name: inner.name,
    abilities: inner.abilities,
    create: (key, body) =>
      asked(async () => {
        await bytes.take(body.byteLength)
        return inner.create(key, body)
      }),
    createFrom: (key, body) => asked(() => inner.createFrom(key, paced(body))),
    read: (address, range) =>
      asked(async () => {
        await bytes.take(0)
        const read = await inner.read(address, range)
        bytes.owe(read.byteLength)
        return read
      }),
    stat: (address) => asked(() => inner.stat(address)),
    list: (prefix, options) => listed(inner.list(prefix, options)),
    listVersions: (prefix) => listed(inner.listVersions(prefix)),
    retain: (address, until) => asked(() => inner.retain(address, until)),
    retainedUntil: (address) => asked(() => inner.retainedUntil(address)),
    remove: (address) => asked(() => inner.remove(address)),
    abortUnfinished: (before) => asked(() => inner.abortUnfinished(before)),
  }
}

type Allowance = {
  /** Waits until there is room, then takes it. */
  take(count: number): Promise<void>
  /** Takes it at once, and lets those who come later wait. */
  owe(count: number): void
}

/** What is unused of a second may be used in the next one, no more. Whoever comes first is served first. */
function allowance(perSecond: number | undefined, clock: Clock): Allowance {
  if (perSecond === undefined) return { take: async () => undefined, owe: () => undefined }
  /** The moment up to which the rate is used up, in milliseconds. */
  let usedUntilMs = 0
  const owe = (count: number) => {
    const nowMs = clock.now().getTime()
    // A clock that was set back must not make everybody wait for it to come back to where it was.
    const from = Math.min(Math.max(usedUntilMs, nowMs - 1000), nowMs + longestQueueMs)
    usedUntilMs = from + (count / perSecond) * 1000
  }
  return {
    owe,
    async take(count) {
      const nowMs = clock.now().getTime()
      const waitMs = Math.min(usedUntilMs - nowMs, longestQueueMs)
      owe(count)
      if (waitMs > 0) await clock.sleep(waitMs)
    },
  }
}

const longestQueueMs = 600_000
