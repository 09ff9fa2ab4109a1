/** A store whose machine loses power at a chosen write: that write happens or not, its answer never comes, and nothing works until the restart. */
import type { ObjectStore } from '../../../activities/vault/index.ts'
import { intercept, writes } from './intercept.ts'

export class Crashed extends Error {
  override readonly name = 'Crashed'
}

export type CrashingStore = ObjectStore & {
  /** Writes that were begun since the start. */
  readonly writes: () => number
  readonly crashed: () => boolean
  /** The machine is up again. It crashes no more, unless it is told the next write to crash at, counted from now. */
  readonly restart: (next?: { readonly at: number; readonly lands: boolean }) => void
}

/** @param at the number of the write that crashes, from 0; Infinity for never. @param lands whether that write is durable all the same */
export function crashingStore(inner: ObjectStore, at: number, lands: boolean): CrashingStore {
  let plan = { at, lands }
  let [begun, crashed, life] = [0, false, 0]

  const store = intercept(inner, 'crashing', async (call, _key, work) => {
    const born = life
    const alive = () => {
      if (crashed || born !== life) throw new Crashed('The machine is down.')
    }
    alive()
    if (!writes.has(call) || begun++ !== plan.at) {
      const result = await work()
      alive()
      return result
    }
    crashed = true
    if (plan.lands) await work()
    throw new Crashed('The machine went down in a write.')
  })
  return {
    ...store,
    writes: () => begun,
    crashed: () => crashed,
    restart(next = { at: Number.POSITIVE_INFINITY, lands: false }) {
      ;[plan, begun, crashed] = [next, 0, false]
      life += 1
    },
  }
}
