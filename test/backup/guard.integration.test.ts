/** What a backup must not believe by itself: that everything is gone, and that a drive which it cannot see was deleted. */
import { afterAll, beforeEach, expect, test } from 'vitest'
import { discoverDrives } from '../../activities/drive/discover.ts'
import { placesOf } from '../../db/chat-outbox.ts'
import { archiveDrive } from '../../db/drive-changes.ts'
import { driveById } from '../../db/drives.ts'
import { subtree } from '../../db/items.ts'
import type { BackupRun } from '../../db/runs.ts'
import { updateTask } from '../../db/tasks.ts'
import { approve, askRestore, backUp, endOf } from '../support/runs.ts'
import { type System, startSystem } from '../support/system.ts'
import { chunked } from '../support/wire.ts'

const folder = 'application/vnd.google-apps.folder'
const system: System = await startSystem({ world: { seed: 31, items: 40, drives: 2 } })
afterAll(() => system.stop())

const { model } = system.practice.drive
const admin = { email: system.practice.admin, domainAdmin: true }
let driveId: string
let files: string[]
let made = 0

/** A drive of its own with so many small files, backed up once. */
async function freshDrive(count: number): Promise<void> {
  driveId = model.drives.create(admin, `guarded-${made++}`, { name: `Guarded ${made}` }).id
  const parent = model.files.create(admin, { name: 'All', mimeType: folder, parents: [driveId] }).id
  files = []
  for (let n = 0; n < count; n++) files.push(await put(`file ${n}.txt`, parent))
  await system.db.query(
    `insert into drive (account_id, id, task_id, name, lifecycle, first_seen_at, domain_seen_by) values ($1, $2, $3, $4, 'active', now(), $5)`,
    [system.accountId, driveId, system.taskId, `Guarded ${made}`, admin.email.split('@')[1]],
  )
  expect(await backUp(system, driveId)).toMatchObject({ outcome: 'success', generation: 1, listed: count + 1 })
}

async function put(name: string, parent = driveId): Promise<string> {
  const content = await model.content.put(chunked(Buffer.from(`the text of ${name} in ${driveId}`)))
  return model.files.create(admin, { name, parents: [parent] }, { content, mimeType: 'text/plain' }).id
}

const lose = (ids: readonly string[]) => {
  for (const id of ids) model.practice.lose(id, driveId)
}
const idsAt = async (generation: number) =>
  new Set((await subtree(system.db, system.accountId, driveId, generation, 'drive')).map(({ itemId }) => itemId))
const idsInVault = async (generation: number) => {
  const snapshot = await (await system.vault).drive(driveId).snapshot(generation)
  return new Set((await Array.fromAsync(snapshot.rows())).map(({ id }) => id))
}
const driveNow = async () => {
  const drive = await driveById(system.db, system.accountId, driveId)
  if (!drive) throw new Error('The drive is not there.')
  return drive
}
const toldTo = async ({ id }: BackupRun) =>
  (await placesOf(system.db, system.accountId, { type: 'backup-run', id })).map(({ conversationId }) => conversationId)

test('a run that would remove too much is held: nothing goes, what is new is stored, and one card says so', async () => {
  await freshDrive(100)
  lose(files.slice(0, 60))
  const fresh = await put('new.txt')
  const run = await backUp(system, driveId)
  expect(run).toMatchObject({ outcome: 'held', heldRemovals: 60, generation: 2, listed: 1, stored: 1 })
  expect(run.error).toContain('60 items are gone from Google Drive since snapshot 1')
  for (const ids of [await idsAt(2), await idsInVault(2)]) expect([...files, fresh].every((id) => ids.has(id))).toBe(true)
  expect(await driveNow()).toMatchObject({ lastOutcome: 'held', heldRemovals: 60 })
  expect(await toldTo(run)).toEqual([system.people.cy.id])

  const again = await backUp(system, driveId)
  expect(again).toMatchObject({ outcome: 'held', heldRemovals: 60, generation: null })
  expect(await toldTo(again)).toEqual([])
})

test('accepted removals are made, and the snapshots before keep what is gone', async () => {
  await freshDrive(100)
  lose(files.slice(0, 60))
  await backUp(system, driveId)
  const run = await backUp(system, driveId, { acceptedRemovals: 60 })
  expect(run).toMatchObject({ outcome: 'success', heldRemovals: null, generation: 2 })
  expect((await idsInVault(2)).size).toBe(41)
  expect((await idsInVault(1)).size).toBe(101)
  expect((await driveNow()).heldRemovals).toBeNull()
})

test('accepting sixty removals does not accept ninety', async () => {
  await freshDrive(100)
  lose(files.slice(0, 60))
  await backUp(system, driveId)
  lose(files.slice(60, 90))
  const run = await backUp(system, driveId, { acceptedRemovals: 60 })
  expect(run).toMatchObject({ outcome: 'held', heldRemovals: 90 })
  expect((await idsAt(1)).size).toBe(101)
})

test('a full listing is held as the feed is, and goes through once it is accepted', async () => {
  await freshDrive(80)
  lose(files.slice(0, 55))
  expect(await backUp(system, driveId, { mode: 'full' })).toMatchObject({ outcome: 'held', mode: 'full', heldRemovals: 55 })
  expect(await backUp(system, driveId, { mode: 'full', acceptedRemovals: 55 })).toMatchObject({ outcome: 'success', mode: 'full' })
  expect((await idsInVault((await driveNow()).latestGeneration)).size).toBe(26)
})

