import { AsyncLocalStorage } from 'node:async_hooks'
import { OAuth2Client } from 'google-auth-library'
import type { Clock } from '../../../db/kit/clock.ts'
import type { Lane } from '../../../workflows/policy/lanes.ts'
import type { DriveFailure, DriveFailureType } from '../failure-types.ts'
import type { Access } from '../google/access.ts'
import type { QuotaBucket, QuotaLimiter } from './limiter.ts'
import { type DriveMethod, unitsOf } from './units.ts'

/** One person that calls are made as, and the limits that they count against. */
export type Identity = { readonly access: Access; readonly buckets: readonly QuotaBucket[] }

/**
 * The identities of a task, used in turn, so that a limit for each of them is not one for the task. The first is the one that is believed:
 * only it lists, and only its "no" counts. The others fetch content, which is proven by its checksum whoever brought it.
 */
export type Identities = {
  readonly first: Identity
  /** Acts as whose turn it is when used inside a call, and as the first otherwise. */
  readonly access: Access
  /** Waits for the quota of a call. @throws {DriveFailure} `QuotaExceeded` */
  take(method: DriveMethod, lane: Lane, onlyFirst: boolean, signal: AbortSignal): Promise<Identity>
  as<Result>(identity: Identity, work: () => Promise<Result>): Promise<Result>
  /** What to do after a call as this identity has failed: let another take its turn, have the first confirm it, or believe it. */
  afterFailure(identity: Identity, method: DriveMethod, failure: DriveFailure): 'another' | 'first' | 'believe'
  /** Runs `work` and says who acted in it last. */
  watched<Result>(work: () => Promise<Result>): Promise<{ readonly result: Result; readonly by: Identity }>
}

/** Calls whose answer is the same whoever asks. */
const forAll: ReadonlySet<DriveMethod> = new Set(['files.get:media', 'files.export'])

/** Faults that have nothing to do with who asked. */
const notPersonal: readonly DriveFailureType[] = ['TransientProvider', 'Unreachable', 'QuotaExceeded', 'InvalidRequest']

/** Google's limit is one of a minute. */
const throttledMs = 20_000
/** An identity that may not do what the first may is left out for a while. */
const refusedMs = 10 * 60_000

type Acting = { acting?: Identity; last?: Identity }

const scope = new AsyncLocalStorage<Acting>()

export function createIdentities(identities: readonly [Identity, ...Identity[]], limiter: QuotaLimiter, clock: Clock): Identities {
  const [first] = identities
  const resting = new Map<Identity, { readonly since: number; readonly forMs: number }>()
  const now = () => scope.getStore()?.acting ?? first

  /** A clock that jumps ends a rest; it never makes one longer. */
  function rested(identity: Identity): boolean {
    const rest = resting.get(identity)
    if (!rest) return true
    const passed = clock.now().getTime() - rest.since
    return passed < 0 || passed >= rest.forMs
  }
  const rest = (identity: Identity, forMs: number) => resting.set(identity, { since: clock.now().getTime(), forMs })

  function inTurn(method: DriveMethod, onlyFirst: boolean): readonly Identity[] {
    if (onlyFirst || !forAll.has(method)) return [first]
    const able = identities.filter(rested)
    return able.length > 0 ? able : [first]
  }

  return {
    first,
    access: identities.length === 1 ? first.access : delegating(() => now().access),
    async take(method, lane, onlyFirst, signal) {
      const choices = inTurn(method, onlyFirst)
      const chosen = await limiter.take(
        choices.map(({ buckets }) => buckets),
        unitsOf[method],
        lane,
        signal,
      )
      return choices[chosen] ?? first
    },
    as(identity, work) {
      const outer = scope.getStore()
      if (outer) outer.last = identity
      return scope.run({ acting: identity }, work)
    },
    afterFailure(identity, method, failure) {
      if (failure.type === 'RateLimited') {
        if (failure.reason !== 'userRateLimitExceeded' || !forAll.has(method)) return 'believe'
        rest(identity, failure.retryAfterMs ?? throttledMs)
        return identities.some(rested) ? 'another' : 'believe'
      }
      if (identity === first || notPersonal.includes(failure.type)) return 'believe'
      rest(identity, refusedMs)
      return 'first'
    },
    async watched(work) {
      const store: Acting = {}
      const result = await scope.run(store, work)
      return { result, by: store.last ?? first }
    },
  }
}

function delegating(current: () => Access): Access {
  return {
    client: new ActingClient(() => current().client),
    authorization: () => current().authorization(),
    renew: () => current().renew(),
  }
}

/** A client of Google's library that is another one each time that it is asked. */
class ActingClient extends OAuth2Client {
  readonly #current: () => OAuth2Client

  constructor(current: () => OAuth2Client) {
    super()
    this.#current = current
  }

  protected override async getRequestMetadataAsync(url?: string | URL | null) {
    return { headers: await this.#current().getRequestHeaders(url ?? undefined) }
  }
}
