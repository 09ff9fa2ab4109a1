/**
 * The first ten minutes without a browser: each step said by `npx backstop say`, as the README has it. What Temporal has recorded at the end
 * must hold nothing that a history may not hold.
 */
import { execFile } from 'node:child_process'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Client, Connection } from '@temporalio/client'
import { expect, test } from 'vitest'
import { oauthClientFile } from '../../bot/local/environment.ts'
import { dataFolder } from '../../bot/local/folder/data-folder.ts'
import { readState } from '../../bot/local/folder/state.ts'
import { type Machine, startMachine } from '../local/support/machine.ts'
import { scratch } from '../local/support/rig.ts'
import { connectTask } from '../support/e2e/connect.ts'
import { conversation } from '../support/e2e/console.ts'
import { allWorkflows, payloadsOf } from '../support/e2e/histories.ts'
import { practiceOf } from '../support/e2e/practice.ts'

const launcher = join(import.meta.dirname, '..', '..', 'bot', 'backstop.mjs')
const maxPayloadBytes = 32 * 1_024

/** `backstop say`, as a process of its own; what it shows, with its line breaks taken out. */
function say(machine: Machine, ...args: readonly string[]): Promise<{ readonly code: number; readonly shown: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, [launcher, 'say', '--data', machine.data, ...args], (error, stdout, stderr) => {
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, shown: (stdout + stderr).replace(/\s+/g, ' ') })
    })
  })
}

test('TASK-03 RES-05 RES-06 a lost file is back, said line by line in a terminal, and no secret, name or content is in a history', async () => {
  const machine = startMachine(join(scratch(), 'data'))
  await machine.shows(/Ctrl-C stops everything/)
  await connectTask(machine, await conversation(machine, 'ada'), 'Main')
  const practice = await practiceOf(machine)
  const finance = (await practice.drives()).find(({ name }) => name === 'Finance')?.id ?? ''
  const before = (await practice.files(finance)).find(({ name }) => name === 'Q3 plan')
  if (!before) throw new Error('The practice Drive has no Q3 plan.')
  const content = await practice.content(before.id)

  expect((await say(machine, '--as', 'admin', 'activate Finance')).shown).toContain('Finance')
  expect((await say(machine, '--as', 'admin', '--wait', 'backup now Finance')).shown).toMatch(/listed = .* stored/)
  expect((await say(machine, '--as', 'admin', 'practice lose "Q3 plan" from Finance')).shown).toContain('Lost')
  const asked = await say(machine, '--as', 'admin', 'restore "Q3 plan" from Finance --yes')
  expect(asked.shown).toContain('R-1001')
  const bo = await conversation(machine, 'bo')
  await bo.sees(/Please decide: restore R-1001/)
  expect((await say(machine, '--as', 'approver', '--click', 'Approve')).shown).toContain('You approved R-1001')
  const done = await say(machine, '--as', 'admin', '--wait', 'job show R-1001')
  expect(done.shown).toContain('1 listed = 1 restored + 0 skipped + 0 failed.')
  expect((await say(machine, '--as', 'approver', 'restore all from Finance')).shown).toContain('restores:write')

  const back = (await practice.files(finance)).filter(({ name }) => name === 'Q3 plan')
  expect(back).toMatchObject([{ parent: before.parent, sha256: before.sha256 }])
  const mailFolder = join(machine.data, 'mail')
  await expect.poll(async () => (await readdir(mailFolder)).length, { timeout: 20_000 }).toBe(1)
  expect(await readFile(join(mailFolder, (await readdir(mailFolder))[0] ?? ''), 'utf8')).toContain('Restore R-1001 of Finance')

  await expectCleanHistories(machine, { name: 'Q3 plan', content })
})

/** Design rule 4: ids and cursors only, at most 32 KiB each. */
async function expectCleanHistories(machine: Machine, canary: { readonly name: string; readonly content: Buffer }): Promise<void> {
  const state = readState(dataFolder(machine.data))
  if (!state) throw new Error('The machine has no state.')
  const { web } = JSON.parse(await readFile(oauthClientFile(dataFolder(machine.data)), 'utf8')) as { web: { client_secret: string } }
  const connection = await Connection.connect({ address: `127.0.0.1:${state.ports.temporal}` })
  const client = new Client({ connection })
  const workflows = await allWorkflows(client)
  const payloads = await payloadsOf(client, workflows)
  await connection.close()

  expect(new Set(workflows.map(({ type }) => type))).toEqual(new Set(['approval', 'backupDrive', 'connectTask', 'restore']))
  expect(payloads.length).toBeGreaterThan(20)
  expect(payloads.filter(({ data }) => data.length > maxPayloadBytes).map(({ where }) => where)).toEqual([])
  const canaries = [Buffer.from(canary.name), Buffer.from(web.client_secret), canary.content.subarray(0, 24)]
  const forbidden = canaries.flatMap((bytes) => [
    bytes,
    Buffer.from(bytes.toString('base64').replace(/=*$/, '')),
    Buffer.from(bytes.toString('hex')),
  ])
  const leaks = payloads.filter(({ data }) => forbidden.some((bytes) => data.includes(bytes)))
  expect(leaks.map(({ where }) => where)).toEqual([])
}
