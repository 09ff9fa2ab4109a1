import { readFile } from 'node:fs/promises'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import type { Gateway } from '../../bot/gateway/gateway.ts'
import { type Console, call, linkFor, reply, startConsole } from '../console/console-fixture.ts'
import { everything, hostileName } from '../console/sample-cards.ts'
import { strictBrowser } from './strict-browser.ts'

const clicks: { token: string; values: unknown }[] = []
const commands = ['help', 'status', 'status drives', 'restore']
/** The completion of "h" waits for this. */
const slow = Promise.withResolvers<void>()
const gateway: Partial<Gateway> = {
  say: async ({ text }) => [{ card: text === 'everything' ? everything() : reply({ title: `You said ${text}` }).card, ephemeral: false }],
  act: async ({ token, values }) => {
    clicks.push({ token, values })
    return [reply({ title: `Answer to ${token}` })]
  },
  complete: async ({ text }) => {
    if (text === 'h') await slow.promise
    return commands
      .filter((command) => command.startsWith(text))
      .map((command) => ({ text: command, cursor: command.length, label: command, hint: 'a command' }))
  },
  options: async ({ text }) => [{ value: 'd9', label: `${text} drive` }],
}

let bot: Console
let browser: Browser
let context: BrowserContext
beforeAll(async () => {
  ;[bot, browser] = await Promise.all([startConsole({ gateway }), strictBrowser()])
})
afterEach(async () => {
  clicks.length = 0
  await context.close()
  await bot.db.query('delete from chat_message')
})
afterAll(async () => {
  await browser.close()
  await bot.stop()
})

async function open(person: string, options: Parameters<Browser['newContext']>[0] = {}): Promise<Page> {
  context = await browser.newContext(options)
  return openTab(person)
}

async function openTab(person: string): Promise<Page> {
  const page = await context.newPage()
  await page.goto(await linkFor(bot.url, person))
  await page.getByRole('button', { name: 'Continue as' }).click()
  await page.waitForURL(`${bot.url}/console/${person}`)
  // The line opens, with the focus in it, once the page can take what is typed.
  await page.locator('#line:focus:enabled').waitFor()
  return page
}

const line = (page: Page) => page.getByRole('combobox', { name: 'Message to Backstop' })
const cardTitled = (page: Page, title: string) => page.getByRole('article', { name: title, exact: true })

async function say(page: Page, text: string): Promise<void> {
  await line(page).fill(text)
  await line(page).press('Enter')
}

test('a conversation goes by keyboard alone: completing, sending, what was typed before', async () => {
  const page = await open('ada')
  await page.keyboard.type('sta')
  await page.getByRole('option', { name: 'status drives' }).waitFor()
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('ArrowDown')
  expect(await page.getByRole('option', { selected: true }).textContent()).toContain('status drives')
  await page.keyboard.press('Tab')
  expect(await line(page).inputValue()).toBe('status drives')
  await page.keyboard.press('Enter')
  await cardTitled(page, 'You said status drives').waitFor()
  await page.keyboard.press('ArrowUp')
  expect(await line(page).inputValue()).toBe('status drives')
})

test('who types on before the suggestions have come gets those of what is typed now', async () => {
  const page = await open('ada')
  const asked = page.waitForRequest(/complete\?text=h&/)
  await page.keyboard.type('h')
  await asked
  await page.keyboard.type('e')
  await page.getByRole('option', { name: 'help' }).waitFor()
  slow.resolve()
})

test('Escape closes the suggestions and leaves the line as it is', async () => {
  const page = await open('ada')
  await page.keyboard.type('sta')
  await page.getByRole('option').first().waitFor()
  await page.keyboard.press('Escape')
  expect(await page.getByRole('option').count()).toBe(0)
  expect(await line(page).inputValue()).toBe('sta')
})

test('a button, its question and its answer work by keyboard, and the focus comes back', async () => {
  const page = await open('ada')
  await say(page, 'everything')
  const approve = page.getByRole('button', { name: 'Approve R-1042' })
  await approve.focus()
  await page.keyboard.press('Enter')
  const dialog = page.getByRole('dialog')
  await dialog.waitFor()
  await page.keyboard.press('Escape')
  expect(clicks).toEqual([])
  await page.locator('button:focus', { hasText: 'Approve' }).waitFor()
  await page.keyboard.press('Enter')
  await dialog.getByRole('button', { name: 'Approve' }).press('Enter')
  await cardTitled(page, 'Answer to tok_approve').waitFor()
  expect(clicks).toEqual([{ token: 'tok_approve', values: {} }])
})

test('REC-06 a button that needs a selection can be pressed only when something is chosen, and sends it', async () => {
  const page = await open('ada')
  await say(page, 'everything')
  const button = page.getByRole('button', { name: 'Activate chosen' })
  await button.waitFor()
  expect(await button.isDisabled()).toBe(true)
  await page.getByRole('checkbox', { name: 'Finance', exact: true }).check()
  expect(await button.isDisabled()).toBe(false)
  await page.getByRole('checkbox', { name: 'Drives to activate: all' }).check()
  await button.click()
  await cardTitled(page, 'Answer to tok_chosen').waitFor()
  expect(clicks).toEqual([{ token: 'tok_chosen', values: { drives: ['d1', 'd2'] } }])
})

test('a form sends all its fields, with a choice that was looked up by what it stands for', async () => {
  const page = await open('ada')
  await say(page, 'everything')
  const to = page.getByRole('combobox', { name: 'Restore to' })
  await to.pressSequentially('Fin')
  await page.getByRole('option', { name: 'Fin drive' }).click()
  await page.getByRole('button', { name: 'Restore', exact: true }).click()
  await cardTitled(page, 'Answer to tok_form').waitFor()
  expect(clicks[0]?.values).toMatchObject({ to: 'd9', sharing: true, how: 'a', day: '2026-11-24', drive: '' })
})

