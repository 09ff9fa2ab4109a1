/**
 * The first ten minutes of a new user, on the whole product: from the sign-in link to a lost file that is back. Takes the pictures of the
 * README on demand: `BACKSTOP_PICTURES=docs/pictures npx vitest run --project browser test/browser/ten-minutes.test.ts`
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { up } from '../../bot/local/up.ts'
import { systemClock } from '../../db/kit/clock.ts'
import { systemRandom } from '../../db/kit/random.ts'
import { strictBrowser } from './strict-browser.ts'

const pictures = process.env['BACKSTOP_PICTURES']
const stop = new AbortController()
let folder: string
let running: Promise<number>
let links: readonly string[]
let browser: Browser
let context: BrowserContext

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'backstop-'))
  const said: string[] = []
  const { promise: ready, resolve } = Promise.withResolvers<void>()
  const io = {
    say: (text: string) => {
      said.push(text)
      if (text.includes('Backstop is ready')) resolve()
    },
    ask: async () => undefined,
  }
  running = up(['--data', folder], { env: process.env, io, stop: stop.signal, clock: systemClock, random: systemRandom })
  const ended = running.then((code) => Promise.reject(new Error(`Backstop did not start (${code}):\n${said.join('\n')}`)))
  await Promise.race([ready, ended])
  // Stopped by this test later, which is no failure.
  ended.catch(() => {})
  links = said.join('\n').match(/http\S+\/sign-in\/\S+/g) ?? []
  browser = await strictBrowser()
  context = await browser.newContext({ viewport: { width: 1100, height: 980 }, deviceScaleFactor: pictures ? 2 : 1 })
  context.setDefaultTimeout(60_000)
}, 240_000)

afterAll(async () => {
  await browser?.close()
  stop.abort()
  await running
  await rm(folder, { recursive: true, force: true })
})

async function open(link: string | undefined): Promise<Page> {
  const page = await context.newPage()
  await page.goto(link ?? '')
  await page.getByRole('button', { name: 'Continue as' }).click()
  await page.waitForURL(/\/console\/\w+$/)
  return page
}

async function say(page: Page, text: string): Promise<void> {
  await page.getByRole('combobox', { name: 'Message to Backstop' }).fill(text)
  await page.keyboard.press('Enter')
}

const card = (page: Page, title: RegExp) => page.getByRole('article', { name: title }).last()

async function picture(page: Page, name: string): Promise<void> {
  if (pictures) await page.screenshot({ path: join(pictures, `${name}.png`) })
}

test('TASK-03 RES-05 RES-07 a new user connects, backs up, loses a file and gets it back with a second person’s word', async () => {
  const bo = await open(links[1])
  const ada = await open(links[0])

  await say(ada, 'task add')
  await card(ada, /New backup task/)
    .getByRole('link', { name: 'Sign in with Google' })
    .click()
  await ada.getByRole('button', { name: 'Allow' }).click()
  await ada.getByRole('heading', { name: /^Connected\. \d+ drives found\.$/ }).waitFor()
  await ada.getByRole('link', { name: 'Go back to the conversation' }).click()
  await card(ada, /Backup task/)
    .getByRole('button', { name: 'Settings' })
    .waitFor()
  await picture(ada, 'task')

  await say(ada, 'activate Finance')
  await card(ada, /Activate/i).waitFor()
  await say(ada, 'backup now Finance')
  await card(ada, /^Backup done · Finance/).waitFor()
  await picture(ada, 'backup')

  await say(ada, 'practice lose "Q3 plan" from Finance')
  await card(ada, /Lost/).waitFor()
  await say(ada, 'restore "Q3 plan" from Finance')
  await card(ada, /Restore from the archive of Finance/)
    .getByRole('button', { name: 'OK' })
    .click()
  await card(ada, /waiting for approval/).waitFor()
  await picture(ada, 'plan')

  expect(await bo.title()).toBe('(1) Bo Approver · Backstop')
  await ada.getByRole('link', { name: /Bo Approver.*request waits/ }).waitFor()
  await bo.getByRole('button', { name: /^Approve/ }).waitFor()
  await picture(bo, 'approval')
  await bo.getByRole('button', { name: /^Approve/ }).click()
  if (await bo.getByRole('dialog').isVisible())
    await bo
      .getByRole('dialog')
      .getByRole('button', { name: /Approve/ })
      .click()

  await card(ada, /Restore R-\d+.* done · Finance/).waitFor()
  await picture(ada, 'done')
  await bo.waitForFunction('document.title === "Bo Approver · Backstop"')

  await card(ada, /Restore R-\d+.* done · Finance/)
    .getByRole('link')
    .first()
    .waitFor()
  if (!pictures) return
  await ada.emulateMedia({ colorScheme: 'dark' })
  await ada.setViewportSize({ width: 390, height: 844 })
  await ada.reload()
  await picture(ada, 'phone')
}, 300_000)
