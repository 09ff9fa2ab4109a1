import { createHash, timingSafeEqual } from 'node:crypto'
import type { Clock } from '../../../../../db/kit/clock.ts'
import type { AccessTokens } from './access-tokens.ts'
import { readAssertion } from './assertion.ts'
import type { Credentials } from './credentials.ts'
import type { CodeRequest, Grants } from './grants.ts'
import { OAuthError } from './oauth-error.ts'
import { knownScopes, splitScopes } from './scopes.ts'

export type TokenAnswer = {
  readonly access_token: string
  readonly expires_in: number
  readonly token_type: 'Bearer'
  readonly scope: string
  readonly refresh_token?: string
}

/** What the token endpoint needs to know. */
export type TokenAuthority = {
  readonly credentials: Credentials
  readonly grants: Grants
  readonly tokens: AccessTokens
  readonly clock: Clock
  /** Lifetime of an access token. */
  readonly tokenLifeSeconds: number
  /** Values of `aud` that an assertion may carry: this server's address, and Google's, which Google's Node library always writes. */
  readonly audiences: readonly string[]
  /** Whether this is a person of the practice domain, for whom the service account may act. */
  readonly isPerson: (email: string) => boolean
}

export const googleTokenUrl = 'https://oauth2.googleapis.com/token'

/** The id of what lets the service account act for a person: revoking it is taking away domain-wide delegation. */
export function delegationId(credentials: Credentials): string {
  return `delegation:${credentials.serviceAccountEmail}`
}

/**
 * Answers one `POST /token`.
 * @throws {OAuthError}
 */
export function exchange(form: URLSearchParams, authority: TokenAuthority): TokenAnswer {
  switch (form.get('grant_type')) {
    case 'urn:ietf:params:oauth:grant-type:jwt-bearer':
      return fromAssertion(form, authority)
    case 'refresh_token':
      return fromRefreshToken(form, authority)
    case 'authorization_code':
      return fromCode(form, authority)
    default:
      throw new OAuthError(400, 'unsupported_grant_type', `Invalid grant_type: ${form.get('grant_type') ?? ''}`)
  }
}

function fromAssertion(form: URLSearchParams, authority: TokenAuthority): TokenAnswer {
  const { credentials, grants, isPerson } = authority
  const { subject, scope } = readAssertion(form.get('assertion') ?? '', credentials, authority.audiences, authority.clock)
  const scopes = splitScopes(scope)
  const grantId = delegationId(credentials)
  if (scopes.length === 0) throw new OAuthError(400, 'invalid_scope', 'Empty or missing scope not allowed.')
  if (subject !== undefined && !isPerson(subject)) throw new OAuthError(400, 'invalid_grant', 'Invalid email or User ID')
  if (grants.isRevoked(grantId) || scopes.some((name) => !knownScopes.includes(name))) {
    const refusal =
      'Client is unauthorized to retrieve access tokens using this method, or client not authorized for any of the scopes requested.'
    throw new OAuthError(401, 'unauthorized_client', refusal)
  }
  const email = subject ?? credentials.serviceAccountEmail
  return answer(authority, { id: grantId, email, scopes, clientId: credentials.serviceAccountId })
}

function fromRefreshToken(form: URLSearchParams, authority: TokenAuthority): TokenAnswer {
  checkClient(form, authority.credentials)
  const grant = authority.grants.refresh(form.get('refresh_token') ?? '')
  if (!grant) throw new OAuthError(400, 'invalid_grant', 'Token has been expired or revoked.')
  const narrowed = splitScopes(form.get('scope') ?? '')
  if (narrowed.some((name) => !grant.scopes.includes(name))) throw new OAuthError(400, 'invalid_scope', 'A scope was not granted.')
  return answer(authority, narrowed.length > 0 ? { ...grant, scopes: narrowed } : grant)
}

function fromCode(form: URLSearchParams, authority: TokenAuthority): TokenAnswer {
  checkClient(form, authority.credentials)
  const request = authority.grants.takeCode(form.get('code') ?? '')
  if (!request) throw new OAuthError(400, 'invalid_grant', 'Malformed auth code.')
  if (request.redirectUri !== form.get('redirect_uri')) throw new OAuthError(400, 'redirect_uri_mismatch', 'Bad Request')
  if (!proves(request.challenge, form.get('code_verifier'))) throw new OAuthError(400, 'invalid_grant', 'Invalid code verifier.')
  const { grant, refreshToken } = authority.grants.open(request)
  return { ...answer(authority, grant), ...(refreshToken === undefined ? {} : { refresh_token: refreshToken }) }
}

function answer(
  authority: TokenAuthority,
  grant: { readonly id: string; readonly email: string; readonly scopes: readonly string[]; readonly clientId: string },
): TokenAnswer {
  const { id: grantId, email, scopes, clientId } = grant
  const expiresAt = authority.clock.now().getTime() + authority.tokenLifeSeconds * 1000
  return {
    access_token: authority.tokens.seal({ email, scopes, grantId, clientId, expiresAt }),
    expires_in: authority.tokenLifeSeconds,
    scope: scopes.join(' '),
    token_type: 'Bearer',
  }
}

function checkClient(form: URLSearchParams, credentials: Credentials): void {
  const known = form.get('client_id') === credentials.clientId
  if (!known || !same(form.get('client_secret') ?? '', credentials.clientSecret)) {
    throw new OAuthError(401, 'invalid_client', known ? 'Unauthorized' : 'The OAuth client was not found.')
  }
}

function proves(challenge: CodeRequest['challenge'], verifier: string | null): boolean {
  if (!challenge) return true
  if (verifier === null) return false
  return same(challenge.method === 'plain' ? verifier : createHash('sha256').update(verifier).digest('base64url'), challenge.value)
}

function same(a: string, b: string): boolean {
  const left = Buffer.from(a)
  const right = Buffer.from(b)
  return left.length === right.length && timingSafeEqual(left, right)
}
