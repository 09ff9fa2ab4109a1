import { expect, test } from 'vitest'
import { type RestoreReport, restoreMail } from '../../activities/notify/restore-mail.ts'

const report = (over: Partial<RestoreReport> = {}): RestoreReport => ({
  jobId: 'job_1',
  jobName: 'R-1001',
  to: 'ada@practice.example',
  displayName: 'Ada',
  driveName: 'Finance',
  destinationName: 'Finance',
  snapshotTime: new Date('2026-03-01T02:00:00Z'),
  status: 'succeeded',
  error: null,
  total: 1_204,
  done: 1_204,
  skipped: 0,
  failed: 0,
  warnings: 0,
  failures: [],
  link: 'http://backstop.test/console',
  ...over,
})

test('RES-06 the mail names the archive, the result and the sum that has to come out even', () => {
  const mail = restoreMail(report())
  expect(mail.subject).toBe('Restore R-1001 of Finance: Succeeded')
  expect(mail.text).toContain('1,204 listed = 1,204 restored + 0 skipped + 0 failed.')
  expect(mail.text).toContain('http://backstop.test/console')
})

test('RES-06 what was not restored is named with its reason', () => {
  const mail = restoreMail(
    report({ status: 'partially-succeeded', done: 1_203, failed: 1, failures: [{ path: 'a/b.txt', note: 'the drive is full' }] }),
  )
  expect(mail.text).toContain('Not restored: a/b.txt (the drive is full)')
})

test('a hostile name is text in the HTML of the mail', () => {
  const mail = restoreMail(report({ driveName: '<img src=x onerror=alert(1)>"&\'' }))
  expect(mail.html).not.toContain('<img')
  expect(mail.html).toContain('&lt;img src=x onerror=alert(1)&gt;&quot;&amp;&#39;')
})

test('a repeated mail has the same id, and another ending has another', () => {
  expect(restoreMail(report()).id).toBe(restoreMail(report()).id)
  expect(restoreMail(report({ status: 'canceled' })).id).not.toBe(restoreMail(report()).id)
})
