import { generateKeyPair } from 'node:crypto'
import { promisify } from 'node:util'
import type { Random } from '../../../../../db/kit/random.ts'

/** Everything that a practice Drive signs and checks with. Kept over restarts, so that consents outlive them. */
export type Credentials = {
  readonly keyId: string
  /** PEM, PKCS 8 and SPKI. */
  readonly privateKey: string
  readonly publicKey: string
  readonly serviceAccountEmail: string
  readonly serviceAccountId: string
  readonly clientId: string
  readonly clientSecret: string
  /** Signs access tokens; base64. */
  readonly tokenSecret: string
}

const generate = promisify(generateKeyPair)
const project = 'backstop-practice'

/** Makes new credentials: a real RSA key for the service account, and an OAuth client. */
export async function createCredentials(random: Random): Promise<Credentials> {
  const { privateKey, publicKey } = await generate('rsa', {
    modulusLength: 2048,
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  })
  const hex = (count: number) => Buffer.from(random.bytes(count)).toString('hex')
  return {
    keyId: hex(20),
    privateKey,
    publicKey,
    serviceAccountEmail: `backup@${project}.iam.gserviceaccount.com`,
    serviceAccountId: BigInt(`0x1${hex(8)}`).toString(),
    clientId: `${hex(8)}.apps.googleusercontent.com`,
    clientSecret: `GOCSPX-${Buffer.from(random.bytes(21)).toString('base64url')}`,
    tokenSecret: Buffer.from(random.bytes(32)).toString('base64'),
  }
}

/** The JSON that Google lets an admin download for a service account, with every address pointing at this server. */
export function serviceAccountFile(credentials: Credentials, url: string): Readonly<Record<string, string>> {
  return {
    type: 'service_account',
    project_id: project,
    private_key_id: credentials.keyId,
    private_key: credentials.privateKey,
    client_email: credentials.serviceAccountEmail,
    client_id: credentials.serviceAccountId,
    auth_uri: `${url}/o/oauth2/v2/auth`,
    token_uri: `${url}/token`,
    auth_provider_x509_cert_url: `${url}/oauth2/v1/certs`,
    client_x509_cert_url: `${url}/robot/v1/metadata/x509/${encodeURIComponent(credentials.serviceAccountEmail)}`,
    universe_domain: 'googleapis.com',
  }
}
