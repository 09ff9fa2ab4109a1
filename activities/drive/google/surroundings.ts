import { readFile } from 'node:fs/promises'
import { perDay, unitsPerMinute } from '../quota/units.ts'
import { type GoogleSettings, readOAuthApp, readServiceAccount } from './app.ts'

/** What whoever starts a program has said about Google: files of credentials, where the Drive API is, and its quota. @throws {CredentialsFileWrong} */
export async function googleSurroundings(env: NodeJS.ProcessEnv): Promise<GoogleSettings> {
  const { BACKSTOP_OAUTH_CLIENT_FILE: clientFile, BACKSTOP_SERVICE_ACCOUNT_FILE: accountFile, BACKSTOP_DRIVE_URL: rootUrl } = env
  const scale = Number(env['BACKSTOP_QUOTA_SCALE'] ?? '1')
  return {
    ...(rootUrl !== undefined && { rootUrl }),
    // Google raises a project's quota on request; this says by how much it differs from the usual one. 0: no limit of ours.
    unitsPerMinute: scaled(scale),
    perDay: {
      units: scale === 0 ? Infinity : perDay.units,
      egress: scale === 0 ? Infinity : egressPerDay(env['BACKSTOP_EGRESS_BYTES_PER_DAY']),
      egressOfUser: perDay.egressOfUser,
    },
    ...(clientFile !== undefined && { oauth: readOAuthApp(JSON.parse(await readFile(clientFile, 'utf8'))) }),
    ...(accountFile !== undefined && { serviceAccount: readServiceAccount(JSON.parse(await readFile(accountFile, 'utf8'))) }),
  }
}

const scaled = (scale: number) =>
  scale === 0 ? { user: Infinity, project: Infinity } : { user: unitsPerMinute.user * scale, project: unitsPerMinute.project * scale }

/** The day's thresholds are the same for every project. 0: no limit of ours. */
const egressPerDay = (bytes: string | undefined) => (bytes === undefined ? perDay.egress : Number(bytes) || Infinity)
