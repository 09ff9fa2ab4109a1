import { createHash } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { Connecting, ConnectingState } from '../../bot/web/consent/connecting.ts'
import { addConsent, useConsent } from '../../db/consents.ts'
import { systemClock } from '../../db/kit/clock.ts'
import { newId, systemRandom } from '../../db/kit/random.ts'
import type { ConnectTaskInput } from '../../workflows/contract/task.ts'
import { accountId, type Console, sealer, signIn, startConsole } from '../console/console-fixture.ts'

const verifier = 'a-verifier-that-google-never-sees'
const started: ConnectTaskInput[] = []
let outcome: ConnectingState | undefined
const connecting: Connecting = {
  start: async (input) => {
    started.push(input)
    await useConsent(bot.db, accountId, Buffer.from(input.stateHash, 'hex'), systemClock.now())
  },
  state: async () => outcome,
}

let bot: Console
let folder: string
let ada: string
let bo: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'consent-'))
  const oauthClientFile = join(folder, 'client.json')
  const client = {
    client_id: 'client-1',
    client_secret: 's',
    auth_uri: 'https://accounts.test/auth?x=1',
    token_uri: 'https://accounts.test/token',
  }
  await writeFile(oauthClientFile, JSON.stringify({ web: client }))
  bot = await startConsole({ connecting, oauthClientFile })
  ada = (await signIn(bot, 'ada')).cookie
  bo = (await signIn(bot, 'bo')).cookie
})
beforeEach(() => {
  started.length = 0
  outcome = undefined
})
afterAll(async () => {
  await bot.stop()
  await rm(folder, { recursive: true })
})

/** A consent that Ada has asked for; returns its state. */
async function ask(ttlMs = 600_000): Promise<string> {
  const state = newId(systemRandom, 'state')
  await addConsent(bot.db, accountId, {
    stateHash: createHash('sha256').update(state).digest(),
    personId: 'per_ada',
    taskName: 'Finance <b>',
    codeVerifier: sealer.seal(verifier, { purpose: 'code-verifier', accountId }),
    expiresAt: new Date(systemClock.now().getTime() + ttlMs),
  })
  return state
}

const get = (path: string, cookie?: string) =>
  fetch(bot.url + path, { redirect: 'manual', ...(cookie !== undefined && { headers: { cookie } }) })
const callback = (query: Record<string, string>, cookie = ada) => get(`/oauth/google/callback?${new URLSearchParams(query)}`, cookie)

test('TASK-02 the link leads to the consent page, with everything that Google needs for a lasting grant', async () => {
  const state = await ask()
  const response = await get(`/connect/${state}`, ada)
  expect(response.status).toBe(302)
  const target = new URL(response.headers.get('location') ?? '')
  expect(target.origin + target.pathname).toBe('https://accounts.test/auth')
  expect(Object.fromEntries(target.searchParams)).toEqual({
    x: '1',
    client_id: 'client-1',
    redirect_uri: `${bot.url}/oauth/google/callback`,
    response_type: 'code',
    scope: 'https://www.googleapis.com/auth/drive https://www.googleapis.com/auth/userinfo.email',
    state,
    access_type: 'offline',
    prompt: 'consent',
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
  })
})

test.each([
  ['nobody is signed in', undefined, 401, 'Sign in to Backstop in this browser as the person who asked'],
  ['somebody else is signed in', 'bo', 403, 'Somebody else asked for this connection.'],
])('TASK-02 the link is bound to its person: when %s, it goes nowhere', async (_, who, status, sentence) => {
  const state = await ask()
  const response = await get(`/connect/${state}`, who && bo)
  expect(response.status).toBe(status)
  expect(await response.text()).toContain(sentence)
})

test('a code that comes back in somebody else’s browser is not used', async () => {
  const state = await ask()
  expect((await callback({ state, code: 'c' }, bo)).status).toBe(403)
  expect(started).toEqual([])
})

