import { drive } from '@googleapis/drive'
import { oauthClient } from './access.ts'
import type { GoogleSettings } from './app.ts'
import { driveFailure, failureOf } from './failure.ts'
import { googleUrl } from './session.ts'

/** What a person's consent gives: lasting access, and whose it is. */
export type ConsentGrant = { readonly refreshToken: string; readonly scopes: readonly string[]; readonly email: string }

export type ConsentCode = { readonly code: string; readonly codeVerifier: string; readonly redirectUri: string }

/** The reason of a `ScopeMissing` when Google gave access that does not last. */
export const noRefreshToken = 'no refresh token'

const driveScopes = ['https://www.googleapis.com/auth/drive', 'https://www.googleapis.com/auth/drive.readonly']

/**
 * Exchanges an authorisation code (RFC 6749 §4.1.3, with PKCE) for a refresh token and asks whose it is. A code is good for one exchange,
 * so nothing here is repeated.
 * @throws {DriveFailure} `GrantRevoked` the code is used or expired · `ScopeMissing` no access to Drive, or none that lasts · `Misconfigured`
 */
export async function exchangeCode(google: GoogleSettings, { code, codeVerifier, redirectUri }: ConsentCode): Promise<ConsentGrant> {
  if (!google.oauth) throw driveFailure('Misconfigured', { detail: 'There is no OAuth client file.' })
  const client = oauthClient(google.oauth, redirectUri)
  try {
    const { tokens } = await client.getToken({ code, codeVerifier, redirect_uri: redirectUri })
    const scopes = tokens.scope?.split(' ') ?? []
    if (!scopes.some((scope) => driveScopes.includes(scope))) throw driveFailure('ScopeMissing', { reason: 'no Drive scope' })
    if (!tokens.refresh_token) throw driveFailure('ScopeMissing', { reason: noRefreshToken })
    client.setCredentials(tokens)
    const api = drive({ version: 'v3', auth: client, rootUrl: `${google.rootUrl ?? googleUrl}/`, retry: false, fetchImplementation: fetch })
    const { data } = await api.about.get({ fields: 'user(emailAddress)' })
    const email = data.user?.emailAddress
    if (!email) throw driveFailure('TransientProvider', { detail: 'Google did not say who consented.' })
    return { refreshToken: tokens.refresh_token, scopes, email }
  } catch (error) {
    throw failureOf(error)
  }
}