test('a dialog with fields sends what was entered', async () => {
  const page = await open('ada')
  await say(page, 'everything')
  await page.getByRole('button', { name: 'Deny' }).click()
  await page.getByRole('dialog').getByRole('textbox').fill('not today')
  await page.getByRole('dialog').getByRole('button', { name: 'Deny' }).click()
  await cardTitled(page, 'Answer to tok_deny').waitFor()
  expect(clicks).toEqual([{ token: 'tok_deny', values: { comment: 'not today' } }])
})

test('hostile names are words: nothing runs and nothing is fetched', async () => {
  const page = await open('ada')
  const requests: string[] = []
  page.on('request', (request) => requests.push(new URL(request.url()).pathname))
  await say(page, 'everything')
  await page
    .getByRole('heading', { name: hostileName.slice(0, 20) })
    .first()
    .waitFor()
  expect(await page.title()).toBe('Ada Admin · Backstop')
  expect(await page.locator('article [onerror], article script, article b').count()).toBe(0)
  expect(requests.filter((path) => !path.startsWith('/console/'))).toEqual([])
  await page.reload()
  await page
    .getByRole('heading', { name: hostileName.slice(0, 20) })
    .first()
    .waitFor()
  expect(await page.title()).toBe('Ada Admin · Backstop')
})

test.each([
  ['light', 360],
  ['dark', 360],
  ['light', 1280],
] as const)('in %s, %i pixels wide, nothing stands out to the side and all text can be read', async (colorScheme, width) => {
  const page = await open('ada', { colorScheme, viewport: { width, height: 740 } })
  await say(page, 'everything')
  await page.getByRole('button', { name: 'Deny' }).waitFor()
  expect(await inPage(page, 'overflow')).toEqual([])
  expect(await inPage(page, 'contrast')).toEqual([])
})

test('everything that can be operated has a name', async () => {
  const page = await open('ada')
  await say(page, 'everything')
  await page.getByRole('button', { name: 'Deny' }).waitFor()
  expect(await inPage(page, 'unnamed')).toEqual([])
})

test('what is said while the bot does not answer is kept, said again once, and never twice', async () => {
  const page = await open('ada')
  await context.route('**/console/api/say', (route) => route.abort())
  await say(page, 'backup now Finance')
  await page.getByText('Backstop cannot be reached at the moment.').waitFor()
  await context.unroute('**/console/api/say')
  await page.getByRole('button', { name: 'Try again' }).click()
  await cardTitled(page, 'You said backup now Finance').waitFor()
  expect(await page.locator('.said').allTextContents()).toEqual(['backup now Finance'])
})

test('the answer to a click that cannot be sent stands at the card, with a way to try again', async () => {
  const page = await open('ada')
  await say(page, 'everything')
  await context.route('**/console/api/act', (route) => route.abort())
  await page.getByRole('button', { name: 'Browse' }).click()
  await page.getByRole('alert').getByText('Backstop cannot be reached').waitFor()
  await context.unroute('**/console/api/act')
  await page.getByRole('alert').getByRole('button', { name: 'Try again' }).click()
  await cardTitled(page, 'Answer to tok_row').waitFor()
})

test('two tabs of one person show the same conversation', async () => {
  const first = await open('ada')
  const second = await openTab('ada')
  await say(first, 'status')
  await cardTitled(second, 'You said status').waitFor()
  expect(await second.locator('.said').allTextContents()).toEqual(['status'])
  await first.getByText('Sending…').waitFor({ state: 'detached' })
  expect(await first.locator('.said').allTextContents()).toEqual(['status'])
})

test('a page that is cut off says so, goes on by itself, and shows what it missed', async () => {
  const page = await open('ada')
  await context.route('**/console/api/events?*', (route) => route.abort())
  await page.reload()
  await page.getByRole('status').getByText('Reconnecting…').waitFor()
  const elsewhere = { text: 'from elsewhere', clientId: 'elsewhere' }
  await call(bot, 'ada', 'say', elsewhere)
  await context.unroute('**/console/api/events?*')
  await cardTitled(page, 'You said from elsewhere').waitFor()
  await page.getByText('Reconnecting…').waitFor({ state: 'hidden' })
})

test('a card that is rendered again keeps the focus and what was typed into it', async () => {
  const page = await open('ada')
  await say(page, 'everything')
  const notes = page.getByRole('textbox', { name: 'Notes' })
  await notes.fill('half a sentence')
  await bot.db.query(
    `update chat_message set card = jsonb_set(card, '{footer}', '"Changed meanwhile"'), updated_at = now() where direction = 'out'`,
  )
  bot.hub.wake('per_ada')
  await page.getByText('Changed meanwhile').waitFor()
  expect(await notes.inputValue()).toBe('half a sentence')
  await page.locator('textarea:focus').waitFor()
})

test('somebody who signs in in another tab gets a tab on the pages that are open already', async () => {
  const page = await open('ada')
  await openTab('cy')
  await page.getByRole('link', { name: /Cy Oncall/ }).waitFor()
})

/** The answer of a script of `in-page/` to the page as it stands. */
async function inPage(page: Page, script: 'contrast' | 'overflow' | 'unnamed'): Promise<unknown> {
  return page.evaluate(await readFile(new URL(`in-page/${script}.js`, import.meta.url), 'utf8'))
}
