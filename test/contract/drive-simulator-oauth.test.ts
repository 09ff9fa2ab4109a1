/** The authorisation code flow of the practice Drive, by Google's own OAuth client. */
import { drive, type drive_v3 } from '@googleapis/drive'
import { CodeChallengeMethod, OAuth2Client } from 'google-auth-library'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { PracticeDrive } from '../../activities/drive/simulator/wire/start.ts'
import { adminOf, judgedPracticeDrive, scopes } from '../support/practice-drive.ts'

const redirectUri = 'http://127.0.0.1:9/oauth/callback'
let practice: PracticeDrive

beforeAll(async () => {
  practice = await judgedPracticeDrive({ world: { seed: 7, items: 20 } })
})

afterAll(() => practice.stop())

function oauthClient(): OAuth2Client {
  const { url, credentials } = practice
  return new OAuth2Client({
    clientId: credentials.clientId,
    clientSecret: credentials.clientSecret,
    redirectUri,
    endpoints: {
      oauth2AuthBaseUrl: `${url}/o/oauth2/v2/auth`,
      oauth2TokenUrl: `${url}/token`,
      oauth2RevokeUrl: `${url}/revoke`,
      tokenInfoUrl: `${url}/tokeninfo`,
    },
  })
}

/** What a person does on the consent page. */
async function answer(address: string, form: Record<string, string>): Promise<URL> {
  const page = await fetch(address)
  expect(await page.text()).toContain('Allow access to the practice Drive?')
  const response = await fetch(address, { method: 'POST', body: new URLSearchParams(form), redirect: 'manual' })
  expect(response.status).toBe(302)
  return new URL(response.headers.get('location') ?? '')
}

async function connect(auth: OAuth2Client): Promise<void> {
  const { codeVerifier, codeChallenge } = await auth.generateCodeVerifierAsync()
  const address = auth.generateAuthUrl({
    access_type: 'offline',
    prompt: 'consent',
    scope: [scopes.drive],
    state: 's1',
    code_challenge_method: CodeChallengeMethod.S256,
    ...(codeChallenge ? { code_challenge: codeChallenge } : {}),
  })
  const back = await answer(address, { answer: 'allow', person: adminOf(practice) })
  expect(back.searchParams.get('state')).toBe('s1')
  const { tokens } = await auth.getToken({ code: back.searchParams.get('code') ?? '', codeVerifier })
  expect(tokens).toMatchObject({ refresh_token: expect.any(String), token_type: 'Bearer', scope: scopes.drive })
  auth.setCredentials(tokens)
}

function clientOf(auth: OAuth2Client): drive_v3.Drive {
  return drive({ version: 'v3', auth, rootUrl: `${practice.url}/`, retry: false })
}

test('a person consents, and the program acts for them', async () => {
  const auth = oauthClient()
  await connect(auth)
  const { data } = await clientOf(auth).about.get({ fields: 'user(emailAddress)' })
  expect(data).toEqual({ user: { emailAddress: adminOf(practice) } })
  const info = await auth.getTokenInfo(auth.credentials.access_token ?? '')
  expect(info).toMatchObject({ email: adminOf(practice), scopes: [scopes.drive] })
})

test('an expired access token is refreshed without the person', async () => {
  const auth = oauthClient()
  await connect(auth)
  auth.setCredentials({ refresh_token: auth.credentials.refresh_token ?? null })
  expect((await clientOf(auth).drives.list({})).status).toBe(200)
})

test('a person who denies leads back with access_denied', async () => {
  const address = oauthClient().generateAuthUrl({ scope: scopes.drive })
  const back = await answer(address, { answer: 'deny' })
  expect(back.searchParams.get('error')).toBe('access_denied')
})

test('a revoked grant is answered 401, and its refresh token invalid_grant', async () => {
  const auth = oauthClient()
  await connect(auth)
  const token = auth.credentials.access_token ?? ''
  await auth.revokeToken(token)
  const response = await fetch(`${practice.url}/drive/v3/drives`, { headers: { authorization: `Bearer ${token}` } })
  expect(response.status).toBe(401)
  await expect(auth.refreshAccessToken()).rejects.toMatchObject({ response: { data: { error: 'invalid_grant' } } })
})

test('userinfo tells whose token it is', async () => {
  const auth = oauthClient()
  await connect(auth)
  const { data } = await auth.request<{ email: string }>({ url: `${practice.url}/oauth2/v2/userinfo` })
  expect(data.email).toBe(adminOf(practice))
})
