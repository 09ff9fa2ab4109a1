/**
 * A store that fails as planned. What a plan can say: an error before the call has its effect or after it (`lands`), a time-out whose call
 * had its effect all the same ({@link timedOut} with `lands`), a read that brings only the first bytes, and a call that takes its time.
 */
import { type ObjectStore, StoreUnavailable } from '../../../activities/vault/index.ts'
import { intercept, type StoreCall } from './intercept.ts'

export type Fault = {
  readonly on: StoreCall
  /** Only calls of keys like this count. For `list` and `listVersions` the key is the prefix. */
  readonly key?: RegExp
  /** Which of those calls is hit, from 1. For `list` and `listVersions`: which entry. */
  readonly nth: number
  /** Whether the call has its effect, and only its answer is lost. */
  readonly lands?: boolean
  readonly error?: Error
  /** A read gives no more than so many bytes, and does not say so. */
  readonly cutTo?: number
  /** The call begins only when this has resolved. */
  readonly after?: Promise<unknown>
}

/** What a store's client says when no answer came. */
export const timedOut = new StoreUnavailable('The store did not answer in time.', {
  cause: Object.assign(new Error('timed out'), { code: 'ETIMEDOUT' }),
})

/** A full disk, as the local folder reports it. */
export const diskFull = new StoreUnavailable('The disk is full.', {
  cause: Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' }),
})

export type FaultPlan = {
  readonly store: ObjectStore
  /** The planned faults that no call has met. */
  neverFired(): readonly Fault[]
}

export function planFaults(inner: ObjectStore, plan: readonly Fault[]): FaultPlan {
  const seen = new Map<Fault, number>(plan.map((fault) => [fault, 0]))
  const fired = new Set<Fault>()

  function strike(call: StoreCall, key: string): Fault | undefined {
    let struck: Fault | undefined
    for (const [fault, count] of seen) {
      if (fault.on !== call || fault.key?.test(key) === false) continue
      seen.set(fault, count + 1)
      if (count + 1 === fault.nth) struck ??= fault
    }
    if (struck) fired.add(struck)
    return struck
  }

  const store = intercept(inner, 'faulty', async (call, key, work) => {
    const fault = strike(call, key)
    if (!fault) return work()
    await fault.after
    if (fault.error && !fault.lands) throw fault.error
    const result = await work()
    if (fault.error) throw fault.error
    return fault.cutTo !== undefined && result instanceof Uint8Array ? (result.subarray(0, fault.cutTo) as typeof result) : result
  })
  return { store, neverFired: () => plan.filter((fault) => !fired.has(fault)) }
}
