/** The database is deleted under a whole machine. The vault brings it back, and the next backup goes on where the last one ended. */
import { execFile } from 'node:child_process'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { Rebuilt } from '../../activities/rebuild/rebuild.ts'
import { type Machine, startMachine } from '../local/support/machine.ts'
import { scratch } from '../local/support/rig.ts'
import { say } from '../support/e2e/cli.ts'
import { connectTask, consentAt } from '../support/e2e/connect.ts'
import { conversation, wordsOf } from '../support/e2e/console.ts'
import { withDatabase } from '../support/e2e/inside.ts'
import { practiceOf } from '../support/e2e/practice.ts'
import { storedIn } from '../support/e2e/vault.ts'

const launcher = join(import.meta.dirname, '..', '..', 'bot', 'backstop.mjs')

/** `backstop vault …` on the machine's folder, as a person types it. */
function vault(
  machine: Machine,
  ...args: readonly string[]
): Promise<{ readonly code: number; readonly out: string; readonly notes: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, [launcher, 'vault', '--data', machine.data, ...args], { maxBuffer: 2 ** 26 }, (error, out, notes) =>
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, out, notes }),
    )
  })
}

/** Every version of every item, as the catalogue has it. */
const items = (machine: Machine) =>
  withDatabase(machine, async (database) => {
    const found = await database.query('select drive_id, item_id, from_generation, to_generation, row from item order by 1, 2, 3')
    return found.rows as readonly object[]
  })

test('a deleted database is rebuilt from the vault: every snapshot and item, state hashes equal, and the next backup is incremental', async () => {
  const data = join(scratch(), 'data')
  const first = startMachine(data)
  await first.shows(/Ctrl-C stops everything/)
  await connectTask(first, await conversation(first, 'ada'), 'Main')
  const practice = await practiceOf(first)
  const finance = (await practice.drives()).find(({ name }) => name === 'Finance')?.id ?? ''
  await say(first, '--as', 'admin', 'activate Finance')
  expect((await say(first, '--as', 'admin', '--wait', 'backup now Finance')).shown).toContain('Backup done · Finance')
  expect((await say(first, '--as', 'admin', 'practice lose "Q3 plan" from Finance')).shown).toContain('Lost')
  expect((await say(first, '--as', 'admin', '--wait', 'backup now Finance')).shown).toContain('Backup done · Finance')
  const before = await items(first)
  expect(before.length).toBeGreaterThan(20)
  const anchored = await vault(first, 'anchor')
  expect(anchored.code).toBe(0)
  first.signal('SIGINT')
  await first.ended
  await rm(join(data, 'postgres'), { recursive: true })

  const second = startMachine(data)
  await second.shows(/Ctrl-C stops everything/)
  expect(await items(second)).toEqual([])
  const rebuilt = await vault(second, 'rebuild', '--every', '--json')
  expect(rebuilt).toMatchObject({ code: 0 })
  const { drives, task } = JSON.parse(rebuilt.out) as Rebuilt
  expect(drives).toMatchObject([{ driveId: finance, outcome: 'rebuilt', snapshots: 2, hashed: 2, differences: [] }])
  expect(await items(second)).toEqual(before)
  expect(await storedIn(second, finance)).toHaveLength(2)

  const verified = await vault(second, 'verify')
  expect(verified).toMatchObject({ code: 0, out: expect.stringContaining('well') })
  const hash = anchored.out.trim().split('\n').at(-1) ?? ''
  expect(await vault(second, 'audit', '--anchor', hash)).toMatchObject({
    code: 0,
    out: expect.stringContaining('nothing was cut or rewritten'),
  })

  const ada = await conversation(second, 'ada')
  const asked = await ada.say(`task reconnect "${task?.name}"`)
  await consentAt(second, /"url":"(http:[^"]+\/connect\/[^"]+)"/.exec(wordsOf(asked))?.[1] ?? '')
  await ada.sees(/Connected/)
  const [calls, listings] = [await practice.calls(), await practice.calls('drive.files.list')]
  expect((await say(second, '--as', 'admin', '--wait', 'backup now Finance')).shown).toMatch(/nothing (?:has|had) changed/i)
  expect((await practice.calls()) - calls).toBe(1)
  expect((await practice.calls('drive.files.list')) - listings).toBe(0)
  expect((await say(second, '--as', 'admin', 'browse Finance')).shown).toContain('Planning')
})
