import { z } from 'zod'

/** The program as Google knows it: an OAuth client that people consent to. */
export type OAuthApp = {
  readonly clientId: string
  readonly clientSecret: string
  readonly authUri: string
  readonly tokenUri: string
  /** The Google Cloud project whose quota is used. */
  readonly project: string
}

/** A service account that may act for people of a domain (domain-wide delegation). */
export type ServiceAccount = {
  readonly email: string
  readonly privateKey: string
  readonly keyId: string
  readonly tokenUri: string
  readonly project: string
}

/** How this installation is known to Google, and where Google is. */
export type GoogleSettings = {
  readonly oauth?: OAuthApp | undefined
  readonly serviceAccount?: ServiceAccount | undefined
  /** Where the API is when it is not Google's: the practice Drive, without a slash at the end. */
  readonly rootUrl?: string | undefined
  /** Other limits than Google's ordinary ones; `Infinity` for none. */
  readonly unitsPerMinute?: { readonly user: number; readonly project: number } | undefined
  /** Other budgets of a day than Google's ordinary ones: units and bytes of the project, bytes of each person; `Infinity` for none. */
  readonly perDay?: { readonly units: number; readonly egress: number; readonly egressOfUser: number } | undefined
}

const client = z.object({
  client_id: z.string().min(1),
  client_secret: z.string().min(1),
  auth_uri: z.url(),
  token_uri: z.url(),
  project_id: z.string().optional(),
})
const oauthFile = z.union([
  z.object({ web: client }).transform(({ web }) => web),
  z.object({ installed: client }).transform((file) => file.installed),
])

const serviceAccountFile = z.object({
  type: z.literal('service_account'),
  project_id: z.string(),
  private_key_id: z.string(),
  private_key: z.string().startsWith('-----BEGIN'),
  client_email: z.string().min(1),
  token_uri: z.url(),
})

/** A credentials file of Google's is not what it should be; `message` says what to do. */
export class CredentialsFileWrong extends Error {
  override readonly name = 'CredentialsFileWrong'
}

/** Reads the JSON that Google's console lets an admin download for an OAuth client of type "web application". @throws {CredentialsFileWrong} */
export function readOAuthApp(json: unknown): OAuthApp {
  const file = oauthFile.safeParse(json)
  if (!file.success) throw wrong('OAuth client', file.error)
  const { client_id: clientId, client_secret: clientSecret, auth_uri: authUri, token_uri: tokenUri, project_id: project } = file.data
  return { clientId, clientSecret, authUri, tokenUri, project: project ?? clientId.split('-')[0] ?? clientId }
}

/** Reads the JSON key of a service account. @throws {CredentialsFileWrong} */
export function readServiceAccount(json: unknown): ServiceAccount {
  const file = serviceAccountFile.safeParse(json)
  if (!file.success) throw wrong('service account', file.error)
  const { client_email: email, private_key: privateKey, private_key_id: keyId, token_uri: tokenUri, project_id: project } = file.data
  return { email, privateKey, keyId, tokenUri, project }
}

function wrong(what: string, error: z.ZodError): CredentialsFileWrong {
  // Only where the mistake is: the values are secrets.
  const places = error.issues.map((issue) => issue.path.join('.') || 'the whole').join(', ')
  return new CredentialsFileWrong(
    `This is not the ${what} file that Google's console gives (wrong: ${places}). Download it again and do not edit it.`,
  )
}
