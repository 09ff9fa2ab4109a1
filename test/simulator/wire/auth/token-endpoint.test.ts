import { createHash, generateKeyPairSync, sign } from 'node:crypto'
import { beforeAll, expect, test } from 'vitest'
import { accessTokens } from '../../../../activities/drive/simulator/wire/auth/access-tokens.ts'
import { type Credentials, createCredentials } from '../../../../activities/drive/simulator/wire/auth/credentials.ts'
import { createGrants, type GrantsState } from '../../../../activities/drive/simulator/wire/auth/grants.ts'
import { delegationId, exchange, type TokenAuthority } from '../../../../activities/drive/simulator/wire/auth/token-endpoint.ts'
import { countingRandom, standingClock } from '../../../support/wire.ts'

const drive = 'https://www.googleapis.com/auth/drive'
const admin = 'ana@practice.example'
const audience = 'http://127.0.0.1:1/token'
const redirectUri = 'http://127.0.0.1:2/callback'
let credentials: Credentials

beforeAll(async () => {
  credentials = await createCredentials(countingRandom())
})

function setUp() {
  const clock = standingClock()
  const random = countingRandom()
  let kept: GrantsState = { refreshTokens: [], revoked: [] }
  const grants = createGrants(clock, random, kept, (state) => {
    kept = state
  })
  const tokens = accessTokens(credentials.tokenSecret, clock)
  const isPerson = (email: string) => email === admin
  const authority: TokenAuthority = { credentials, grants, tokens, clock, tokenLifeSeconds: 3600, audiences: [audience], isPerson }
  const consent = (over: object = {}) =>
    grants.issueCode({ email: admin, scopes: [drive], clientId: credentials.clientId, redirectUri, offline: true, ...over })
  const ask = (form: Record<string, string>) => exchange(new URLSearchParams(form), authority)
  const client = { client_id: credentials.clientId, client_secret: credentials.clientSecret }
  const redeem = (code: string, over: Record<string, string> = {}) =>
    ask({ grant_type: 'authorization_code', code, redirect_uri: redirectUri, ...client, ...over })
  const refresh = (token: string) => ask({ grant_type: 'refresh_token', refresh_token: token, ...client })
  return { clock, random, authority, grants, tokens, consent, ask, redeem, refresh, client, kept: () => kept }
}

type Claims = Record<string, unknown>

function assertion(now: Date, over: Claims = {}, key = credentials.privateKey, header: Claims = { alg: 'RS256', typ: 'JWT' }): string {
  const iat = now.getTime() / 1000
  const claims = { iss: credentials.serviceAccountEmail, sub: admin, scope: drive, aud: audience, iat, exp: iat + 3600, ...over }
  const text = [header, claims].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.')
  return `${text}.${sign('RSA-SHA256', Buffer.from(text), key).toString('base64url')}`
}

