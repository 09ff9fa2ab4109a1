/** A store that fails as planned, for one test. A fault that never came fails it: what it was meant to prove was not proven. */
import { onTestFinished } from 'vitest'
import type { ObjectStore } from '../../../activities/vault/index.ts'
import { type Fault, planFaults } from './fault-plan.ts'

export type { Fault }

export function faultyStore(inner: ObjectStore, plan: readonly Fault[]): ObjectStore {
  const { store, neverFired } = planFaults(inner, plan)
  onTestFinished(() => {
    const open = neverFired()
    if (open.length > 0) throw new Error(`Planned faults that never came: ${open.map(({ on, nth }) => `${on} ${nth}`).join(', ')}`)
  })
  return store
}
