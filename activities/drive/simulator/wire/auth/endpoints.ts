import { readText } from '../http/body.ts'
import { json, type WireAnswer, type WireRequest } from '../http/exchange.ts'
import { answerConsent, type ConsentDesk } from './consent.ts'
import { OAuthError } from './oauth-error.ts'
import { exchange, type TokenAuthority } from './token-endpoint.ts'

const noStore = { 'cache-control': 'no-store' }

/** The endpoints of OAuth; undefined when the path is none of them. */
export async function answerOAuth(request: WireRequest, authority: TokenAuthority, desk: ConsentDesk): Promise<WireAnswer | undefined> {
  switch (`${request.verb} ${request.path}`) {
    case 'GET /o/oauth2/v2/auth':
    case 'POST /o/oauth2/v2/auth':
      return answerConsent(request, desk)
    case 'POST /token':
      return answerToken(request, authority)
    case 'POST /revoke':
    case 'GET /revoke':
      return answerRevoke(request, authority)
    case 'GET /oauth2/v2/userinfo':
    case 'GET /oauth2/v3/userinfo':
      return answerUserInfo(request, authority, desk)
    case 'GET /tokeninfo':
    case 'POST /tokeninfo':
      return answerTokenInfo(request, authority)
    default:
      return undefined
  }
}

async function answerToken(request: WireRequest, authority: TokenAuthority): Promise<WireAnswer> {
  const form = await formOf(request)
  const basic = /^Basic\s+(\S+)$/i.exec(request.headers.authorization ?? '')?.[1]
  if (basic !== undefined) {
    const [id = '', secret = ''] = Buffer.from(basic, 'base64').toString('utf8').split(':')
    form.set('client_id', decodeURIComponent(id))
    form.set('client_secret', decodeURIComponent(secret))
  }
  try {
    return json(exchange(form, authority), 200, noStore)
  } catch (error) {
    if (error instanceof OAuthError) return oauthError(error)
    throw error
  }
}

async function answerRevoke(request: WireRequest, { grants, tokens }: TokenAuthority): Promise<WireAnswer> {
  const text = (await formOf(request)).get('token') ?? request.query.get('token') ?? ''
  const grantId = tokens.open(text)?.grantId ?? grants.refresh(text)?.id
  if (grantId === undefined || grants.isRevoked(grantId))
    return oauthError(new OAuthError(400, 'invalid_token', 'Token expired or revoked'))
  grants.revoke(grantId)
  return json({})
}

function answerUserInfo(request: WireRequest, { grants, tokens }: TokenAuthority, desk: ConsentDesk): WireAnswer {
  const token = tokens.open(/^Bearer\s+(\S+)$/i.exec(request.headers.authorization ?? '')?.[1] ?? request.query.get('access_token') ?? '')
  if (!token || grants.isRevoked(token.grantId)) return oauthError(new OAuthError(401, 'invalid_request', 'Invalid Credentials'))
  const name = desk.people.find(({ email }) => email === token.email)?.name ?? token.email
  return json({ id: token.email, sub: token.email, email: token.email, verified_email: true, email_verified: true, name }, 200, noStore)
}

async function answerTokenInfo(request: WireRequest, { clock, grants, tokens }: TokenAuthority): Promise<WireAnswer> {
  const form = request.verb === 'POST' ? await formOf(request) : request.query
  const bearer = /^Bearer\s+(\S+)$/i.exec(request.headers.authorization ?? '')?.[1]
  const token = tokens.open(form.get('access_token') ?? request.query.get('access_token') ?? bearer ?? '')
  if (!token || grants.isRevoked(token.grantId)) return oauthError(new OAuthError(400, 'invalid_token', 'Invalid Value'))
  const expires = Math.max(0, Math.floor((token.expiresAt - clock.now().getTime()) / 1000))
  const { clientId, email, scopes } = token
  return json(
    { azp: clientId, aud: clientId, scope: scopes.join(' '), expires_in: String(expires), email, email_verified: 'true' },
    200,
    noStore,
  )
}

/** The token endpoint takes a form, and JSON as Google does. */
async function formOf(request: WireRequest): Promise<URLSearchParams> {
  const text = await readText(request.body, 64 * 1024)
  if (!request.headers['content-type']?.startsWith('application/json')) return new URLSearchParams(text)
  try {
    return new URLSearchParams(JSON.parse(text) as Record<string, string>)
  } catch (error) {
    if (error instanceof SyntaxError) return new URLSearchParams()
    throw error
  }
}

function oauthError(error: OAuthError): WireAnswer {
  return json({ error: error.code, error_description: error.message }, error.status, noStore)
}
