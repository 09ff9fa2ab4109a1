/** Verification on the whole product: what is found is written down, named, and healed from Drive. */
import { readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { MockActivityEnvironment } from '@temporalio/testing'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { temporalDurable } from '../../activities/durable.ts'
import { vaultLayout } from '../../activities/vault/format/layout.ts'
import { localKeyFile, openLocalStore, openVault } from '../../activities/vault/index.ts'
import { shredDrive } from '../../activities/vault/keys/shred.ts'
import { collectFindings } from '../../activities/vault/verify/findings.ts'
import { gatherReferences } from '../../activities/vault/verify/references.ts'
import { verifyActivities } from '../../activities/verify/activities.ts'
import { verifyDrift } from '../../activities/verify/drift.ts'
import { healDrive } from '../../activities/verify/heal-drive.ts'
import { verifyListing } from '../../activities/verify/listing.ts'
import { knownDamage, type ReadingDeps, readShard } from '../../activities/verify/reading.ts'
import { refetchFrom } from '../../activities/verify/refetch.ts'
import { listActivity } from '../../db/activity.ts'
import { folderMimeType } from '../../db/items.ts'
import { systemClock } from '../../db/kit/clock.ts'
import { newId, systemRandom } from '../../db/kit/random.ts'
import { longestUnverified, verificationSummary, verificationsOf } from '../../db/verification.ts'
import { verifyId, verifyType } from '../../workflows/contract/verify.ts'
import { verificationSlots } from '../../workflows/policy/verification.ts'
import { backUp } from '../support/runs.ts'
import { type System, startSystem } from '../support/system.ts'

let system: System
let finance: string
const clock = systemClock
const summary = () => verificationSummary(system.db, system.accountId)
const source = () => system.practice.source()
const drive = async () => (await system.vault).drive(finance)

beforeAll(async () => {
  system = await startSystem({ world: { seed: 11, items: 300, drives: 3 } })
  finance = system.driveId('Finance')
  await backUp(system, finance)
})
afterAll(() => system.stop())

const round = () =>
  system.client.workflow.execute(verifyType, {
    taskQueue: system.taskQueue,
    workflowId: newId(systemRandom, verifyId(system.accountId)),
    args: [{ accountId: system.accountId }],
  })

const readingDeps = async (over: Partial<ReadingDeps> = {}): Promise<ReadingDeps> => ({
  db: system.db,
  vault: await system.vault,
  now: () => clock.now(),
  signal: new AbortController().signal,
  onObject: () => {},
  ...over,
})

const list = async () => verifyListing({ db: system.db, now: clock.now() }, system.accountId, await drive())

/** Files of the vault of this kind, largest first. */
async function stored(kind: string): Promise<string[]> {
  const entries = await readdir(join(system.vaultFolder, 'v1', 't', system.accountId, 'd', finance, kind), {
    recursive: true,
    withFileTypes: true,
  })
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
  const sizes = await Promise.all(files.map(async (file) => (await readFile(file)).length))
  return files.sort((a, b) => (sizes[files.indexOf(b)] ?? 0) - (sizes[files.indexOf(a)] ?? 0))
}

/** A file, no export, whose only blob lies in a pack: where. Exports do not come back with the same bytes. */
async function fileInAPack() {
  const snapshot = await (await drive()).snapshot(1)
  for await (const { id: itemId, name, content, sha256Checksum } of snapshot.rows()) {
    const [only, ...more] = content?.segments ?? []
    const entry = only && more.length === 0 && sha256Checksum ? await snapshot.locate(only.blobId) : undefined
    if (entry?.container.startsWith('packs/'))
      return {
        itemId,
        name,
        offset: entry.offset,
        path: join(system.vaultFolder, 'v1', 't', system.accountId, 'd', finance, entry.container),
      }
  }
  throw new Error('No file lies in a pack.')
}

async function flip(file: string, at: number): Promise<void> {
  const bytes = await readFile(file)
  bytes.writeUInt8(bytes.readUInt8(at) ^ 1, at)
  await rm(file)
  await writeFile(file, bytes)
}

test('P9 a round reads everything that is stored, and says how far back everything is verified', async () => {
  expect(await summary()).toMatchObject({ oldestUnverified: null, objects: 0 })
  const began = clock.now()
  await round()
  const { oldestUnverified, objects, damaged, alarms } = await summary()
  expect({ damaged, alarms }).toEqual({ damaged: 0, alarms: 0 })
  expect(objects).toBe((await gatherReferences(await drive(), collectFindings())).objects.size)
  expect(oldestUnverified?.getTime()).toBeGreaterThanOrEqual(began.getTime())
})

test('P9 the schedule of an account starts its rounds, and making it twice makes one', async () => {
  const { client, taskQueue, accountId, db } = system
  const durable = temporalDurable(client, taskQueue)
  await durable.putVerification(accountId, verificationSlots)
  await durable.putVerification(accountId, verificationSlots)
  const schedule = client.schedule.getHandle(verifyId(accountId))
  onTestFinished(() => schedule.delete())
  const rounds = async () =>
    (await listActivity(db, accountId, { limit: 100 })).filter(({ activity }) => activity === 'Verification').length
  const before = await rounds()
  await schedule.trigger()
  await expect.poll(rounds, { timeout: 30_000 }).toBe(before + 1)
})

test('P9 the least recently verified object comes first, and a budget leaves the others for later', async () => {
  const since = clock.now()
  const [oldest] = await longestUnverified(system.db, system.accountId, finance, since, 1)
  const shard = await readShard(await readingDeps(), since, 1)
  expect(shard).toMatchObject({ driveId: finance, objects: 1 })
  const left = await longestUnverified(system.db, system.accountId, finance, since, 1_000)
  expect(left.length).toBe((await summary()).objects - 1)
  expect(left.map(({ key }) => key)).not.toContain(oldest?.key)
})

test('P9 a shard that is stopped keeps what it has read', async () => {
  const since = clock.now()
  const stop = new AbortController()
  let seen = 0
  const deps = await readingDeps({ signal: stop.signal, onObject: () => ++seen === 2 && stop.abort() })
  await expect(readShard(deps, since, Number.POSITIVE_INFINITY)).rejects.toMatchObject({ name: 'AbortError' })
  expect(await longestUnverified(system.db, system.accountId, finance, since, 1_000)).toHaveLength((await summary()).objects - 2)
})

test('P9 damage is named with every item that needs it, healed from Drive, and read back in the old snapshot', async () => {
  const wanted = await fileInAPack()
  await flip(wanted.path, wanted.offset + 10)
  await round()
  expect(await summary()).toMatchObject({ damaged: 1, alarms: 1 })
  const damage = await knownDamage(system.db, system.accountId, await drive())
  expect(damage.list).toMatchObject([{ kind: 'damaged', needs: { snapshots: [[1, 1]] } }])
  const item = damage.list[0]?.needs?.items.find(({ itemId }) => itemId === wanted.itemId)
  expect(item).toEqual({ itemId: wanted.itemId, name: wanted.name, from: 1, to: 1 })

  const healing = await healDrive(
    { db: system.db, refetch: refetchFrom(source()), sessionId: newId(systemRandom, 'heal') },
    system.accountId,
    await drive(),
    damage,
  )
  expect(healing).toMatchObject({ lost: [], generation: 2 })
  const snapshot = await (await drive()).snapshot(1)
  const row = await snapshot.row(item?.itemId ?? '')
  if (!row?.content) throw new Error('The healed item has no content.')
  const parts = await Array.fromAsync(snapshot.readBlob(row.content))
  expect(parts.reduce((sum, part) => sum + part.byteLength, 0)).toBe(row.content.size)

  await round()
  expect(await summary()).toMatchObject({ alarms: 0 })
  expect(await backUp(system, finance)).toMatchObject({ outcome: 'success', mode: 'incremental' })
})

test('P9 a deleted pack is found by listing alone, and what Drive no longer has is said to be lost', async () => {
  const [largest = ''] = await stored('packs')
  await rm(largest)
  const { findings } = await list()
  const [missing] = findings.list
  expect(missing).toMatchObject({ kind: 'missing', detail: 'it is missing' })
  for (const { itemId } of missing?.needs?.items ?? []) system.practice.drive.model.practice.lose(itemId, finance)
  const healing = await healDrive(
    { db: system.db, refetch: refetchFrom(source()), sessionId: newId(systemRandom, 'heal') },
    system.accountId,
    await drive(),
    findings,
  )
  expect(healing.healed).toEqual([])
  expect(healing.lost.length).toBeGreaterThan(0)
  expect(new Set(healing.lost.map(({ reason }) => reason))).toEqual(new Set(['the item is gone from Drive']))
  expect((await verificationsOf(system.db, system.accountId, finance)).find(({ level }) => level === 0)).toMatchObject({ alarms: 1 })
})

test('P9 a drive that its feed has told all of shows no drift, and what the feed kept back is named', async () => {
  const marketing = system.driveId('Marketing')
  await backUp(system, marketing)
  const drive = (await system.vault).drive(marketing)
  const compare = () => verifyDrift({ source: source(), drive, onPage: () => {} })
  expect(await compare()).toMatchObject({ drifts: [], counts: { differs: 0, gone: 0, 'not backed up': 0 } })

  const folder = (await Array.fromAsync((await drive.snapshot(1)).rows())).find(
    ({ mimeType, flags }) => mimeType === folderMimeType && !flags?.trashed,
  )
  system.practice.drive.model.files.update({ email: system.practice.admin }, folder?.id ?? '', { name: 'Renamed' })
  expect(await compare()).toMatchObject({ drifts: [], changedSince: 1 })

  const silent = { ...source(), changes: async () => ({ changes: [], newStartPageToken: 'x' }) }
  expect(await verifyDrift({ source: silent, drive, onPage: () => {} })).toMatchObject({
    drifts: [{ kind: 'differs', itemId: folder?.id, name: 'Renamed', fields: expect.arrayContaining(['name']) }],
  })
})

const outOfUse = () => Promise.reject(new Error('Google is not asked here.'))

test('P9 a drive whose keys were destroyed on purpose does not stop the round of the others', async () => {
  const { db, accountId, vaultFolder } = system
  const marketing = system.driveId('Marketing')
  const open = () => longestUnverified(db, accountId, marketing, clock.now(), 9)
  await verifyListing({ db, now: clock.now() }, accountId, (await system.vault).drive(marketing))
  expect(await open()).not.toEqual([])
  const store = await openLocalStore({ path: vaultFolder, create: false, random: systemRandom })
  const kms = localKeyFile({ path: join(vaultFolder, '..', 'account.key'), random: systemRandom })
  await shredDrive({ store, kms, layout: vaultLayout(accountId), clock }, marketing)

  // Opened anew: a worker may go on for some minutes with the keys that it has.
  const vault = await openVault({ store, kms, accountId, clock, random: systemRandom })
  const { verifyListing: listAll } = verifyActivities({ db, clock, vault: async () => vault, drive: outOfUse })
  expect(await new MockActivityEnvironment().run(listAll, { accountId, after: '' })).toEqual({ last: null })
  expect(await open()).toEqual([])
})
