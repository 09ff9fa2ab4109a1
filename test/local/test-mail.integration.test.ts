import { createTransport } from 'nodemailer'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type TestMail, testMail } from '../support/servers/mail.ts'

let mail: TestMail
beforeAll(async () => {
  mail = await testMail()
})
afterAll(() => mail.stop())

const letter = { from: 'backstop@example.com', to: 'ada@example.com', text: 'done' }

test('the mail server keeps what a real client sends', async () => {
  await createTransport(mail.url).sendMail({ ...letter, subject: 'Restore finished' })
  expect(await mail.waitFor((m) => m.subject === 'Restore finished')).toMatchObject({ text: 'done\n' })
})

test('the mail server can refuse, as real ones do', async () => {
  mail.refuseWith({ code: 451, text: 'try later' })
  await expect(createTransport(mail.url).sendMail({ ...letter, subject: 'refused' })).rejects.toMatchObject({ responseCode: 451 })
  mail.refuseWith(undefined)
  expect(mail.received.map((m) => m.subject)).not.toContain('refused')
})
