import { drive, type drive_v3 } from '@googleapis/drive'
import type { Clock } from '../../../db/kit/clock.ts'
import type { Random } from '../../../db/kit/random.ts'
import type { Lane } from '../../../workflows/policy/lanes.ts'
import type { Identities } from '../quota/identities.ts'
import type { Meter } from '../quota/meter.ts'
import { type Caller, createCaller } from './caller.ts'

/** A task's work with Google Drive within one attempt of an activity. Cheap: what is costly (tokens, connections) lies in `identities`. */
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
  readonly identities: Identities
  readonly lane: Lane
  readonly clock: Clock
  readonly random: Random
  readonly meter: Meter
  readonly signal: AbortSignal
  readonly rootUrl?: string | undefined
}

export const googleUrl = 'https://www.googleapis.com'

export function openSession({ identities, lane, clock, random, meter, signal, rootUrl = googleUrl }: SessionOptions): Session {
  const { access } = identities
  return {
    api: drive({ version: 'v3', auth: access.client, rootUrl: `${rootUrl}/`, retry: false, fetchImplementation: fetch }),
    call: createCaller({ identities, lane, clock, random, meter, signal }),
    clock,
    random,
    signal,
    rootUrl,
    authorization: () => access.authorization(),
  }
}
