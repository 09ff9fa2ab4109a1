/** What can go wrong on purpose. */
export type Fault =
  | {
      readonly kind: 'error'
      readonly status: number
      readonly reason: string
      readonly message?: string | undefined
      readonly retryAfterSeconds?: number | undefined
    }
  | { readonly kind: 'cut'; readonly afterBytes: number }
  | { readonly kind: 'slow'; readonly ms: number }
  /** A page from an index that lags behind: its last `missing` entries are not in it, and its first `repeated` ones are in it twice. */
  | { readonly kind: 'stalePage'; readonly missing: number; readonly repeated: number }
  | { readonly kind: 'expiredPageToken' }
  | { readonly kind: 'revokeGrant' }
  /** The call takes effect, and the answer is this error. */
  | { readonly kind: 'errorAfterSuccess'; readonly status: number }

/** `call`-th to `call + times - 1`-th call of `method` after the plan was made, counted from 1. */
export type PlannedFault = {
  readonly method: string
  /** Only media calls, only others, or both when absent. */
  readonly media?: boolean | undefined
  readonly call: number
  readonly times: number
  readonly fault: Fault
}

export type FaultReport = PlannedFault & { readonly id: string; readonly seen: number; readonly fired: number }

type Entry = { readonly id: string; readonly plan: PlannedFault; seen: number; fired: number }

export type FaultPlan = ReturnType<typeof createFaultPlan>

/** Faults that are waiting for their call, and what became of them. */
export function createFaultPlan() {
  let entries: Entry[] = []
  let nextId = 1

  return {
    add(plans: readonly PlannedFault[]): readonly string[] {
      const added = plans.map((plan, at) => ({ id: `fault${nextId + at}`, plan, seen: 0, fired: 0 }))
      nextId += added.length
      entries = [...entries, ...added]
      return added.map(({ id }) => id)
    },

    /** Counts one call and returns the faults that hit it. */
    strike(method: string, media: boolean): readonly Fault[] {
      if (entries.length === 0) return []
      return entries.flatMap((entry) => {
        const { plan } = entry
        if (plan.method !== method || (plan.media !== undefined && plan.media !== media)) return []
        entry.seen += 1
        if (entry.seen < plan.call || entry.seen >= plan.call + plan.times) return []
        entry.fired += 1
        return [plan.fault]
      })
    },

    report(): { readonly fired: readonly FaultReport[]; readonly neverFired: readonly FaultReport[] } {
      const all = entries.map(({ id, plan, seen, fired }) => ({ id, ...plan, seen, fired }))
      return { fired: all.filter(({ fired }) => fired > 0), neverFired: all.filter(({ fired }) => fired === 0) }
    },

    clear(): void {
      entries = []
    },
  }
}
