/**
 * What the product promises when its parts die: a backup of 5,000 items and a restore of 500, while worker, bot, PostgreSQL and Temporal are
 * killed at five moments each. The seed decides the moments; it is printed, so that a failure can be repeated with CHAOS_SEED.
 */
import { join } from 'node:path'
import { Client, Connection } from '@temporalio/client'
import { Pool } from 'pg'
import { expect, test } from 'vitest'
import { clusterOf } from '../../bot/local/environment.ts'
import { dataFolder } from '../../bot/local/folder/data-folder.ts'
import { readState } from '../../bot/local/folder/state.ts'
import { databaseUrl } from '../../bot/local/postgres/cluster.ts'
import { isRunning, signalProcess } from '../../bot/local/processes/identity.ts'
import { systemClock as clock } from '../../db/kit/clock.ts'
import { systemRandom } from '../../db/kit/random.ts'
import { type Machine, nextPart, startMachine } from '../local/support/machine.ts'
import { scratch } from '../local/support/rig.ts'
import { connectTask } from '../support/e2e/connect.ts'
import { type Conversation, conversation, wordsOf } from '../support/e2e/console.ts'
import { practiceOf } from '../support/e2e/practice.ts'
import { recordHistories, recording } from '../support/record-histories.ts'

const victims = ['worker', 'bot', 'postgres', 'temporal'] as const
const killsEach = 5
const seed = Number(process.env['CHAOS_SEED'] ?? Math.floor(systemRandom.fraction() * 1e9))

/** mulberry32: the same moments for the same seed. */
function moments(from: number): () => number {
  let state = from
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** Kills each victim `killsEach` times in a shuffled order, each as soon as it is up again, until `done`. @returns how many were killed */
async function killParts(machine: Machine, next: () => number, done: () => boolean): Promise<number> {
  const order = Array.from({ length: killsEach }, () => [...victims].sort(() => next() - 0.5)).flat()
  let killed = 0
  for (const name of order) {
    await clock.sleep(50 + next() * 700)
    if (done()) break
    const part = machine.parts()[name]
    if (!part || !isRunning(part)) continue
    signalProcess(part, 'SIGKILL')
    killed++
    await nextPart(machine, name, part)
  }
  return killed
}

test('ACT-09 P10 P12 a backup of 5,000 items and a restore of 500 come out right although every part is killed again and again', async () => {
  console.log(`CHAOS_SEED=${seed}`)
  const next = moments(seed)
  const flags = '--seed 9 --drives 2 --items 10000 --plain --min-bytes 512 --max-bytes 4096'
  const machine = startMachine(join(scratch(), 'data'), [], { ...process.env, BACKSTOP_PRACTICE_FLAGS: flags })
  await machine.shows(/Ctrl-C stops everything/)
  const ada = await conversation(machine, 'ada')
  const bo = await conversation(machine, 'bo')
  await connectTask(machine, ada, 'Main')
  const practice = await practiceOf(machine)
  const [drive] = await practice.drives()
  if (!drive) throw new Error('The practice Drive has no drive.')
  await ada.say(`activate ${drive.name}`)

  const kills = await underFire(machine, next, async () => {
    await ada.say(`backup now ${drive.name}`)
    await ada.sees(new RegExp(`Backup done · ${drive.name}`), 300_000)
  })
  const sum = wordsOf(await ada.sees(new RegExp(`Backup done · ${drive.name}`)))
  const [, listed, stored] = /([\d,]+) listed = ([\d,]+) stored \+ 0 skipped \+ 0 failed/.exec(sum) ?? []
  expect(stored).toBe(listed)
  await expectWholeSnapshot(machine, practice, drive.id)

  const lost = (await practice.files(drive.id)).slice(0, 500)
  await practice.lose(
    drive.id,
    lost.map(({ id }) => id),
  )
  const restoreKills = await underFire(machine, next, () => restoreAll(ada, bo, drive.name))
  await expectBackOnce(practice, drive.id, lost)
  console.log(`${kills} kills during the backup, ${restoreKills} during the restore`)
  if (recording) await recordKilled(machine)
  expect(kills + restoreKills).toBeGreaterThan(victims.length)
})

/** What a history looks like whose workers died. */
async function recordKilled(machine: Machine): Promise<void> {
  const connection = await Connection.connect({ address: `127.0.0.1:${readState(dataFolder(machine.data))?.ports.temporal}` })
  await recordHistories(new Client({ connection }), 'every part was killed')
  await connection.close()
}

async function underFire(machine: Machine, next: () => number, work: () => Promise<void>): Promise<number> {
  let done = false
  const killing = killParts(machine, next, () => done)
  await work().finally(() => {
    done = true
  })
  return killing
}

async function restoreAll(ada: Conversation, bo: Conversation, driveName: string): Promise<void> {
  const asked = await ada.say(`restore all from ${driveName} --yes`)
  const job = /R-\d+/.exec(wordsOf(asked))?.[0] ?? ''
  const request = await bo.sees(new RegExp(`Please decide: restore ${job}`), 180_000)
  // While Temporal is away a click is answered with "nothing was decided, try again"; a person does.
  for (let answer = await bo.press(request, 'Approve'); !isTaken(wordsOf(answer)); ) {
    await clock.sleep(500)
    answer = await bo.press(request, 'Approve')
  }
  await ada.sees(new RegExp(`Restore ${job} done`), 300_000)
}

const isTaken = (answer: string): boolean => /You approved|approved already|been decided|voted .* already/.test(answer)

type Practice = Awaited<ReturnType<typeof practiceOf>>
type PracticeFile = Awaited<ReturnType<Practice['files']>>[number]

/** The catalogue has every item of the practice Drive exactly once, with its checksum. */
async function expectWholeSnapshot(machine: Machine, practice: Practice, driveId: string): Promise<void> {
  const state = readState(dataFolder(machine.data))
  if (!state) throw new Error('The machine has no state.')
  const pool = new Pool({ connectionString: databaseUrl(clusterOf(dataFolder(machine.data), state.ports), 'backstop'), max: 1 })
  const { rows } = await pool.query<{ id: string; sha256: string | null }>(
    `select item_id as id, row->'content'->>'sha256' as sha256 from item where drive_id = $1 and to_generation is null`,
    [driveId],
  )
  await pool.end()
  const files = await practice.files(driveId)
  const stored = new Map(rows.flatMap(({ id, sha256 }) => (sha256 === null ? [] : [[id, sha256] as const])))
  expect(new Set(rows.map(({ id }) => id)).size).toBe(rows.length)
  expect(stored.size).toBe(files.length)
  expect(files.filter(({ id, sha256 }) => stored.get(id) !== sha256)).toEqual([])
}

/** Each lost file is there again exactly once: by folder, name and checksum. */
async function expectBackOnce(practice: Practice, driveId: string, lost: readonly PracticeFile[]): Promise<void> {
  const key = ({ parent, name, sha256 }: PracticeFile) => `${parent}/${name}/${sha256}`
  const count = new Map<string, number>()
  for (const file of await practice.files(driveId)) count.set(key(file), (count.get(key(file)) ?? 0) + 1)
  expect(lost.filter((file) => count.get(key(file)) !== 1)).toEqual([])
}
