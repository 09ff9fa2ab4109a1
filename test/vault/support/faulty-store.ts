/** A store that fails as planned. A fault that never came fails the test: what it was meant to prove was not proven. */
import { onTestFinished } from 'vitest'
import type { ObjectStore } from '../../../activities/vault/index.ts'

type Call = 'create' | 'createFrom' | 'read' | 'stat' | 'list' | 'remove'

export type Fault = {
  readonly on: Call
  /** Which call of that kind fails, from 1. For `list`: which entry. */
  readonly nth: number
  /** Whether the call has its effect, and only its answer is lost. */
  readonly lands?: boolean
  readonly error: Error
}

export function faultyStore(inner: ObjectStore, plan: readonly Fault[]): ObjectStore {
  const calls = new Map<Call, number>()
  const open = new Set(plan)
  onTestFinished(() => {
    if (open.size > 0) throw new Error(`Planned faults that never came: ${[...open].map(({ on, nth }) => `${on} ${nth}`).join(', ')}`)
  })
  async function disturbed<T>(on: Call, work: () => Promise<T>): Promise<T> {
    const nth = (calls.get(on) ?? 0) + 1
    calls.set(on, nth)
    const fault = plan.find((one) => one.on === on && one.nth === nth)
    if (!fault) return work()
    open.delete(fault)
    if (fault.lands) await work()
    throw fault.error
  }
  return {
    name: `faulty ${inner.name}`,
    create: (key, body) => disturbed('create', () => inner.create(key, body)),
    createFrom: (key, body) => disturbed('createFrom', () => inner.createFrom(key, body)),
    read: (address, range) => disturbed('read', () => inner.read(address, range)),
    stat: (address) => disturbed('stat', () => inner.stat(address)),
    remove: (address) => disturbed('remove', () => inner.remove(address)),
    async *list(prefix, options) {
      for await (const ref of inner.list(prefix, options)) {
        await disturbed('list', async () => undefined)
        yield ref
      }
    },
  }
}