test('TASK-03 the code starts the work sealed, and leaves the address bar', async () => {
  const state = await ask()
  const response = await callback({ state, code: '4/secret-code' })
  expect(response.headers.get('location')).toBe(`/connect/${state}/done`)
  const [input] = started
  expect(JSON.stringify(input)).not.toContain('secret-code')
  expect(input && sealer.open(Buffer.from(input.sealedCode, 'base64'), { purpose: 'authorisation-code', accountId })).toBe('4/secret-code')
  expect(input?.redirectUri).toBe(`${bot.url}/oauth/google/callback`)
})

test('a callback page that is loaded again does the work once', async () => {
  const state = await ask()
  await callback({ state, code: 'c' })
  expect((await callback({ state, code: 'c' })).headers.get('location')).toBe(`/connect/${state}/done`)
  expect(started.length).toBe(1)
})

test('TASK-04 the result says how many drives were found, and puts the task’s card into the conversation once', async () => {
  const state = await ask()
  await callback({ state, code: 'c' })
  outcome = { outcome: 'connected', taskId: 'tsk_9', created: true, drives: 5 }
  for (let look = 0; look < 2; look++) {
    const text = await (await get(`/connect/${state}/done`, ada)).text()
    expect(text).toContain('<h1>Connected. 5 drives found.</h1>')
    expect(text).toContain('Finance &lt;b&gt;')
    expect(text).toContain('href="/console/ada"')
  }
  const messages = await bot.db.query(`select conversation_id, subject_id from chat_message where subject_type = 'task'`)
  expect(messages).toEqual([{ conversation_id: 'per_ada', subject_id: 'tsk_9' }])
})

test('what takes longer is shown as under way, by a page that goes on by itself', async () => {
  const state = await ask()
  await callback({ state, code: 'c' })
  outcome = { outcome: 'under way' }
  const text = await (await get(`/connect/${state}/done`, ada)).text()
  expect(text).toContain('<h1>Connecting…</h1>')
  expect(text).toContain('http-equiv="refresh"')
})

test('a refusal by Google or a failure of the work is said in its own words', async () => {
  for (const kind of ['refused', 'failed'] as const) {
    const state = await ask()
    await callback({ state, code: 'c' })
    outcome = { outcome: kind, reason: 'This account manages no shared drive.' }
    expect(await (await get(`/connect/${state}/done`, ada)).text()).toContain('This account manages no shared drive.')
  }
})

test('a no at Google’s page loses nothing, and the same link can be tried again', async () => {
  const state = await ask()
  const text = await (await callback({ state, error: 'access_denied' })).text()
  expect(text).toContain('The access was not granted, so nothing was connected.')
  expect(text).toContain(`href="/connect/${state}"`)
  expect((await get(`/connect/${state}`, ada)).status).toBe(302)
})

test('an expired, a used and an unknown request are refused with what to do', async () => {
  const expired = await ask(-1)
  expect(await (await get(`/connect/${expired}`, ada)).text()).toContain('Its ten minutes are over. Nothing was changed.')
  expect((await callback({ state: expired, code: 'c' })).status).toBe(410)
  const used = await ask()
  await callback({ state: used, code: 'c' })
  expect(await (await get(`/connect/${used}`, ada)).text()).toContain('It has been used already.')
  expect(await (await get('/connect/unknown', ada)).text()).toContain('type &quot;task add&quot;')
  expect((await callback({ code: 'c' })).status).toBe(400)
})

test('an OAuth client file that is missing or broken is a sentence, and the request stays good', async () => {
  const state = await ask()
  const file = join(folder, 'client.json')
  const content = '{"web": {"client_id": "client-1", "auth_uri": "https://accounts.test/auth?x=1"}}'
  await writeFile(file, '{"something": "else"}')
  const response = await get(`/connect/${state}`, ada)
  expect(response.status).toBe(503)
  expect(await response.text()).toContain('is not an OAuth client as Google&#39;s console downloads it')
  await writeFile(file, content)
  expect((await get(`/connect/${state}`, ada)).status).toBe(302)
})
