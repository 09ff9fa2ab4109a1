import { accessByConsent, accessByDelegation } from '../../../activities/drive/google/access.ts'
import { type OAuthApp, readOAuthApp, readServiceAccount } from '../../../activities/drive/google/app.ts'
import { openSession, type Session } from '../../../activities/drive/google/session.ts'
import { googleSource } from '../../../activities/drive/google/source.ts'
import { googleTarget } from '../../../activities/drive/google/target.ts'
import { createIdentities } from '../../../activities/drive/quota/identities.ts'
import { createQuotaLimiter } from '../../../activities/drive/quota/limiter.ts'
import { createMeter, type Meter } from '../../../activities/drive/quota/meter.ts'
import { type PracticeDrive, type PracticeOptions, startPracticeDrive } from '../../../activities/drive/simulator/wire/start.ts'
import type { DriveSource } from '../../../activities/drive/source.ts'
import type { DriveTarget } from '../../../activities/drive/target.ts'
import { type Clock, systemClock } from '../../../db/kit/clock.ts'
import { systemRandom } from '../../../db/kit/random.ts'
import { driveJudge } from '../../support/discovery.ts'

/** Waits that are meant for Google's patience are cut to a millisecond; everything else is real. */
export const hastyClock: Clock & { readonly slept: number[] } = {
  ...systemClock,
  slept: [],
  sleep(ms, signal) {
    this.slept.push(ms)
    return systemClock.sleep(1, signal)
  },
}

export const noLimit = createQuotaLimiter(
  { take: async (_, { most }) => ({ granted: most, waitMs: 0 }), giveBack: async () => undefined },
  systemClock,
)

const driveScope = 'https://www.googleapis.com/auth/drive'
export const readScope = 'https://www.googleapis.com/auth/drive.readonly'

export type SessionChoices = {
  readonly subject?: string
  readonly scope?: string
  readonly signal?: AbortSignal
  readonly meter?: Meter
  /** Acts by this consent instead of by delegation. */
  readonly refreshToken?: string
}

export type Practice = {
  readonly drive: PracticeDrive
  readonly admin: string
  readonly app: OAuthApp
  session(choices?: SessionChoices): Session
  source(choices?: SessionChoices): DriveSource
  target(choices?: SessionChoices): DriveTarget
  /** A refresh token as a person's consent gives it. */
  consent(email: string): string
  driveNamed(name: string): string
  stop(): Promise<void>
}

/** A practice Drive without limits of quota, and our own way into it. */
export async function startPractice(options: Partial<PracticeOptions> = {}): Promise<Practice> {
  const drive = await startPracticeDrive({ world: { seed: 7, items: 300 }, quotaScale: 0, judge: await driveJudge(), ...options })
  const admin = drive.model.directory.people.find((person) => person.admin)?.email ?? ''
  const account = readServiceAccount(drive.serviceAccount)
  const app = readOAuthApp({
    web: {
      client_id: drive.credentials.clientId,
      client_secret: drive.credentials.clientSecret,
      auth_uri: `${drive.url}/o/oauth2/v2/auth`,
      token_uri: `${drive.url}/token`,
    },
  })

  function session({ subject = admin, scope = driveScope, signal, meter, refreshToken }: SessionChoices = {}): Session {
    return openSession({
      identities: createIdentities(
        [
          {
            access: refreshToken === undefined ? accessByDelegation(account, subject, [scope]) : accessByConsent(app, refreshToken),
            buckets: [],
          },
        ],
        noLimit,
        hastyClock,
      ),
      lane: 'on demand',
      clock: hastyClock,
      random: systemRandom,
      meter: meter ?? createMeter(),
      signal: signal ?? new AbortController().signal,
      rootUrl: drive.url,
    })
  }

  return {
    drive,
    admin,
    app,
    session,
    source: (choices) => googleSource(session(choices)),
    target: (choices) => googleTarget(session(choices)),
    consent(email) {
      const request = { email, scopes: [driveScope], clientId: app.clientId, redirectUri: 'http://localhost/callback', offline: true }
      const { refreshToken } = drive.wire.grants.open(request)
      if (refreshToken === undefined) throw new Error('The practice Drive gave no refresh token.')
      return refreshToken
    },
    driveNamed(name) {
      const id = drive.model.practice.driveByName(name)
      if (id === undefined) throw new Error(`The practice Drive has no drive ${name}.`)
      return id
    },
    stop: () => drive.stop(),
  }
}
