/** Backups and the collection of garbage on the real engine and a real database, with a worker that freezes and comes back. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { recordToEntry } from '../../activities/vault/format/entry-codec.ts'
import { collectGarbage } from '../../activities/vault/gc/collect.ts'
import { databaseLedger } from '../../activities/vault/gc/database-ledger.ts'
import type { GcLedger } from '../../activities/vault/gc/ledger.ts'
import { type DriveVault, GenerationTaken, type ObjectStore } from '../../activities/vault/index.ts'
import { mergeTables } from '../../activities/vault/read/merge.ts'
import { gcState } from '../../db/gc.ts'
import { systemRandom } from '../../db/kit/random.ts'
import { usualGcPolicy } from '../../workflows/policy/gc.ts'
import { makeWorld, openTestDatabase } from '../db/world.ts'
import { type Practice, startPractice } from '../drive/support/practice.ts'
import { hurriedClock } from './support/collecting.ts'
import { beginByHand, endByHand, freezer, type Place, type RunAt, workByHand } from './support/run-by-hand.ts'
import { all, contentsOf, type MemoryStore, memoryStore, openTestVault } from './support/vaults.ts'

const db = await openTestDatabase({ max: 8 })
let practice: Practice

beforeAll(async () => {
  practice = await startPractice({ world: { seed: 5, items: 1, drives: 1 } })
})
afterAll(() => practice.stop())

const content = 'the content that everybody wants'
const policy = { ...usualGcPolicy, approvalPercent: 100 }

type Scene = Place & { readonly store: MemoryStore; readonly admin: { readonly email: string; readonly domainAdmin: true } }
const open = async ({ accountId, driveId }: Place, store: ObjectStore): Promise<DriveVault> =>
  (await openTestVault(store, accountId)).drive(driveId)

async function put({ admin, driveId }: Scene, name: string, text: string): Promise<string> {
  const { model } = practice.drive
  const stored = await model.content.put(
    (async function* () {
      yield Buffer.from(text)
    })(),
  )
  return model.files.create(admin, { name, parents: [driveId] }, { content: stored, mimeType: 'text/plain' }).id
}

async function backUp(scene: Scene): Promise<void> {
  const vault = await open(scene, scene.store)
  const run = await beginByHand(scene, vault)
  await workByHand(scene, db, vault, run)
  await endByHand(scene, run, 'success')
}

/**
 * A drive whose first snapshot held the content and was given up; the second, without it, is the newest; and now the content is there again.
 * The database still knows where it lies, so the next run would not fetch it.
 */
async function scene(): Promise<Scene> {
  const { accountId, taskId } = await makeWorld(db)
  const admin = { email: practice.admin, domainAdmin: true } as const
  const driveId = practice.drive.model.drives.create(admin, `gc-${accountId}`, { name: 'Collected' }).id
  await db.query(
    `insert into drive (account_id, id, task_id, name, lifecycle, first_seen_at) values ($1, $2, $3, 'Collected', 'active', now())`,
    [accountId, driveId, taskId],
  )
  const made: Scene = { db, accountId, driveId, source: practice.source(), store: memoryStore(), admin }
  const first = await put(made, 'first.txt', content)
  await backUp(made)
  practice.drive.model.files.delete(admin, first)
  await put(made, 'other.txt', 'something else')
  await backUp(made)
  await (await open(made, made.store)).maintain({ sessionId: 'expire', parentGen: 2, expire: [{ from: 1, to: 1 }] })
  await put(made, 'again.txt', content)
  return made
}

async function gc({ accountId, driveId }: Scene, vault: DriveVault, over: Partial<GcLedger> = {}) {
  const ledger = { ...databaseLedger(db, accountId, driveId), ...over }
  const deps = { ledger, clock: hurriedClock(), random: systemRandom, policy, signal: new AbortController().signal, progress: () => {} }
  return collectGarbage({ drive: vault, ...deps })
}

const aDayLater = ({ driveId }: Scene) =>
  db.query(`update gc_state set marked_at = marked_at - interval '25 hours' where drive_id = $1`, [driveId])

/** Ten leases without a sign of life. */
const goQuiet = ({ runId }: RunAt) =>
  db.query(`update backup_run set started_at = started_at - interval '10 days', seen_at = seen_at - interval '10 days' where id = $1`, [
    runId,
  ])

/** Every snapshot reads whole, the newest index and the listing agree, and the next run brings what is missing. */
async function expectNoLoss(made: Scene): Promise<void> {
  const vault = await open(made, made.store)
  for (const { gen } of await all(vault.roots())) await contentsOf(vault, gen)
  await backUp(made)
  const newest = await vault.latestSnapshot()
  const texts = Object.values(await contentsOf(vault, newest?.gen ?? 0)).map(String)
  expect(texts.sort()).toEqual(['something else', content].sort())
  const indexed = new Set<string>()
  for await (const batch of mergeTables(await vault.reader.open((await vault.latestRoot()) ?? raise()).indexTables()))
    for (const record of batch) indexed.add(recordToEntry(record).container)
  const { layout } = vault.reader
  for (const container of indexed) expect(made.store.objects.has(layout.container(container))).toBe(true)
}

