/** The first ten minutes without a browser: each step said by `npx backstop say`, as the README has it, and found again after a restart. */
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { type Machine, startMachine } from '../local/support/machine.ts'
import { scratch } from '../local/support/rig.ts'
import { say } from '../support/e2e/cli.ts'
import { connectTask } from '../support/e2e/connect.ts'
import { conversation } from '../support/e2e/console.ts'
import { practiceOf } from '../support/e2e/practice.ts'

test('TASK-03 RES-04 RES-05 RES-06 a lost file is back with its sharing, said line by line, and the next start finds it all as it was', async () => {
  const data = join(scratch(), 'data')
  const first = startMachine(data)
  await first.shows(/Ctrl-C stops everything/)
  await connectTask(first, await conversation(first, 'ada'), 'Main')
  const practice = await practiceOf(first)
  const finance = (await practice.drives()).find(({ name }) => name === 'Finance')?.id ?? ''
  const plan = async () => (await practice.files(finance)).filter(({ name }) => name === 'Q3 plan')
  const [before] = await plan()
  if (!before) throw new Error('The practice Drive has no Q3 plan.')
  const sharing = await practice.sharing(before.id)
  expect(sharing).toHaveLength(1)

  expect((await say(first, '--as', 'admin', 'activate Finance')).shown).toContain('Finance')
  const backup = await say(first, '--as', 'admin', '--wait', 'backup now Finance')
  expect(backup).toMatchObject({ code: 0, shown: expect.stringMatching(/Backup done · Finance .* listed = .* stored/) })
  expect((await say(first, '--as', 'admin', 'practice lose "Q3 plan" from Finance')).shown).toContain('Lost')
  expect(await plan()).toEqual([])

  await askAndApprove(first)

  const [after, ...more] = await plan()
  expect(more).toEqual([])
  expect(after).toMatchObject({ parent: before.parent, sha256: before.sha256 })
  expect(await practice.sharing(after?.id ?? '')).toEqual(sharing)
  const mailFolder = join(data, 'mail')
  await expect.poll(async () => (await readdir(mailFolder)).length, { timeout: 20_000 }).toBe(1)
  expect(await readFile(join(mailFolder, (await readdir(mailFolder))[0] ?? ''), 'utf8')).toContain('Restore R-1001 of Finance')

  first.signal('SIGINT')
  await first.ended
  const second = startMachine(data)
  await second.shows(/Ctrl-C stops everything/)
  expect((await say(second, '--as', 'admin', 'job show R-1001')).shown).toContain('Restore R-1001 done · Finance')
  await expectNothingNew(second, practice, backup.shown)
})

/** What an approver has to know stands on the card before anything is done. */
async function askAndApprove(machine: Machine): Promise<void> {
  const form = await say(machine, '--as', 'admin', 'restore "Q3 plan" from Finance')
  expect(form.shown).toMatch(/Restore from the archive of Finance.*Planning\/2026\/Q3 plan.*\[\d\] OK/)
  expect((await say(machine, '--as', 'admin', '--click', 'OK')).shown).toContain('R-1001')

  const bo = await conversation(machine, 'bo')
  await bo.sees(/Please decide: restore R-1001/)
  const waiting = (await say(machine, '--as', 'admin', 'job show R-1001')).shown
  for (const fact of [
    /Files 1 /,
    /Restore to its original place/,
    /Sharing re-created 1 grant/,
    /Name conflicts none/,
    /Cost \d+ calls?, \d+ quota/,
  ])
    expect(waiting).toMatch(fact)

  expect((await say(machine, '--as', 'admin', '--click', 'Approve')).code).toBe(1)
  expect((await say(machine, '--as', 'approver', 'restore all from Finance')).shown).toContain('restores:write')
  expect((await say(machine, '--as', 'approver', '--click', 'Approve')).shown).toContain('You approved R-1001')

  const done = await say(machine, '--as', 'admin', '--wait', 'job show R-1001')
  expect(done).toMatchObject({ code: 0, shown: expect.stringContaining('1 listed = 1 restored + 0 skipped + 0 failed.') })
  const link = /Q3 plan <(http:\/\/\S+)>/.exec(done.shown)?.[1]
  expect((await fetch(link ?? '')).status).toBe(200)
}

/** The snapshot is still there, and a backup goes on from it: it sees the one file that came back, and after that one call sees nothing. */
async function expectNothingNew(machine: Machine, practice: Awaited<ReturnType<typeof practiceOf>>, firstBackup: string): Promise<void> {
  const listed = /([\d,]+) listed = /.exec(firstBackup)?.[1]
  expect((await say(machine, '--as', 'admin', 'browse Finance')).shown).toContain('Planning')
  const incremental = (await say(machine, '--as', 'admin', '--wait', 'backup now Finance')).shown
  expect(incremental).toMatch(/Backup done · Finance/)
  expect(incremental).not.toContain(`${listed} listed = `)

  const calls = await practice.calls()
  expect((await say(machine, '--as', 'admin', '--wait', 'backup now Finance')).shown).toMatch(/nothing (?:has|had) changed/i)
  expect((await practice.calls()) - calls).toBe(1)
}
