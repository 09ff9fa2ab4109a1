import { request } from 'node:http'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Console, call, operatorKey, signIn, startConsole } from '../console/console-fixture.ts'

let bot: Console
beforeAll(async () => {
  bot = await startConsole()
})
afterAll(() => bot.stop())

test('a page elsewhere that points its own name at this machine gets nothing', async () => {
  expect(await statusWithHost('evil.test')).toBe(421)
  expect(await statusWithHost(new URL(bot.url).host)).toBe(200)
  expect(await statusWithHost(`localhost:${new URL(bot.url).port}`)).toBe(200)
})

test('every answer forbids foreign scripts, frames and guessing of types, also an error', async () => {
  for (const path of ['/', '/nothing/here', '/console/page/main.js']) {
    const { headers } = await fetch(bot.url + path)
    const policy = headers.get('content-security-policy')
    expect(policy).toContain("default-src 'none'")
    expect(policy).toContain("script-src 'self';")
    expect(policy).toContain("frame-ancestors 'none'")
    expect(policy).not.toContain('unsafe')
    expect(headers.get('x-content-type-options')).toBe('nosniff')
    expect(headers.get('x-powered-by')).toBeNull()
  }
})

test('a write without the page’s token is refused, whatever the cookie says', async () => {
  const { cookie, csrf } = await signIn(bot, 'ada')
  const say = (headers: Record<string, string>) =>
    fetch(`${bot.url}/console/api/say`, {
      method: 'POST',
      headers: { cookie, 'x-backstop-as': 'ada', 'content-type': 'application/json', ...headers },
      body: JSON.stringify({ text: 'help', clientId: 'one' }),
    })
  expect((await say({})).status).toBe(403)
  expect((await say({ 'x-backstop-csrf': 'forged' })).status).toBe(403)
  expect((await say({ 'x-backstop-csrf': csrf, origin: 'https://evil.test' })).status).toBe(403)
  expect((await say({ 'x-backstop-csrf': csrf, origin: bot.url })).status).toBe(200)
})

test('one person’s token does not serve for another', async () => {
  const ada = await signIn(bot, 'ada')
  const bo = await signIn(bot, 'bo')
  const response = await fetch(`${bot.url}/console/api/say`, {
    method: 'POST',
    headers: {
      cookie: `${ada.cookie}; ${bo.cookie}`,
      'x-backstop-as': 'bo',
      'x-backstop-csrf': ada.csrf,
      'content-type': 'application/json',
    },
    body: JSON.stringify({ text: 'approve R-1', clientId: 'one' }),
  })
  expect(response.status).toBe(403)
})

test.each([
  ['{"text": ', 400, 'The request is not valid JSON.'],
  [JSON.stringify({ clientId: 'x' }), 400, 'The request cannot be understood: text: Invalid input: expected string, received undefined.'],
  [
    JSON.stringify({ text: 'x'.repeat(5_000), clientId: 'x' }),
    400,
    'The request cannot be understood: text: Too big: expected string to have <=4000 characters.',
  ],
  [
    JSON.stringify({ text: 'x'.repeat(300_000), clientId: 'x' }),
    413,
    'That is more than Backstop takes in one message. Send less at once.',
  ],
])('what cannot be taken is refused with a sentence: %.30s', async (body, status, message) => {
  const response = await fetch(`${bot.url}/console/api/say`, {
    method: 'POST',
    headers: { authorization: `Bearer ${operatorKey}`, 'x-backstop-as': 'ada', 'content-type': 'application/json' },
    body,
  })
  expect(response.status).toBe(status)
  expect(await response.json()).toMatchObject({ error: { message } })
})

test('a page that does not exist says so, and what to do', async () => {
  const response = await fetch(`${bot.url}/nothing/<script>`)
  expect(response.status).toBe(404)
  const text = await response.text()
  expect(text).toContain('There is no page at')
  expect(text).not.toContain('<script>')
})

test('a database that is not there is a sentence, not a stack', async () => {
  const cut = await startConsole()
  await cut.db.query('alter table chat_message rename to away')
  expect(await call(cut, 'ada', 'transcript')).toEqual({
    error: {
      title: 'The database cannot be reached',
      message:
        'Backstop cannot reach its database (PostgreSQL) at the moment. Nothing is lost, and it connects again by itself; try again in a moment.',
    },
  })
  await cut.stop()
})

function statusWithHost(host: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    request(`${bot.url}/`, { headers: { host } }, (response) => {
      response.resume()
      resolve(response.statusCode)
    })
      .on('error', reject)
      .end()
  })
}