const raise = (): never => {
  throw new Error('There is no root.')
}

test('a collection beside no run: what was given up goes, and the next run fetches it anew', async () => {
  const made = await scene()
  const vault = await open(made, made.store)
  expect((await gc(made, vault)).outcome).toMatchObject({ did: 'marked' })
  await aDayLater(made)
  expect((await gc(made, vault)).outcome).toMatchObject({ did: 'swept', kept: 0 })
  expect(await db.query('select 1 from content where drive_id = $1', [made.driveId])).toHaveLength(1)
  await expectNoLoss(made)
})

test('a run in good health is waited for, keeps what it uses, and commits on top of the upkeep beside it', async () => {
  const made = await scene()
  const vault = await open(made, made.store)
  const run = await beginByHand(made, vault)
  await gc(made, vault)
  await aDayLater(made)
  expect((await gc(made, vault)).outcome).toEqual({ did: 'waited', why: 'runs are open', runs: [run.runId] })
  await vault.maintain({ sessionId: 'other upkeep', parentGen: 3 })
  await workByHand(made, db, vault, run)
  expect(await vault.latestSnapshot()).toMatchObject({ gen: 5, sessionId: run.runId })
  await endByHand(made, run, 'success')
  expect((await gc(made, vault)).outcome).toMatchObject({ did: 'swept', fenced: [] })
  await expectNoLoss(made)
})

test('a database that is an older copy than the vault is not believed about what is stored', async () => {
  const made = await scene()
  const vault = await open(made, made.store)
  const known = await db.query<{ n: number }>('select count(*)::int as n from content where drive_id = $1', [made.driveId])
  expect(known).toEqual([{ n: 2 }])
  // The collection goes by another ledger: this database was restored from before it.
  const elsewhere = await makeWorld(db)
  const other = databaseLedger(db, elsewhere.accountId, made.driveId)
  await gc(made, vault, other)
  await aDayLater(made)
  expect((await gc(made, vault, other)).outcome).toMatchObject({ did: 'swept' })
  await expectNoLoss(made)
  expect((await gcState(db, made.accountId, made.driveId)).epoch).toBe(1)
})

describe('P12 a worker frozen for ten lease times and thawed in the middle of a collection loses nothing', () => {
  const moments = [
    'when it is fenced in the ledger',
    'when the fence was put',
    'at the first removal',
    'at the last removal',
    'after all of it',
  ] as const

  test.each([
    ['alone', false, 1],
    ['with another worker that took its run over', true, 3],
  ] as const)(
    '%s',
    async (_, takenOver, stride) => {
      let [rounds, refused] = [0, 0]
      for (let at = 0; ; at += stride) {
        const moment = moments[at % moments.length] ?? 'after all of it'
        const ended = await round(at, moment, takenOver)
        if (ended === 'never froze') break
        rounds += 1
        if (ended instanceof GenerationTaken) refused += 1
      }
      expect(rounds).toBeGreaterThan(takenOver ? 8 : 25)
      expect(refused).toBeGreaterThan(takenOver ? 2 : 20)
    },
    300_000,
  )

  async function round(at: number, moment: (typeof moments)[number], takenOver: boolean): Promise<unknown> {
    const made = await scene()
    const vault = await open(made, made.store)
    const run = await beginByHand(made, vault)
    const cold = freezer(db, made.store, at)
    const worker = open(made, cold.store)
      .then((opened) => workByHand(made, cold.db, opened, run))
      .catch((error: unknown) => error)
    if ((await Promise.race([cold.frozen.then(() => 'frozen'), worker.then(() => 'ended')])) === 'ended') return 'never froze'

    const thaw = async () => {
      cold.thaw()
      await worker
    }
    await gc(made, vault)
    await goQuiet(run)
    await aDayLater(made)
    if (takenOver) {
      await workByHand(made, db, vault, run)
      await endByHand(made, run, 'success')
    }
    await sweepWith(made, moment, thaw)
    await thaw()
    await endByHand(made, run, 'failed')
    await expectNoLoss(made)
    return worker
  }

  /** A sweep during which the worker thaws at a certain moment, and does all that it still can. */
  async function sweepWith(made: Scene, moment: (typeof moments)[number], thaw: () => Promise<void>): Promise<void> {
    const ledger = databaseLedger(db, made.accountId, made.driveId)
    let removals = 0
    const hooked: ObjectStore = {
      ...made.store,
      async create(key, body) {
        const ref = await made.store.create(key, body)
        if (moment === 'when the fence was put' && key.endsWith('.root')) await thaw()
        return ref
      },
      async remove(address) {
        removals += 1
        if (moment === 'at the first removal' && removals === 1) await thaw()
        await made.store.remove(address)
        if (moment === 'at the last removal' && address.key.includes('/packs/')) await thaw()
      },
    }
    await gc(made, await open(made, hooked), {
      async fence(sessions) {
        await ledger.fence(sessions)
        if (moment === 'when it is fenced in the ledger') await thaw()
      },
    })
  }
})
