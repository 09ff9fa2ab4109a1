import { expect, test } from 'vitest'
import { answerConsent } from '../../../../activities/drive/simulator/wire/auth/consent.ts'
import { createGrants } from '../../../../activities/drive/simulator/wire/auth/grants.ts'
import { chunked, countingRandom, standingClock } from '../../../support/wire.ts'

const people = [
  { email: 'bo@practice.example', name: 'Bo', admin: false },
  { email: 'ana@practice.example', name: 'Ana <b>"Admin"</b>', admin: true },
]
const redirectUri = 'http://127.0.0.1:4000/oauth/callback?tab=1'
const asked = {
  client_id: 'client',
  redirect_uri: redirectUri,
  response_type: 'code',
  scope: 'https://www.googleapis.com/auth/drive',
  access_type: 'offline',
  state: 'st&te',
  code_challenge: 'c',
  code_challenge_method: 'S256',
}

function setUp() {
  const grants = createGrants(standingClock(), countingRandom(), { refreshTokens: [], revoked: [] }, () => undefined)
  const send = (verb: string, over: Record<string, string> = {}, form: Record<string, string> = {}, headers: Record<string, string> = {}) =>
    answerConsent(
      {
        verb,
        path: '/o/oauth2/v2/auth',
        query: new URLSearchParams({ ...asked, ...over }),
        headers,
        body: chunked(Buffer.from(new URLSearchParams(form).toString())),
      },
      { clientId: 'client', grants, people },
    )
  return { grants, send }
}

test('the page offers the admins only, names the scopes, and escapes hostile names', async () => {
  const { body } = await setUp().send('GET')
  expect(body).toContain('value="ana@practice.example" checked')
  expect(body).not.toContain('bo@practice.example')
  expect(body).toContain('See, edit, create and delete all files')
  expect(body).toContain('Ana &lt;b&gt;&quot;Admin&quot;&lt;/b&gt;')
})

test('Allow leads back with a code for that person and the state as it came', async () => {
  const { grants, send } = setUp()
  const answer = await send('POST', {}, { answer: 'allow', person: 'ana@practice.example' })
  const target = new URL(answer.headers.location ?? '')
  expect(answer.status).toBe(302)
  expect(`${target.origin}${target.pathname}`).toBe('http://127.0.0.1:4000/oauth/callback')
  expect(target.searchParams.get('tab')).toBe('1')
  expect(target.searchParams.get('state')).toBe('st&te')
  expect(grants.takeCode(target.searchParams.get('code') ?? '')).toMatchObject({
    email: 'ana@practice.example',
    redirectUri,
    offline: true,
    challenge: { method: 'S256', value: 'c' },
  })
})

test('Deny leads back with access_denied', async () => {
  const answer = await setUp().send('POST', {}, { answer: 'deny', person: 'ana@practice.example' })
  expect(new URL(answer.headers.location ?? '').searchParams.get('error')).toBe('access_denied')
})

test('another site cannot answer in the name of the person', async () => {
  const { send } = setUp()
  const form = { answer: 'allow', person: 'ana@practice.example' }
  expect(await send('POST', {}, form, { 'sec-fetch-site': 'cross-site' })).toMatchObject({ status: 403 })
  expect(await send('POST', {}, form, { 'sec-fetch-site': 'same-origin' })).toMatchObject({ status: 302 })
})

test('nobody but an admin can be chosen', async () => {
  const answer = await setUp().send('POST', {}, { answer: 'allow', person: 'bo@practice.example' })
  expect(answer).toMatchObject({ status: 400, body: expect.stringContaining('Choose a person') })
})

test.each([
  [{ client_id: 'other' }, 'invalid_client'],
  [{ redirect_uri: 'javascript:alert(1)' }, 'redirect_uri_mismatch'],
  [{ redirect_uri: 'http://x/#f' }, 'redirect_uri_mismatch'],
  [{ response_type: 'token' }, 'unsupported_response_type'],
  [{ scope: '' }, 'invalid_request'],
  [{ scope: '<script>' }, 'the scope &lt;script&gt;'],
  [{ code_challenge_method: 'x' }, 'code_challenge_method'],
])('the request %j is blocked with a page, not redirected', async (over, words) => {
  const answer = await setUp().send('GET', over)
  expect(answer.status).toBe(400)
  expect(answer.headers.location).toBeUndefined()
  expect(answer.body).toContain(words)
})
