import chromium from '@sparticuz/chromium'
import { type Browser, chromium as playwright } from 'playwright-core'

/**
 * A Chromium that keeps to the rules of the web as a person's does: with its processes apart, several windows that come and go, and no
 * web security switched off. Close it in `afterAll`.
 */
export async function strictBrowser(): Promise<Browser> {
  return playwright.launch({
    executablePath: await chromium.executablePath(),
    args: [
      '--no-sandbox',
      '--no-zygote',
      '--no-proxy-server',
      '--disable-background-networking',
      '--disable-dev-shm-usage',
      '--disable-gpu',
    ],
    headless: true,
  })
}
