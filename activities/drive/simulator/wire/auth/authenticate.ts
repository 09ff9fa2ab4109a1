import type { Actor, Directory } from '../../model/requests.ts'
import { type ErrorPlace, WireError } from '../http/errors.ts'
import type { WireRequest } from '../http/exchange.ts'
import type { AccessTokens } from './access-tokens.ts'
import type { Grants } from './grants.ts'
import { type Access, allows, scopesFor } from './scopes.ts'

/** Who calls, and with which consent. */
export type Caller = {
  readonly actor: Actor
  readonly scopes: readonly string[]
  readonly grantId: string
  /** The practice Drive's own page: its calls are neither counted nor limited nor made to fail. */
  readonly page: boolean
}

/**
 * The caller behind a bearer token.
 * @throws {WireError} 401 `authError`
 */
export function callerOf(request: WireRequest, tokens: AccessTokens, grants: Grants, actorOf: (email: string) => Actor): Caller {
  const text = bearerOf(request)
  const token = text === undefined ? undefined : tokens.open(text)
  if (!token || grants.isRevoked(token.grantId)) throw notAuthenticated(text !== undefined)
  return { actor: actorOf(token.email), scopes: token.scopes, grantId: token.grantId, page: false }
}

/**
 * Refuses a call that the token's scopes do not cover.
 * @throws {WireError} 403 `insufficientPermissions`
 */
export function requireAccess(caller: Caller, access: Access): void {
  if (allows(caller.scopes, access)) return
  const challenge = `Bearer realm="https://accounts.google.com/", error="insufficient_scope", scope="${scopesFor(access)}"`
  throw new WireError(
    403,
    'insufficientPermissions',
    'Insufficient Permission: Request had insufficient authentication scopes.',
    {},
    { 'www-authenticate': challenge },
  )
}

/** Actors by address: people of the practice domain are known, anyone else is a guest without rights of administration. */
export function actorsOf(directory: Directory): (email: string) => Actor {
  const admins = new Set(directory.people.filter(({ admin }) => admin).map(({ email }) => email))
  return (email) => ({ email, domainAdmin: admins.has(email) })
}

function bearerOf(request: WireRequest): string | undefined {
  const header = /^Bearer\s+(\S+)\s*$/i.exec(request.headers.authorization ?? '')?.[1]
  return header ?? request.query.get('access_token') ?? request.query.get('oauth_token') ?? undefined
}

function notAuthenticated(given: boolean): WireError {
  const place: ErrorPlace = { location: 'Authorization', locationType: 'header' }
  const text = given ? 'Invalid Credentials' : 'Request is missing required authentication credential. Expected an OAuth 2 access token.'
  const challenge = `Bearer realm="https://accounts.google.com/"${given ? ', error="invalid_token"' : ''}`
  return new WireError(401, 'authError', text, place, { 'www-authenticate': challenge })
}