const bearer = (text: string) => ({ grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer', assertion: text })

test('a service account gets a token for the person whom it names', () => {
  const { ask, clock, tokens } = setUp()
  const answer = ask(bearer(assertion(clock.now())))
  expect(answer).toMatchObject({ token_type: 'Bearer', expires_in: 3600, scope: drive })
  expect(tokens.open(answer.access_token)).toMatchObject({ email: admin, scopes: [drive] })
})

test('without a subject it gets a token for itself', () => {
  const { ask, clock, tokens } = setUp()
  const answer = ask(bearer(assertion(clock.now(), { sub: undefined })))
  expect(tokens.open(answer.access_token)?.email).toBe(credentials.serviceAccountEmail)
})

test.each([
  ['another issuer', { iss: 'x@y' }, 'invalid_grant', 'Invalid grant: account not found'],
  ['another audience', { aud: 'https://elsewhere' }, 'invalid_grant', `Invalid JWT: the audience must be ${audience}.`],
  ['an unknown person', { sub: 'nobody@practice.example' }, 'invalid_grant', 'Invalid email or User ID'],
  ['an unknown scope', { scope: 'https://www.googleapis.com/auth/admin' }, 'unauthorized_client', expect.stringContaining('unauthorized')],
  ['no scope', { scope: '' }, 'invalid_scope', expect.stringContaining('scope')],
  ['an expired assertion', { exp: 1 }, 'invalid_grant', expect.stringContaining('short-lived')],
  ['a token of two hours', { exp: 1772352000 + 2 * 3600 }, 'invalid_grant', expect.stringContaining('short-lived')],
])('an assertion with %s is refused', (_, claims, code, message) => {
  const { ask, clock } = setUp()
  expect(() => ask(bearer(assertion(clock.now(), claims)))).toThrow(expect.objectContaining({ code, message }))
})

test('an assertion that another key signed, or none, is refused', () => {
  const { ask, clock } = setUp()
  const other = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
  expect(() => ask(bearer(assertion(clock.now(), {}, other)))).toThrow(expect.objectContaining({ message: 'Invalid JWT Signature.' }))
  const unsigned = assertion(clock.now(), {}, credentials.privateKey, { alg: 'none' })
  expect(() => ask(bearer(unsigned))).toThrow(expect.objectContaining({ message: 'Invalid JWT: only RS256 is taken.' }))
  expect(() => ask(bearer('a.b'))).toThrow(expect.objectContaining({ code: 'invalid_grant' }))
  expect(() => ask(bearer('!.!.!'))).toThrow(expect.objectContaining({ message: 'Invalid JWT: a part of it is not JSON.' }))
})

test('taking away the delegation stops new tokens until it is given back', () => {
  const { ask, clock, grants } = setUp()
  grants.revoke(delegationId(credentials))
  expect(() => ask(bearer(assertion(clock.now())))).toThrow(expect.objectContaining({ code: 'unauthorized_client', status: 401 }))
  grants.reinstate(delegationId(credentials))
  expect(ask(bearer(assertion(clock.now())))).toMatchObject({ token_type: 'Bearer' })
})

test('a code becomes a refresh token once, and the refresh token access tokens', () => {
  const { consent, redeem, refresh, tokens } = setUp()
  const code = consent()
  const answer = redeem(code)
  expect(tokens.open(answer.access_token)?.email).toBe(admin)
  expect(tokens.open(refresh(answer.refresh_token ?? '').access_token)?.scopes).toEqual([drive])
  expect(() => redeem(code)).toThrow(expect.objectContaining({ code: 'invalid_grant', message: 'Malformed auth code.' }))
})

test('without offline access there is no refresh token', () => {
  const { consent, redeem } = setUp()
  expect(redeem(consent({ offline: false })).refresh_token).toBeUndefined()
})

test('a code is good for ten minutes, for its address and for its verifier', () => {
  const { clock, consent, redeem } = setUp()
  const late = consent()
  clock.advance(10 * 60_000)
  expect(() => redeem(late)).toThrow(expect.objectContaining({ code: 'invalid_grant' }))
  expect(() => redeem(consent(), { redirect_uri: 'http://elsewhere/' })).toThrow(expect.objectContaining({ code: 'redirect_uri_mismatch' }))
  const challenge = { method: 'S256', value: createHash('sha256').update('right').digest('base64url') }
  expect(() => redeem(consent({ challenge }))).toThrow(expect.objectContaining({ message: 'Invalid code verifier.' }))
  expect(() => redeem(consent({ challenge }), { code_verifier: 'wrong' })).toThrow(expect.objectContaining({ code: 'invalid_grant' }))
  expect(redeem(consent({ challenge }), { code_verifier: 'right' })).toMatchObject({ token_type: 'Bearer' })
})

test('a wrong client is refused', () => {
  const { consent, redeem } = setUp()
  expect(() => redeem(consent(), { client_secret: 'x' })).toThrow(expect.objectContaining({ status: 401, code: 'invalid_client' }))
  expect(() => redeem(consent(), { client_id: 'x' })).toThrow(expect.objectContaining({ code: 'invalid_client' }))
})

test('a revoked grant refreshes no more', () => {
  const { consent, redeem, refresh, grants, tokens } = setUp()
  const answer = redeem(consent())
  grants.revoke(tokens.open(answer.access_token)?.grantId ?? '')
  expect(() => refresh(answer.refresh_token ?? '')).toThrow(
    expect.objectContaining({ code: 'invalid_grant', message: 'Token has been expired or revoked.' }),
  )
})

test('refresh tokens outlive a restart and are not kept in clear', () => {
  const { consent, redeem, kept, clock, random, client, authority } = setUp()
  const { refresh_token: token = '' } = redeem(consent())
  expect(JSON.stringify(kept())).not.toContain(token)
  const grants = createGrants(clock, random, JSON.parse(JSON.stringify(kept())), () => undefined)
  const form = new URLSearchParams({ grant_type: 'refresh_token', refresh_token: token, ...client })
  expect(exchange(form, { ...authority, grants })).toMatchObject({ token_type: 'Bearer' })
})

test('access tokens expire, and an altered one is not taken', () => {
  const { ask, clock, tokens } = setUp()
  const { access_token: token } = ask(bearer(assertion(clock.now())))
  const [body = '', mac = ''] = token.slice('ya29.'.length).split('.')
  const richer = Buffer.from(body, 'base64url').toString().replace(admin, 'eve@practice.example')
  expect(tokens.open(`ya29.${Buffer.from(richer).toString('base64url')}.${mac}`)).toBeUndefined()
  expect(tokens.open('ya29.x')).toBeUndefined()
  clock.advance(3600_000)
  expect(tokens.open(token)).toBeUndefined()
})

test('an unknown grant type is refused', () => {
  const { ask } = setUp()
  expect(() => ask({ grant_type: 'password' })).toThrow(expect.objectContaining({ code: 'unsupported_grant_type' }))
})
