/**
 * What the product promises when its parts die: a backup of 5,000 items and a restore of 500, while worker, bot, PostgreSQL and Temporal are
 * killed at five moments each. The seed decides the moments; it is printed, so that a failure can be repeated with CHAOS_SEED.
 */
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { systemClock as clock } from '../../db/kit/clock.ts'
import { systemRandom } from '../../db/kit/random.ts'
import { type Machine, startMachine } from '../local/support/machine.ts'
import { scratch } from '../local/support/rig.ts'
import { connectTask } from '../support/e2e/connect.ts'
import { type Conversation, conversation, wordsOf } from '../support/e2e/console.ts'
import { withDatabase, withTemporal } from '../support/e2e/inside.ts'
import { type Kill, whileKilling } from '../support/e2e/killing.ts'
import { practiceOf } from '../support/e2e/practice.ts'
import { storedIn } from '../support/e2e/vault.ts'
import { recordHistories, recording } from '../support/record-histories.ts'

const seed = Number(process.env['CHAOS_SEED'] ?? Math.floor(systemRandom.fraction() * 1e9))

test('ACT-09 P10 P12 a backup of 5,000 items and a restore of 500 come out right although every part is killed five times meanwhile', async () => {
  console.log(`CHAOS_SEED=${seed}`)
  const flags = '--seed 9 --drives 2 --items 10000 --plain --min-bytes 512 --max-bytes 4096'
  const machine = startMachine(join(scratch(), 'data'), [], { ...process.env, BACKSTOP_PRACTICE_FLAGS: flags })
  await machine.shows(/Ctrl-C stops everything/)
  const ada = await conversation(machine, 'ada')
  const bo = await conversation(machine, 'bo')
  await connectTask(machine, ada, 'Main')
  const practice = await practiceOf(machine)
  const [fresh, damaged] = await practice.drives()
  if (!fresh || !damaged) throw new Error('The practice Drive has too few drives.')
  await ada.say(`activate ${fresh.name}`)
  await ada.say(`activate ${damaged.name}`)
  await backUp(ada, damaged.name)
  const before = await practice.files(damaged.id)
  const lost = before.slice(0, 500).map(({ id }) => id)
  await practice.lose(damaged.id, lost)

  await slowDown(practice)
  const shares = await sharesOf(practice, { downloads: (await practice.files(fresh.id)).length, uploads: lost.length })
  const kills = await whileKilling(machine, { seed, rounds: 5, shares }, async () => {
    await Promise.all([backUp(ada, fresh.name), restoreAll(ada, bo, damaged.name)])
  })
  console.log(`Killed after these parts of backup and restore: ${kills.map(inWords).join(', ')}`)
  await expectWholeSnapshot(machine, practice, fresh.id)
  await expectAsBefore(practice, damaged.id, before)
  await expectNothingLeftBehind(machine)
  if (recording) await withTemporal(machine, (client) => recordHistories(client, 'every part was killed'))
  expect(kills).toHaveLength(20)
  // Most of them met both: neither had fetched, or brought back, all that it had to.
  expect(kills.filter(({ shares }) => shares.every((share) => share < 1)).length).toBeGreaterThanOrEqual(12)
})

/** Google takes its time too: without this the work would be over before anything could be killed. */
async function slowDown(practice: Practice): Promise<void> {
  const slow = (method: string, ms: number) => ({ method, media: true, times: 1_000_000, fault: { kind: 'slow', ms } })
  await practice.plan({ faults: [slow('drive.files.get', 30), slow('drive.files.create', 300)] })
}

/** How far backup and restore are, as the Drive sees it: it is the one part that nobody kills. What is done twice counts twice. */
async function sharesOf(practice: Practice, { downloads, uploads }: { readonly downloads: number; readonly uploads: number }) {
  const got = () => practice.calls('drive.files.get:media')
  const created = () => practice.calls('drive.files.create:media')
  const before = [await got(), await created()] as const
  return async () => [((await got()) - before[0]) / downloads, ((await created()) - before[1]) / uploads]
}

