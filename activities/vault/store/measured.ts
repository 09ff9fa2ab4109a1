/** How much a store is asked, how many bytes move, and how long it takes: a decorator that changes nothing. */
import type { Clock } from '../../../db/kit/clock.ts'
import type { ObjectStore } from './object-store.ts'

/** Of all calls of one method. A listing is one call for each time that it is asked for the next entry and has to wait. */
export type CallStats = {
  readonly calls: number
  readonly failures: number
  /** Sent and received. */
  readonly bytes: number
  /** Milliseconds that half, and that 95 of 100 calls took at most, to about a tenth. */
  readonly p50Ms: number
  readonly p95Ms: number
}

export type StoreStats = Readonly<Record<string, CallStats>>

export type Measured = {
  readonly store: ObjectStore
  /** By method, what there was so far. Methods that were never called are left out. */
  stats(): StoreStats
}

export function measured(inner: ObjectStore, clock: Clock): Measured {
  const nowMs = () => clock.now().getTime()
  const tallies = new Map<string, Tally>()
  const tallyOf = (method: string) => {
    const tally = tallies.get(method) ?? newTally()
    tallies.set(method, tally)
    return tally
  }
  async function timed<T>(method: string, work: () => Promise<T>, bytes: (result: T) => number = () => 0): Promise<T> {
    const tally = tallyOf(method)
    const begun = nowMs()
    try {
      const result = await work()
      tally.bytes += bytes(result)
      return result
    } catch (error) {
      tally.failures += 1
      throw error
    } finally {
      tally.calls += 1
      tally.times.add(nowMs() - begun)
    }
  }
  async function* stepped<T>(method: string, source: AsyncIterable<T>): AsyncIterable<T> {
    const steps = source[Symbol.asyncIterator]()
    try {
      for (let step = await timed(method, () => steps.next()); !step.done; step = await timed(method, () => steps.next())) yield step.value
    } finally {
      await steps.return?.()
    }
  }
  const store: ObjectStore = {
    name: inner.name,
    abilities: inner.abilities,
    create: (key, body) =>
      timed(
        'create',
        () => inner.create(key, body),
        ({ sizeBytes }) => sizeBytes,
      ),
    createFrom: (key, body) =>
      timed(
        'createFrom',
        () => inner.createFrom(key, body),
        ({ sizeBytes }) => sizeBytes,
      ),
    read: (address, range) =>
      timed(
        'read',
        () => inner.read(address, range),
        ({ byteLength }) => byteLength,
      ),
    stat: (address) => timed('stat', () => inner.stat(address)),
    list: (prefix, options) => stepped('list', inner.list(prefix, options)),
    listVersions: (prefix) => stepped('listVersions', inner.listVersions(prefix)),
    retain: (address, until) => timed('retain', () => inner.retain(address, until)),
    retainedUntil: (address) => timed('retainedUntil', () => inner.retainedUntil(address)),
    remove: (address) => timed('remove', () => inner.remove(address)),
    abortUnfinished: (before) => timed('abortUnfinished', () => inner.abortUnfinished(before)),
  }
  const stats = () => Object.fromEntries([...tallies].map(([method, tally]) => [method, summaryOf(tally)]))
  return { store, stats }
}

type Tally = { calls: number; failures: number; bytes: number; readonly times: Histogram }

const newTally = (): Tally => ({ calls: 0, failures: 0, bytes: 0, times: histogram() })

function summaryOf({ calls, failures, bytes, times }: Tally): CallStats {
  return { calls, failures, bytes, p50Ms: times.quantile(0.5), p95Ms: times.quantile(0.95) }
}

type Histogram = { add(ms: number): void; quantile(share: number): number }

/** Counts by steps of a tenth, so that its size does not grow with what it has seen. */
function histogram(): Histogram {
  const step = 1.1
  const leastMs = 1
  const counts: number[] = []
  return {
    add(ms) {
      const at = Math.max(0, Math.ceil(Math.log(Math.max(ms, leastMs) / leastMs) / Math.log(step)))
      counts[at] = (counts[at] ?? 0) + 1
    },
    quantile(share) {
      const total = counts.reduce((sum, count) => sum + (count ?? 0), 0)
      let seen = 0
      const at = counts.findIndex((count) => {
        seen += count ?? 0
        return seen > 0 && seen >= share * total
      })
      return at < 0 ? 0 : Number((leastMs * step ** at).toPrecision(3))
    },
  }
}
