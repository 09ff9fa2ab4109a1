import type { Clock } from '../../../db/kit/clock.ts'
import type { Lane } from '../../../workflows/policy/lanes.ts'
import type { QuotaBucket, SharedQuota } from './limiter.ts'

/** What one lane of this process has leased of some buckets and not spent yet. */
export type Purse = {
  /** Spends when there is enough. */
  spend(amount: number): boolean
  /** Asks once for a lease of at least so much; several who ask at once ask together. A refusal makes the purse rest. */
  fill(least: number): Promise<void>
  /** It is of no use to ask before this resolves. */
  rested(): Promise<void>
  resting(): boolean
}

export type PurseKind = { readonly what: 'units' | 'egress'; readonly lane: Lane; readonly first: number; readonly most: number }

/** A lease that is spent within this time is followed by one twice as large. */
const soonMs = 15_000
/** A lease that has lain for so long is given back: spent later, it would come on top of what has flowed in since. */
const idleMs = 10_000
const smallestWaitMs = 20

type Held = { readonly buckets: readonly QuotaBucket[]; readonly what: 'units' | 'egress'; amount: number; idle: boolean }

/** The purses of one process, made as they are asked for. */
export function openPurses(shared: SharedQuota, clock: Clock): { of(buckets: readonly QuotaBucket[], kind: PurseKind): Purse } {
  const purses = new Map<string, Purse>()
  const holdings: Held[] = []
  let watching = false

  /** Ticks are counted, not read off a clock: a clock that jumps must not make a lease look old. */
  function watch(): void {
    if (watching) return
    watching = true
    clock.every(idleMs, () => {
      for (const held of holdings) {
        if (held.idle && held.amount > 0) returnLease(shared, held)
        held.idle = true
      }
    })
  }

  return {
    of(buckets, kind) {
      const name = [kind.what, kind.lane, ...buckets.map(({ key }) => key)].join(' ')
      const known = purses.get(name)
      if (known) return known
      watch()
      const held: Held = { buckets, what: kind.what, amount: 0, idle: false }
      holdings.push(held)
      const made = openPurse(shared, clock, held, kind)
      purses.set(name, made)
      return made
    },
  }
}

/** While the database is away, the lease stays here and is given back, or spent, later. */
function returnLease(shared: SharedQuota, held: Held): void {
  const { amount } = held
  held.amount = 0
  shared.giveBack(held.buckets, held.what, amount).catch(() => {
    held.amount += amount
  })
}

function openPurse(shared: SharedQuota, clock: Clock, held: Held, kind: PurseKind): Purse {
  let lease = 0
  let leasedAt = Number.NEGATIVE_INFINITY
  let filling: Promise<void> | undefined
  let rest: Promise<void> | undefined

  async function ask(least: number): Promise<void> {
    const now = clock.now().getTime()
    const wanted = Math.abs(now - leasedAt) <= soonMs ? lease * 2 : kind.first
    const most = Math.max(least, Math.min(wanted, kind.most))
    const { granted, waitMs } = await shared.take(held.buckets, { what: kind.what, lane: kind.lane, least, most })
    if (granted === 0) {
      rest = clock.sleep(Math.max(waitMs, smallestWaitMs)).finally(() => {
        rest = undefined
      })
      return
    }
    held.amount += granted
    lease = Math.max(granted, kind.first)
    leasedAt = now
  }

  return {
    spend(amount) {
      held.idle = false
      if (held.amount < amount) return false
      held.amount -= amount
      return true
    },
    fill(least) {
      filling ??= ask(least).finally(() => {
        filling = undefined
      })
      return filling
    },
    rested: () => rest ?? Promise.resolve(),
    resting: () => rest !== undefined,
  }
}
