import { drive, type drive_v3 } from '@googleapis/drive'
import { JWT } from 'google-auth-library'
import { type PracticeDrive, type PracticeOptions, startPracticeDrive } from '../../activities/drive/simulator/wire/start.ts'
import { driveJudge } from './discovery.ts'

export const scopes = {
  drive: 'https://www.googleapis.com/auth/drive',
  readonly: 'https://www.googleapis.com/auth/drive.readonly',
  metadata: 'https://www.googleapis.com/auth/drive.metadata.readonly',
}

/** A practice Drive in this process, with every request and answer compared with Google's own document. */
export async function judgedPracticeDrive(options: Partial<PracticeOptions> = {}): Promise<PracticeDrive> {
  return startPracticeDrive({ world: { seed: 7, items: 300 }, judge: await driveJudge(), ...options })
}

/**
 * Google's own service account client for a practice Drive, acting for `subject`. The libraries write two addresses of Google's into
 * their code, the token endpoint and that of uploads (`rootUrl` does not reach it), so requests to them are turned to the practice Drive.
 */
export function serviceAccount(practice: PracticeDrive, subject: string | undefined, scope: string = scopes.drive): JWT {
  const { client_email: email, private_key: key } = practice.serviceAccount
  const auth = new JWT({ ...(email ? { email } : {}), ...(key ? { key } : {}), scopes: [scope], ...(subject ? { subject } : {}) })
  auth.transporter.interceptors.request.add({
    async resolved(config) {
      config.url = new URL(String(config.url).replace(/^https:\/\/\w+\.googleapis\.com/, practice.url))
      return config
    },
  })
  return auth
}

/** Google's own Drive client for a practice Drive. It does not retry by itself: a test wants to see the first answer. */
export function driveClient(practice: PracticeDrive, subject: string | undefined, scope?: string): drive_v3.Drive {
  return drive({
    version: 'v3',
    auth: serviceAccount(practice, subject, scope),
    rootUrl: `${practice.url}/`,
    retryConfig: { retry: 0 },
    retry: false,
  })
}

/** An access token for plain `fetch`. */
export async function accessToken(practice: PracticeDrive, subject: string | undefined, scope?: string): Promise<string> {
  const { token } = await serviceAccount(practice, subject, scope).getAccessToken()
  if (!token) throw new Error('The practice Drive gave no access token.')
  return token
}

/** The first admin of the practice domain. */
export function adminOf(practice: PracticeDrive): string {
  const admin = practice.model.directory.people.find((person) => person.admin)
  if (!admin) throw new Error('The practice domain has no admin.')
  return admin.email
}
