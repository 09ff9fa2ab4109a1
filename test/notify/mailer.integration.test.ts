import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { simpleParser } from 'mailparser'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { folderMailer, type Mail, smtpMailer } from '../../activities/notify/mailer.ts'
import { type TestMail, testMail } from '../support/servers/mail.ts'

const from = 'Backstop <backstop@backstop.test>'
const mail = (over: Partial<Mail> = {}): Mail => ({
  id: 'job_1.succeeded',
  to: 'ada@practice.example',
  subject: 'Restore R-1001 of Finance: Succeeded',
  text: '1 listed = 1 restored + 0 skipped + 0 failed.',
  html: '<p>1 listed</p>',
  ...over,
})

let server: TestMail
let folder: string
beforeAll(async () => {
  server = await testMail()
  folder = await mkdtemp(join(tmpdir(), 'backstop-mail-'))
})
afterAll(async () => {
  await server.stop()
  await rm(folder, { recursive: true })
})

test('RES-06 the summary is delivered by a real mail server, as text and as HTML, and says that no robot should answer', async () => {
  await smtpMailer({ url: server.url, from }).send(mail())
  const received = await server.waitFor(({ messageId }) => messageId === '<job_1.succeeded@backstop.test>')
  expect(received).toMatchObject({
    subject: 'Restore R-1001 of Finance: Succeeded',
    text: '1 listed = 1 restored + 0 skipped + 0 failed.',
  })
  expect(received.html).toBe('<p>1 listed</p>')
  expect(received.headers.get('auto-submitted')).toBe('auto-generated')
})

test('a name with a line break cannot add a header', async () => {
  await smtpMailer({ url: server.url, from }).send(mail({ id: 'hostile', subject: 'Restore of x\r\nBcc: eve@evil.example' }))
  const received = await server.waitFor(({ messageId }) => messageId === '<hostile@backstop.test>')
  expect(received.subject).toBe('Restore of x Bcc: eve@evil.example')
  expect(received.bcc).toBeUndefined()
})

test('a mail that the server refuses is an error, so that it is tried again', async () => {
  server.refuseWith({ code: 451, text: 'try later' })
  const refused = smtpMailer({ url: server.url, from }).send(mail({ id: 'later' }))
  await expect(refused).rejects.toMatchObject({ responseCode: 451 })
  server.refuseWith(undefined)
})

test('without a mail server each mail becomes a file that mail programs open', async () => {
  await folderMailer({ folder, from }).send(mail())
  const [file, ...others] = await readdir(folder)
  expect(others).toEqual([])
  const parsed = await simpleParser(await readFile(join(folder, file ?? '')))
  expect(parsed).toMatchObject({ subject: 'Restore R-1001 of Finance: Succeeded', messageId: '<job_1.succeeded@backstop.test>' })
})
