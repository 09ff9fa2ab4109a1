/** The first ten minutes in two terminals: Ada and Bo, each in `backstop chat`, with what happens meanwhile appearing by itself. */
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { startMachine } from '../local/support/machine.ts'
import { scratch } from '../local/support/rig.ts'
import { startChat } from '../support/e2e/cli.ts'
import { consentAt } from '../support/e2e/connect.ts'
import { practiceOf } from '../support/e2e/practice.ts'

test('TASK-01 RES-05 RES-07 a lost file is back after a conversation in two terminals', async () => {
  const machine = startMachine(join(scratch(), 'data'))
  await machine.shows(/Ctrl-C stops everything/)
  const ada = startChat(machine, 'admin')
  const bo = startChat(machine, 'approver')
  await ada.shows(/You speak with Backstop as Ada Admin\./)
  await bo.shows(/You speak with Backstop as Bo Approver\./)

  ada.type('task add Main')
  const [, link] = await ada.shows(/Sign in with Google: (http:\/\/\S+\/connect\/\S+)/)
  await consentAt(machine, link ?? '')
  await ada.shows(/Backup task · Main|is connected and backs up/)
  ada.type('activate Finance')
  await ada.shows(/Finance/)
  ada.type('backup now Finance')
  await ada.shows(/Backup done · Finance .* listed = /)
  ada.type('practice lose "Q3 plan" from Finance')
  await ada.shows(/Q3 plan is gone from Finance/)

  ada.type('restore "Q3 plan" from Finance')
  const [, ok] = await ada.shows(/Restore from the archive of Finance .*\[(\d+)\] OK/)
  ada.type(ok ?? '')
  await ada.shows(/Job label/)
  // The five fields of the form, as they stand.
  for (const _ of ['label', 'to', 'folder', 'sharing', 'why']) ada.type('')
  await ada.shows(/R-1001 waiting for approval/)

  const [, approve] = await bo.shows(/Please decide: restore R-1001 .*?\[(\d+)\] Approve/)
  bo.type(approve ?? '')
  await bo.shows(/Comment \(optional\)/)
  bo.type('Looks right')
  await bo.shows(/You approved R-1001/)
  await ada.shows(/Restore R-1001 done · Finance .* 1 listed = 1 restored \+ 0 skipped \+ 0 failed\./)

  const practice = await practiceOf(machine)
  const finance = (await practice.drives()).find(({ name }) => name === 'Finance')?.id ?? ''
  expect((await practice.files(finance)).filter(({ name }) => name === 'Q3 plan')).toHaveLength(1)
  for (const chat of [ada, bo]) {
    chat.type('exit')
    expect(await chat.ended).toBe(0)
  }
})
