/** Whole backups over stores that are full, that answer late or not at all, and whose process may not write more. */
import { spawnSync } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest'
import { localKeyFile, type ObjectStore, openLocalStore, openVault } from '../../activities/vault/index.ts'
import { s3Store } from '../../activities/vault/store/s3/s3-store.ts'
import { systemClock } from '../../db/kit/clock.ts'
import { newId, systemRandom } from '../../db/kit/random.ts'
import { testDatabase } from '../support/servers/database.ts'
import { type TestS3, testS3 } from '../support/servers/s3.ts'
import { standingClock } from '../support/wire.ts'
import { answer, conflict, disturb, hangUp, slowDown } from '../vault/support/disturbed-client.ts'
import { diskFull, type Fault, planFaults, timedOut } from '../vault/support/fault-plan.ts'
import { all, contentsOf, memoryStore, noise } from '../vault/support/vaults.ts'
import { openGround } from './ground.ts'
import { settle } from './verify/final.ts'
import { emptyTally, type Ground, stage, type World } from './world.ts'

vi.setConfig({ testTimeout: 120_000 })
let ground: Ground
let close: () => Promise<void>
let bucket: TestS3
beforeAll(async () => {
  const opened = await openGround((await testDatabase()).url)
  ground = opened.ground
  close = opened.close
  bucket = await testS3({ versioned: false })
})
afterAll(() => close())

async function furnished(store: ObjectStore): Promise<World> {
  const world = await stage(ground, { store, clock: standingClock(), overWire: false, pageSize: 1_000 }, emptyTally())
  onTestFinished(() => world.leave())
  for (let n = 0; n < 4; n++) await world.deeds.createFile(0, `file ${n}`, { size: 1_000 + n, seed: n, text: false })
  await world.deeds.createFile(0, 'large', { size: 9_000_000, seed: 1, text: false })
  world.deeds.share(1, 0, 'reader')
  return world
}

/** A vault of its own in the bucket. */
const inBucket = (): ObjectStore =>
  s3Store({
    client: bucket.client,
    bucket: bucket.bucket,
    prefix: `${newId(systemRandom, 'vault')}/`,
    name: 'the bucket',
    random: systemRandom,
    clock: systemClock,
    abilities: bucket.abilities,
    listsInByteOrder: false,
  })

test('a disk that is full at any write fails the run in words, and with room again the next run loses nothing', async () => {
  const writes = 8
  for (let nth = 1; nth <= writes; nth++) {
    for (const on of ['create', 'createFrom'] as const) {
      const { store, neverFired } = planFaults(memoryStore(), [{ on, nth, error: diskFull }])
      const world = await furnished(store)
      const course = await world.conductors[0]?.proceed(world.machine())
      if (neverFired().length > 0) continue
      expect(world.conductors[0]?.endings).toEqual(course === 'not begun' ? [] : [{ ended: 'failed', error: 'The disk is full.' }])
      await settle(world)
    }
  }
})

test.each([
  ['before the write', false],
  ['after the write, so that only the answer is lost', true],
] as const)('P12 time-outs %s are repeated, and the backup ends as if there had been none', async (_, lands) => {
  const plan: Fault[] = [1, 3, 4, 6, 9].map((nth) => ({ on: 'create', nth, lands, error: timedOut }))
  const { store, neverFired } = planFaults(memoryStore(), plan)
  const world = await furnished(store)
  expect(await world.conductors[0]?.proceed(world.machine())).toBe('ended')
  expect(world.conductors[0]?.endings).toEqual([{ ended: 'committed' }])
  expect(
    neverFired()
      .map(({ nth }) => nth)
      .filter((nth) => nth < 6),
  ).toEqual([])
  await settle(world)
})

test.each([
  ['503 SlowDown', slowDown, false],
  ['409 ConditionalRequestConflict', conflict, false],
  ['a connection that breaks before the request is there', hangUp, false],
  ['a connection that breaks after the request was done', hangUp, true],
  ['500 after the request was done', answer(500, 'InternalError'), true],
] as const)('P12 S3 that answers %s to every kind of request of a backup costs nothing but time', async (_, error, lands) => {
  disturb(bucket.client, [
    ...[1, 3, 5].map((nth) => ({ command: 'PutObjectCommand', nth, lands, error })),
    { command: 'ListObjectsV2Command', nth: 2, error },
    { command: 'GetObjectCommand', nth: 2, error },
  ])
  const world = await furnished(inBucket())
  expect(await world.conductors[0]?.proceed(world.machine())).toBe('ended')
  expect(world.conductors[0]?.endings).toEqual([{ ended: 'committed' }])
  await settle(world)
})

test('P12 S3 that answers 412 because the first answer was lost is told from a rival by its bytes', async () => {
  // Every other request is the repetition of one that was done, and so meets its own object.
  disturb(
    bucket.client,
    [1, 3, 5, 7, 9, 11].map((nth) => ({ command: 'PutObjectCommand', nth, lands: true, error: hangUp })),
  )
  const world = await furnished(inBucket())
  expect(await world.conductors[0]?.proceed(world.machine())).toBe('ended')
  expect(world.conductors[0]?.endings).toEqual([{ ended: 'committed' }])
  await settle(world)
})

type Said = { readonly ok?: true; readonly name?: string; readonly message?: string }

/** Runs the writer under a limit of the shell's, with `ulimit -f` in blocks of 1,024 bytes. */
function write(folder: string, limit = ''): Said {
  const writer = join(import.meta.dirname, 'limited-writer.ts')
  const command = `${limit} exec "$0" --disable-warning=ExperimentalWarning "$@"`
  const args = ['-c', command, process.execPath, writer, join(folder, 'vault'), join(folder, 'account.key')]
  return JSON.parse(spawnSync('/bin/bash', args, { encoding: 'utf8' }).stdout) as Said
}

test('a process that may not write so large a file is told so in words, leaves nothing half written, and goes on without the limit', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'backstop-limit-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  expect(write(folder)).toEqual({ ok: true })
  expect(write(folder, 'ulimit -f 100;')).toMatchObject({ name: 'StoreUnavailable', message: expect.stringContaining('larger than') })

  const store = await openLocalStore({ path: join(folder, 'vault'), create: false, random: systemRandom })
  const kms = localKeyFile({ path: join(folder, 'account.key'), random: systemRandom })
  const drive = (await openVault({ store, kms, accountId: 'acme', clock: systemClock, random: systemRandom })).drive('0AFinance')
  expect((await all(store.list('v1/'))).filter(({ key }) => key.includes('/packs/'))).toHaveLength(1)
  expect(await contentsOf(drive, 1)).toEqual({ small: Buffer.from('small') })

  expect(write(folder)).toEqual({ ok: true })
  expect((await contentsOf(drive, 2))['large']?.equals(noise(300_000, 'large'))).toBe(true)
})