const inWords = ({ victim, shares }: Kill): string => `${victim} ${shares.map((share) => `${Math.round(share * 100)} %`).join(' and ')}`

async function backUp(ada: Conversation, driveName: string): Promise<void> {
  await untilTaken(ada, `backup now ${driveName}`, /Backup (?:queued|running|done)/)
  const done = wordsOf(await ada.sees(new RegExp(`Backup done · ${driveName}`), 300_000))
  const [, listed, stored] = /([\d,]+) listed = ([\d,]+) stored \+ 0 skipped \+ 0 failed/.exec(done) ?? []
  expect(stored).toBe(listed)
}

/** Presses "Try again", or says it again, while the answer is that a part is away: a person does. */
async function untilTaken(person: Conversation, line: string, taken: RegExp): Promise<string> {
  for (let answer = await person.say(line); ; ) {
    const words = wordsOf(answer)
    if (taken.test(words)) return words
    await clock.sleep(500)
    answer = await (words.includes('"Try again"') ? person.press(answer, 'Try again') : person.say(line))
  }
}

async function restoreAll(ada: Conversation, bo: Conversation, driveName: string): Promise<void> {
  const asked = await untilTaken(ada, `restore all from ${driveName} --yes`, /R-\d+[^"]*(?:planning|waiting)/)
  const job = /R-\d+/.exec(asked)?.[0] ?? ''
  const request = await bo.sees(new RegExp(`Please decide: restore ${job}`), 180_000)
  // While Temporal is away a click is answered with "nothing was decided, try again"; a person does.
  for (let answer = await bo.press(request, 'Approve'); !isTaken(wordsOf(answer)); ) {
    await clock.sleep(500)
    answer = await bo.press(request, 'Approve')
  }
  const done = wordsOf(await ada.sees(new RegExp(`Restore ${job} done`), 300_000))
  expect(done).toMatch(/[\d,]+ listed = 500 restored \+ [\d,]+ skipped \+ 0 failed\./)
}

const isTaken = (answer: string): boolean => /You approved|approved already|been decided|voted .* already/.test(answer)

type Practice = Awaited<ReturnType<typeof practiceOf>>
type PracticeFile = Awaited<ReturnType<Practice['files']>>[number]

/** One snapshot came of it; in the vault and in the catalogue it has every file of the practice Drive exactly once, with its bytes. */
async function expectWholeSnapshot(machine: Machine, practice: Practice, driveId: string): Promise<void> {
  const files = inOrder((await practice.files(driveId)).map(({ id, sha256 }) => `${id} ${sha256}`))
  const [snapshot, ...more] = await storedIn(machine, driveId)
  expect(more).toEqual([])
  expect(inOrder((snapshot?.rows ?? []).flatMap(({ id, bytesSha256 }) => (bytesSha256 ? [`${id} ${bytesSha256}`] : [])))).toEqual(files)

  const catalogue = `select item_id || ' ' || (row->'content'->>'sha256') as file from item where drive_id = $1 and row ? 'content'`
  const { rows } = await withDatabase(machine, (database) => database.query<{ file: string }>(catalogue, [driveId]))
  expect(inOrder(rows.map(({ file }) => file))).toEqual(files)
}

const inOrder = (texts: readonly string[]): readonly string[] => [...texts].sort()

/** The drive is as it was before the loss, file by file: by folder, name and checksum, and no file more. */
async function expectAsBefore(practice: Practice, driveId: string, before: readonly PracticeFile[]): Promise<void> {
  const places = (files: readonly PracticeFile[]) => inOrder(files.map(({ parent, name, sha256 }) => `${parent}/${name}/${sha256}`))
  expect(places(await practice.files(driveId))).toEqual(places(before))
}

/** No run is open, and no restore waits for anything but a person. */
async function expectNothingLeftBehind(machine: Machine): Promise<void> {
  const open = `select id, phase from backup_run where finished_at is null
    union all select id, phase from job where phase not in ('approval', 'done')`
  const left = () => withDatabase(machine, (database) => database.query(open).then(({ rows }) => rows))
  await expect.poll(left, { timeout: 30_000 }).toEqual([])
}