test('what a listing leaves out is looked up before it is taken for deleted', async () => {
  await freshDrive(20)
  lose(files.slice(0, 2))
  system.practice.drive.wire.faults.add([
    { method: 'drive.files.list', call: 1, times: 1, fault: { kind: 'stalePage', missing: 3, repeated: 0 } },
  ])
  await backUp(system, driveId, { mode: 'full' })
  expect(system.practice.drive.wire.faults.report().neverFired).toEqual([])
  system.practice.drive.wire.faults.clear()
  expect(await idsInVault(2)).toEqual(new Set([...(await idsInVault(1))].filter((id) => !files.slice(0, 2).includes(id))))
})

test('the limits of the task decide: fewer than its number of items, or less than its share, are removed without a word', async () => {
  await freshDrive(100)
  await updateTask(system.db, system.accountId, system.taskId, { holdItems: 61 }, new Date(0))
  lose(files.slice(0, 60))
  expect(await backUp(system, driveId)).toMatchObject({ outcome: 'success', heldRemovals: null })
  await updateTask(system.db, system.accountId, system.taskId, { holdItems: 10, holdPercent: 60 }, new Date(0))
  lose(files.slice(60, 80))
  expect(await backUp(system, driveId)).toMatchObject({ outcome: 'success' })
  await updateTask(system.db, system.accountId, system.taskId, { holdItems: 50, holdPercent: 30 }, new Date(0))
  expect((await idsInVault(3)).size).toBe(21)
})

test('G8 a membership that is lost fails the run in words, archives nothing and removes nothing', async () => {
  await freshDrive(5)
  const [membership] = model.permissions.list(admin, driveId, {}).permissions
  const other = model.permissions.create(
    admin,
    driveId,
    { type: 'user', role: 'organizer', emailAddress: model.directory.people[1]?.email ?? '' },
    { sendNotificationEmail: false },
  )
  expect(other.role).toBe('organizer')
  model.permissions.delete(admin, driveId, membership?.id ?? '')
  const run = await backUp(system, driveId)
  expect(run).toMatchObject({ outcome: 'failed', generation: null })
  expect(run.error).toContain('Nothing was marked as deleted')
  expect(await driveNow()).toMatchObject({ lifecycle: 'active', latestGeneration: 1 })
  expect((await idsInVault(1)).size).toBe(6)
})

test('SET-10 a drive that was deleted at Google is archived with a card, and everything of it can be restored elsewhere', async () => {
  await freshDrive(5)
  model.drives.delete(admin, driveId, { useDomainAdminAccess: true, allowItemDeletion: true })
  const run = await backUp(system, driveId)
  expect(run).toMatchObject({ outcome: 'archived', generation: null })
  expect(await toldTo(run)).toEqual([system.people.cy.id])
  expect(await driveNow()).toMatchObject({ lifecycle: 'archived', latestGeneration: 1, archivedFrom: 'active' })

  const destination = system.driveId('Finance')
  const job = await askRestore(system, { driveId, generation: 1, selection: { kind: 'drive' }, destinationDriveId: destination })
  await approve(system, job.id)
  expect(await endOf(system, job.id)).toMatchObject({ status: 'succeeded', doneItems: 6, failedItems: 0 })
})

test('SET-10 discovery notes whose administrator sees a drive, and a drive that is found again is what it was before', async () => {
  const finance = system.driveId('Finance')
  const discover = async () => {
    const source = system.practice.source()
    await discoverDrives({ db: system.db, source, now: new Date(0), onPage: () => {} }, system)
    return driveById(system.db, system.accountId, finance)
  }
  expect(await discover()).toMatchObject({ lifecycle: 'active', domainSeenBy: admin.email.split('@')[1] })
  await archiveDrive(system.db, system.accountId, finance, new Date(0))
  expect(await driveById(system.db, system.accountId, finance)).toMatchObject({ lifecycle: 'archived', archivedFrom: 'active' })
  expect(await discover()).toMatchObject({ lifecycle: 'active', archivedAt: null, archivedFrom: null })
})

test.for([
  ['was never in an administrator’s view', null],
  ['was in the view of another domain’s administrator', 'elsewhere.example'],
] as const)('G8 a drive that %s is never taken for deleted', async ([, domain]) => {
  await freshDrive(3)
  await system.db.query('update drive set domain_seen_by = $2 where id = $1', [driveId, domain])
  model.drives.delete(admin, driveId, { useDomainAdminAccess: true, allowItemDeletion: true })
  expect(await backUp(system, driveId)).toMatchObject({ outcome: 'failed' })
  expect((await driveNow()).lifecycle).toBe('active')
})

test('a drive whose people lose access in the middle of a run loses nothing, and the run is no success', async () => {
  await freshDrive(12)
  for (const id of files) model.practice.edit(id)
  system.practice.drive.wire.faults.add([
    { method: 'drive.files.get', media: true, call: 1, times: 100, fault: { kind: 'error', status: 404, reason: 'notFound' } },
    { method: 'drive.files.get', call: 1, times: 100, fault: { kind: 'error', status: 404, reason: 'notFound' } },
    { method: 'drive.drives.get', call: 1, times: 1, fault: { kind: 'error', status: 404, reason: 'notFound' } },
  ])
  const run = await backUp(system, driveId)
  system.practice.drive.wire.faults.clear()
  expect(run).toMatchObject({ outcome: 'failed', generation: null })
  expect((await driveNow()).latestGeneration).toBe(1)
  expect(await backUp(system, driveId)).toMatchObject({ outcome: 'success', stored: 12, generation: 2 })
})

beforeEach(() => {
  expect(system.practice.drive.wire.faults.report().neverFired).toEqual([])
})
