import { drive, type drive_v3 } from '@googleapis/drive'
import type { Clock } from '../../../db/kit/clock.ts'
import type { Random } from '../../../db/kit/random.ts'
import type { QuotaBucket, QuotaLimiter } from '../quota/limiter.ts'
import type { Meter } from '../quota/meter.ts'
import type { Access } from './access.ts'
import { type Caller, createCaller } from './caller.ts'

/** One identity's work with Google Drive within one attempt of an activity. Cheap: what is costly (tokens, connections) lies in `access`. */
export type Session = {
  readonly api: drive_v3.Drive
  readonly call: Caller
  readonly clock: Clock
  readonly random: Random
  readonly signal: AbortSignal
  /** Where the API is, without a slash at the end. */
  readonly rootUrl: string
  authorization(): Promise<string>
}

export type SessionOptions = {
  readonly access: Access
  readonly clock: Clock
  readonly random: Random
  readonly limiter: QuotaLimiter
  readonly buckets: readonly QuotaBucket[]
  readonly meter: Meter
  readonly signal: AbortSignal
  readonly rootUrl?: string | undefined
}

export const googleUrl = 'https://www.googleapis.com'

export function openSession({ access, clock, random, limiter, buckets, meter, signal, rootUrl = googleUrl }: SessionOptions): Session {
  return {
    api: drive({ version: 'v3', auth: access.client, rootUrl: `${rootUrl}/`, retry: false, fetchImplementation: fetch }),
    call: createCaller({ clock, random, limiter, buckets, meter, signal, renewAccess: access.renew }),
    clock,
    random,
    signal,
    rootUrl,
    authorization: () => access.authorization(),
  }
}
