import { createHash } from 'node:crypto'
import type { OAuthClient } from './oauth-client.ts'

/** Everything in Drive, to bring things back; and who consented, to say so on the task's card (SET-03). */
const scopes = ['https://www.googleapis.com/auth/drive', 'https://www.googleapis.com/auth/userinfo.email']

/** The address of the consent page, with PKCE (RFC 7636). Offline and asked anew, because only then does Google give a refresh token. */
export function authorisationUrl(
  client: OAuthClient,
  request: { readonly state: string; readonly verifier: string; readonly redirectUri: string },
): URL {
  const url = new URL(client.authUri)
  const challenge = createHash('sha256').update(request.verifier).digest('base64url')
  const parameters = {
    client_id: client.clientId,
    redirect_uri: request.redirectUri,
    response_type: 'code',
    scope: scopes.join(' '),
    state: request.state,
    access_type: 'offline',
    prompt: 'consent',
    code_challenge: challenge,
    code_challenge_method: 'S256',
  }
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value)
  return url
}
