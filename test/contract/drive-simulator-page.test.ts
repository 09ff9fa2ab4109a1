/** The practice Drive's own page in a real browser: what a person does there, and what a stranger's page cannot. */
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { type PracticeDrive, startPracticeDrive } from '../../activities/drive/simulator/wire/start.ts'
import { testBrowser } from '../support/servers/browser.ts'

const hostile = '<img src=x onerror="document.title=1"> & "plan".txt'
let practice: PracticeDrive
let browser: Browser
let page: Page
let driveId: string
const wrong: string[] = []

beforeAll(async () => {
  practice = await startPracticeDrive({ world: { seed: 7, items: 100 } })
  driveId = practice.model.practice.driveByName('Finance') ?? ''
  browser = await testBrowser()
  page = await browser.newPage()
  page.setDefaultTimeout(8_000)
  page.on('pageerror', (error) => wrong.push(String(error)))
  page.on('console', (message) => {
    if (message.type() === 'error') wrong.push(message.text())
  })
}, 60_000)

afterAll(async () => {
  await browser.close()
  await practice.stop()
})

beforeEach(async () => {
  wrong.length = 0
  await page.setViewportSize({ width: 1_100, height: 800 })
  await page.goto(practice.url)
  await page.getByRole('table', { name: 'Shared drives' }).waitFor()
})

/** Waits longer than vitest does by itself: the machine may be busy. */
const eventually = (read: () => Promise<string | null>) => expect.poll(read, { timeout: 10_000 })
const said = (text: string) => eventually(() => page.getByRole('status').textContent()).toContain(text)
const press = (name: string | RegExp) => page.getByRole('button', { name }).click()
const confirm = (name: string) => page.getByRole('dialog').last().getByRole('button', { name, exact: true }).click()

async function openFinance(): Promise<void> {
  await page.getByRole('link', { name: 'Finance' }).click()
  await page.getByRole('heading', { name: 'Finance' }).waitFor()
}

async function uploadFile(name: string, content: string): Promise<void> {
  await page.locator('input[type=file]').setInputFiles({ name, mimeType: 'text/plain', buffer: Buffer.from(content) })
  await said('1 uploaded.')
}

test('a file is uploaded, opened, renamed, trashed and brought back, and its hostile name does nothing', async () => {
  await openFinance()
  await uploadFile(hostile, 'what it says <script>alert(1)</script>')
  await page.getByRole('link', { name: hostile }).click()
  await eventually(() => page.locator('pre').textContent()).toBe('what it says <script>alert(1)</script>')
  expect(await page.title()).toBe(`${hostile} · Practice Drive`)
  await press(/^Rename/)
  await page.getByLabel('New name').fill('Renamed')
  await confirm('Rename')
  await page.getByRole('heading', { name: 'Renamed' }).waitFor()
  await press('Move to trash Renamed')
  await said('Renamed is in the trash.')
  await press('Restore Renamed')
  await said('Renamed is back.')
  expect(practice.model.practice.findByName(driveId, 'Renamed')).toHaveLength(1)
  expect(wrong).toEqual([])
})

test('a file is deleted for ever only after a question', async () => {
  await openFinance()
  await uploadFile('Doomed', 'x')
  await press('Delete for ever… Doomed')
  await confirm('Cancel')
  expect(practice.model.practice.findByName(driveId, 'Doomed')).toHaveLength(1)
  await press('Delete for ever… Doomed')
  await confirm('Delete for ever')
  await said('Doomed is deleted.')
  expect(practice.model.practice.findByName(driveId, 'Doomed')).toEqual([])
})

test('the trash is emptied', async () => {
  await openFinance()
  await uploadFile('Rubbish', 'x')
  await press('Move to trash Rubbish')
  await said('Rubbish is in the trash.')
  await page.getByRole('link', { name: 'Trash', exact: true }).click()
  await page.getByRole('heading', { name: 'Trash of Finance' }).waitFor()
  await press('Empty trash…')
  await confirm('Empty trash')
  await eventually(() => page.locator('main').textContent()).toContain('The trash is empty.')
})

test('sharing of a file is given, changed and taken away', async () => {
  await openFinance()
  await uploadFile('Shared', 'x')
  await press('Sharing… Shared')
  await press('Add a person…')
  await page.getByLabel('Mail address').fill('guest@elsewhere.example')
  await confirm('Add')
  await page.getByLabel('Role of guest@elsewhere.example').selectOption('writer')
  await said('guest@elsewhere.example is now Contributor.')
  await press('Remove guest@elsewhere.example')
  await said('guest@elsewhere.example has no access of their own any more.')
  await confirm('Done')
})

test('a mess is made', async () => {
  await press('Make a mess of Legal')
  await confirm('Make a mess')
  await said('encrypted')
})

test('the ledger shows the calls of programs, not those of the page', async () => {
  await fetch(`${practice.url}/drive/v3/about`)
  await page.getByRole('link', { name: 'API calls' }).click()
  const table = page.getByRole('table', { name: 'Calls by method' })
  await eventually(() => table.locator('tbody').textContent()).toMatch(/^drive\.about\.get1010 bytes\d+ bytes$/)
})

test('the link of a file leads to its page', async () => {
  const [fileId = ''] = practice.model.practice.findByName(driveId, 'Q3 plan')
  await page.goto(`${practice.url}/file/${fileId}`)
  await page.getByRole('heading', { name: 'Q3 plan' }).waitFor()
})

test('at 360 pixels nothing has to be scrolled sideways', async () => {
  await page.setViewportSize({ width: 360, height: 740 })
  await openFinance()
  await page.getByRole('table').waitFor()
  const beyond = await page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth')
  expect(beyond).toBe(0)
})

test('what the person may not do is answered in words', async () => {
  await page.goto(`${practice.url}/file/made-up`)
  await eventually(() => page.getByRole('alert').textContent()).toBe('File not found: made-up.')
})

test('on the consent page a person is chosen and access allowed', async () => {
  const query = new URLSearchParams({
    client_id: practice.credentials.clientId,
    redirect_uri: `${practice.url}/ledger`,
    response_type: 'code',
    scope: 'https://www.googleapis.com/auth/drive',
    state: 'kept',
  })
  await page.goto(`${practice.url}/o/oauth2/v2/auth?${query}`)
  await page.getByLabel('April Approver').check()
  await press('Allow')
  await page.getByRole('heading', { name: 'API calls' }).waitFor()
  const back = new URL(page.url()).searchParams
  expect(back.get('state')).toBe('kept')
  expect(practice.wire.grants.takeCode(back.get('code') ?? '')).toMatchObject({ email: 'approver@practice.example' })
})

test('a page of a stranger can neither act nor read', async () => {
  const cookie = (await page.context().cookies()).map(({ name, value }) => `${name}=${value}`).join('; ')
  expect(cookie).not.toBe('')
  const send = (method: string, headers: Record<string, string>) =>
    fetch(`${practice.url}/_practice/${method === 'GET' ? 'state' : 'mess'}`, { method, headers })
  expect((await send('GET', { cookie })).status).toBe(200)
  // A form on another page sends the cookie at most, and never the page's own header.
  expect((await send('POST', { cookie })).status).toBe(401)
  const [session] = await page.context().cookies()
  expect(session).toMatchObject({ httpOnly: true, sameSite: 'Strict' })
  const answer = await fetch(practice.url)
  expect(answer.headers.get('content-security-policy')).toContain("default-src 'none'")
  expect(answer.headers.get('access-control-allow-origin')).toBeNull()
})
