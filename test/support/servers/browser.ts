import chromium from '@sparticuz/chromium'
import { type Browser, chromium as playwright } from 'playwright-core'

/** A Chromium of one's own, from npm packages alone. Close it in `afterAll`; it ends with this process in any case. */
export async function testBrowser(): Promise<Browser> {
  return playwright.launch({
    executablePath: await chromium.executablePath(),
    args: [...chromium.args, '--no-proxy-server'],
    headless: true,
  })
}
