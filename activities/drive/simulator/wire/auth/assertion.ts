import { verify } from 'node:crypto'
import type { Clock } from '../../../../../db/kit/clock.ts'
import type { Credentials } from './credentials.ts'
import { OAuthError } from './oauth-error.ts'

/** What a service account asks for in its signed assertion. Without `subject` it acts as itself. */
export type Assertion = { readonly subject: string | undefined; readonly scope: string }

const skewSeconds = 300
const longestSeconds = 3600

/**
 * Checks the signed assertion of a service account: RS256, this server's key, its audience, at most an hour, not expired.
 * https://developers.google.com/identity/protocols/oauth2/service-account#authorizingrequests
 * @throws {OAuthError} `invalid_grant` with the sentence that Google gives
 */
export function readAssertion(assertion: string, credentials: Credentials, audiences: readonly string[], clock: Clock): Assertion {
  const [header, payload, signature, ...rest] = assertion.split('.')
  if (!header || !payload || !signature || rest.length > 0) throw invalidGrant('Invalid JWT: it must have three parts.')
  if (decode(header).alg !== 'RS256') throw invalidGrant('Invalid JWT: only RS256 is taken.')
  const claims = decode(payload)
  if (claims.iss !== credentials.serviceAccountEmail) throw invalidGrant('Invalid grant: account not found')
  if (!verify('RSA-SHA256', Buffer.from(`${header}.${payload}`), credentials.publicKey, Buffer.from(signature, 'base64url'))) {
    throw invalidGrant('Invalid JWT Signature.')
  }
  if (typeof claims.aud !== 'string' || !audiences.includes(claims.aud)) {
    throw invalidGrant(`Invalid JWT: the audience must be ${audiences[0]}.`)
  }
  checkTimes(claims.iat, claims.exp, clock.now().getTime() / 1000)
  return { subject: typeof claims.sub === 'string' ? claims.sub : undefined, scope: typeof claims.scope === 'string' ? claims.scope : '' }
}

function checkTimes(iat: unknown, exp: unknown, nowSeconds: number): void {
  const right =
    typeof iat === 'number' &&
    typeof exp === 'number' &&
    iat <= nowSeconds + skewSeconds &&
    exp > nowSeconds - skewSeconds &&
    exp - iat <= longestSeconds
  if (!right) {
    throw invalidGrant(
      'Invalid JWT: Token must be a short-lived token (60 minutes) and in a reasonable timeframe. Check your iat and exp values in the JWT claim.',
    )
  }
}

function decode(part: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, 'base64url').toString('utf8'))
    if (typeof value === 'object' && value !== null) return value as Record<string, unknown>
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
  }
  throw invalidGrant('Invalid JWT: a part of it is not JSON.')
}

function invalidGrant(description: string): OAuthError {
  return new OAuthError(400, 'invalid_grant', description)
}
