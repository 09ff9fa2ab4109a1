import { expect, test } from 'vitest'
import { testBrowser } from '../support/servers/browser.ts'

test('the browser of the tests opens a page and reads what it says', async () => {
  const browser = await testBrowser()
  try {
    const page = await browser.newPage()
    await page.setContent('<button onclick="this.textContent = \'pressed\'">press</button>')
    await page.getByRole('button').click()
    expect(await page.getByRole('button').textContent()).toBe('pressed')
  } finally {
    await browser.close()
  }
})
