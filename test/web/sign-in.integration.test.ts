import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Console, linkFor, operatorKey, signIn, startConsole } from '../console/console-fixture.ts'

let bot: Console
beforeAll(async () => {
  bot = await startConsole()
})
afterAll(() => bot.stop())

test('a link signs its person in once: the second use is refused in words', async () => {
  const link = await linkFor(bot.url, 'ada')
  const first = await fetch(link, { method: 'POST', redirect: 'manual' })
  expect(first.status).toBe(303)
  expect(first.headers.get('location')).toBe('/console/ada')
  expect(first.headers.get('set-cookie')).toMatch(/^backstop_session_ada=[\w-]{43}; Path=\/; Max-Age=43200; HttpOnly; SameSite=Lax$/)

  const second = await fetch(link, { method: 'POST', redirect: 'manual' })
  expect(second.status).toBe(410)
  expect(await second.text()).toContain('A sign-in link works once, and for ten minutes.')
})

test('looking ahead at a link, as mail scanners do, does not use it up', async () => {
  const link = await linkFor(bot.url, 'bo')
  for (let look = 0; look < 3; look++) expect(await (await fetch(link)).text()).toContain('Continue as')
  expect((await fetch(link, { method: 'POST', redirect: 'manual' })).status).toBe(303)
})

test('of twenty browsers that use one link at the same time, one is signed in', async () => {
  const link = await linkFor(bot.url, 'cy')
  const answers = await Promise.all(Array.from({ length: 20 }, () => fetch(link, { method: 'POST', redirect: 'manual' })))
  expect(answers.map(({ status }) => status).sort()).toEqual([303, ...Array(19).fill(410)])
})

test('P13 neither a link nor a session stands in the database as it is', async () => {
  const link = await linkFor(bot.url, 'ada')
  const { cookie } = await signIn(bot, 'ada')
  const rows = await bot.db.query<{ text: string }>(
    'select encode(token_hash, $1) as text from sign_in_link union all select encode(token_hash, $1) from web_session',
    ['escape'],
  )
  const stored = rows.map(({ text }) => text).join()
  expect(stored).not.toContain(link.split('/').at(-1))
  expect(stored).not.toContain(cookie.split('=')[1])
})

test('several people sit side by side in one browser, each with a page of their own', async () => {
  const cookies = [(await signIn(bot, 'ada')).cookie, (await signIn(bot, 'bo')).cookie].join('; ')
  const page = await (await fetch(`${bot.url}/console/bo`, { headers: { cookie: cookies } })).text()
  expect(page).toContain('<title>Bo Approver · Backstop</title>')
  expect(page).toMatch(/<a href="\/console\/ada" data-person="ada">/)
  expect(page).toMatch(/<a href="\/console\/bo" data-person="bo" aria-current="page">/)
})

test('one person’s cookie opens nobody else’s page', async () => {
  const { cookie } = await signIn(bot, 'ada')
  const renamed = cookie.replace('session_ada', 'session_bo')
  const response = await fetch(`${bot.url}/console/bo`, { headers: { cookie: renamed } })
  expect(response.status).toBe(401)
  expect(await response.text()).toContain('You are not signed in as &quot;bo&quot;')
})

test('signing out ends the session at once, and only with the page’s own token', async () => {
  const { cookie, csrf } = await signIn(bot, 'ada')
  const out = (token: string) =>
    fetch(`${bot.url}/sign-out/ada`, {
      method: 'POST',
      redirect: 'manual',
      headers: { cookie },
      body: new URLSearchParams({ csrf: token }),
    })
  const see = async () => (await fetch(`${bot.url}/console/ada`, { headers: { cookie } })).status
  await out('forged')
  expect(await see()).toBe(200)
  await out(csrf)
  expect(await see()).toBe(401)
})

test('only the operator key gives out links', async () => {
  const ask = (key: string) =>
    fetch(`${bot.url}/console/operator/sign-in-link`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      body: JSON.stringify({ person: 'ada' }),
    })
  expect((await ask('guess')).status).toBe(401)
  expect((await ask(operatorKey)).status).toBe(200)
})

test('a link for somebody unknown is refused with what can be said instead', async () => {
  const response = await fetch(`${bot.url}/console/operator/sign-in-link`, {
    method: 'POST',
    headers: { authorization: `Bearer ${operatorKey}`, 'content-type': 'application/json' },
    body: JSON.stringify({ person: 'zoe' }),
  })
  expect(response.status).toBe(404)
  expect(await response.json()).toEqual({
    error: {
      title: 'Not found',
      message: 'There is nobody with the handle or role "zoe". Say a handle such as "ada", or a role: admin, approver, on-call.',
    },
  })
})
