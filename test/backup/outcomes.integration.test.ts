/** What becomes of the items that are not plain files, and what each kind of change costs; all against the worst world that the practice Drive has. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { ManifestRow } from '../../activities/vault/index.ts'
import type { BackupRun } from '../../db/runs.ts'
import { updateTask } from '../../db/tasks.ts'
import { backUp } from '../support/runs.ts'
import { startSystem } from '../support/system.ts'
import { chunked } from '../support/wire.ts'

const system = await startSystem({ world: { seed: 51, items: 300, drives: 2, profile: 'hostile' } })
afterAll(() => system.stop())

const { model, wire } = system.practice.drive
const admin = { email: system.practice.admin, domainAdmin: true }
const document = 'application/vnd.google-apps.document'
const driveId = model.practice.drives()[0]?.id ?? ''
let first: BackupRun
beforeAll(async () => {
  first = await backUp(system, driveId)
})

/** The rows of a snapshot by name; the newest one without a number. */
async function rows(generation?: number): Promise<ReadonlyMap<string, ManifestRow>> {
  const vault = (await system.vault).drive(driveId)
  const snapshot = await vault.snapshot(generation ?? (await vault.latestRoot())?.gen ?? 0)
  return new Map((await Array.fromAsync(snapshot.rows())).map((row) => [row.name, row]))
}
async function rowOf(name: string, generation?: number): Promise<ManifestRow> {
  const row = (await rows(generation)).get(name)
  if (!row) throw new Error(`No row is called ${name}.`)
  return row
}
/** Calls by method that the work makes at the practice Drive. */
async function callsOf(work: () => Promise<unknown>): Promise<Record<string, number>> {
  const before = wire.ledger.report()?.marker
  await work()
  return Object.fromEntries(Object.entries(wire.ledger.report(before)?.methods ?? {}).map(([method, { calls }]) => [method, calls]))
}
async function put(name: string, text: string, mimeType = 'text/plain'): Promise<string> {
  const content = await model.content.put(chunked(Buffer.from(text)))
  return model.files.create(admin, { name, parents: [driveId], mimeType }, { content, mimeType: 'text/plain' }).id
}
const textOf = async ({ content }: ManifestRow, generation: number) => {
  if (!content) throw new Error('The row has no content.')
  const snapshot = await (await system.vault).drive(driveId).snapshot(generation)
  return Buffer.concat(await Array.fromAsync(snapshot.readBlob(content)))
}

test('P10 the run accounts for each item, and every reason is one that a card has words for', () => {
  expect(first.listed).toBe(first.stored + first.skipped + first.failed)
  expect(first.failed).toBe(0)
  const known = [
    'stored',
    'metadata-only:clientEncrypted',
    'metadata-only:danglingShortcut',
    'metadata-only:noExportFormat',
    'skipped:abusive',
  ]
  expect(Object.keys(first.reasons).sort()).toEqual(known.sort())
})

test.for([
  ['a shortcut within the drive', 'to a file', { status: 'stored' }],
  ['a shortcut whose target is gone', 'dangling', { status: 'metadata-only', reason: 'danglingShortcut' }],
  ['a file under the customer’s own keys', 'client-side encrypted.docx', { status: 'metadata-only', reason: 'clientEncrypted' }],
  ['a file that Google has flagged', 'flagged as malware.exe', { status: 'skipped', reason: 'abusive' }],
  ['a form, which cannot come back', 'Google form', { status: 'metadata-only', reason: 'noExportFormat' }],
  ['a site, which cannot come back', 'Google site', { status: 'metadata-only', reason: 'noExportFormat' }],
  ['a document', 'Google document', { status: 'stored' }],
  ['an empty file', 'empty.txt', { status: 'stored' }],
  ['a locked file', 'locked.txt', { status: 'stored' }],
] as const)('%s has an outcome of its own', async ([, name, outcome]) => {
  const row = await rowOf(name, 1)
  expect(row.outcome).toEqual(outcome)
  if (outcome.status !== 'stored') expect(row.content).toBeUndefined()
})

test('a flagged file is fetched when its task says so, and its row tells', async () => {
  await updateTask(system.db, system.accountId, system.taskId, { fetchFlagged: true }, new Date(0))
  await backUp(system, driveId, { mode: 'full' })
  await updateTask(system.db, system.accountId, system.taskId, { fetchFlagged: false }, new Date(0))
  const row = await rowOf('flagged as malware.exe')
  expect(row).toMatchObject({ outcome: { status: 'stored' }, flags: { viewedAsAbusive: true }, content: { sha256: row.sha256Checksum } })
})

test('a document over Google’s limit for exports comes by a long-running operation', async () => {
  const row = await rowOf('too large to export', 1)
  expect(row).toMatchObject({ outcome: { status: 'stored' }, content: { canonicalDigest: expect.stringMatching(/^[0-9a-f]{64}$/) } })
  expect(row.content?.size).toBeGreaterThan(0)
  const limit = model.knobs.exportLimitBytes
  model.knobs.exportLimitBytes = 100
  await put('long way.txt', 'A line that has to go the long way.\n', document)
  const calls = await callsOf(() => backUp(system, driveId))
  model.knobs.exportLimitBytes = limit
  expect(calls).toMatchObject({ 'drive.files.download': 1, 'drive.operations.get': expect.any(Number) })
  expect(await rowOf('long way.txt')).toMatchObject({ outcome: { status: 'stored' } })
})

test('a document that says the same as before keeps its content, whatever the bytes of its export', async () => {
  const id = await put('minutes', 'Present: all.\n', document)
  const { generation: one } = await backUp(system, driveId)
  model.files.update(admin, id, { modifiedTime: '2027-01-01T00:00:00.000Z' })
  const calls = await callsOf(() => backUp(system, driveId))
  expect(calls['drive.files.export']).toBe(1)
  const [before, after] = [await rowOf('minutes', one ?? 0), await rowOf('minutes')]
  expect(after.modifiedTime).not.toBe(before.modifiedTime)
  expect(after.content).toEqual(before.content)

  model.practice.edit(id)
  const { generation: two } = await backUp(system, driveId)
  const edited = await rowOf('minutes')
  expect(edited.content?.canonicalDigest).not.toBe(before.content?.canonicalDigest)
  expect(await textOf(edited, two ?? 0)).not.toEqual(await textOf(before, one ?? 0))
})

const noMedia: readonly (readonly [string, (id: string, folderId: string) => unknown])[] = [
  ['a rename', (id) => model.files.update(admin, id, { name: 'another name' })],
  ['a move', (id, folderId) => model.files.update(admin, id, {}, { addParents: [folderId], removeParents: [driveId] })],
  ['sharing', (id) => model.permissions.create(admin, id, { type: 'user', role: 'reader', emailAddress: 'guest@elsewhere.example' })],
  ['a trip to the trash', (id) => model.files.update(admin, id, { trashed: true })],
  ['the way back from the trash', (id) => model.files.update(admin, id, { trashed: false })],
]

test('a rename, a move, sharing and the trash cost no media call', async () => {
  const folderId = model.files.create(admin, { name: 'Elsewhere', parents: [driveId], mimeType: 'application/vnd.google-apps.folder' }).id
  const id = await put('plain.txt', 'plain')
  const native = await put('doc', 'doc', document)
  await backUp(system, driveId)
  for (const [what, change] of noMedia) {
    change(id, folderId)
    // Google moves the time of a document's last change with its name too, and has nothing else to tell its content by: see the next test.
    const both = what !== 'a rename'
    if (both) change(native, folderId)
    const run = { listed: 0 }
    const calls = await callsOf(async () => Object.assign(run, await backUp(system, driveId)))
    expect(run.listed, what).toBe(both ? 2 : 1)
    const shared = noMedia.findIndex(([name]) => name === what) >= 2
    expect(calls, what).toEqual({ 'drive.changes.list': 1, ...(shared && { 'drive.permissions.list': 2 }) })
  }
})

test('a document’s rename costs one export and stores nothing new', async () => {
  const id = await put('old name', 'the same words', document)
  await backUp(system, driveId)
  const before = await rowOf('old name')
  model.files.update(admin, id, { name: 'new name' })
  expect(await callsOf(() => backUp(system, driveId))).toEqual({ 'drive.changes.list': 1, 'drive.files.export': 1 })
  expect((await rowOf('new name')).content).toEqual(before.content)
})

test('a member who is no Manager: what may not be downloaded is skipped without a call, and what lies in an unseen folder is stored and says so', async () => {
  const other = model.practice.drives()[1]?.id ?? ''
  const reader = { type: 'user', role: 'writer', emailAddress: admin.email } as const
  const helper = { email: model.directory.people.find(({ email }) => email !== admin.email)?.email ?? '', domainAdmin: false }
  model.permissions.create(admin, other, { type: 'user', role: 'organizer', emailAddress: helper.email }, { useDomainAdminAccess: true })
  const folder = 'application/vnd.google-apps.folder'
  const limited = model.files.create(helper, { name: 'Limited', parents: [other], mimeType: folder }).id
  const hidden = model.files.create(helper, { name: 'Hidden', parents: [limited], mimeType: folder }).id
  const content = await model.content.put(chunked(Buffer.from('not for all')))
  const astray = model.files.create(helper, { name: 'astray.txt', parents: [hidden] }, { content, mimeType: 'text/plain' }).id
  model.permissions.create(helper, astray, reader, { sendNotificationEmail: false })
  model.files.update(helper, limited, { inheritedPermissionsDisabled: true })
  const blocked = model.files.create(helper, { name: 'blocked.txt', parents: [other] }, { content, mimeType: 'text/plain' }).id
  model.files.update(helper, blocked, {
    downloadRestrictions: { itemDownloadRestriction: { restrictedForReaders: true, restrictedForWriters: true } },
  })
  for (const { id, emailAddress } of model.permissions.list(helper, other, {}).permissions) {
    if (emailAddress === admin.email) model.permissions.update(helper, other, id, { role: 'writer' })
  }
  const run = await backUp(system, other)
  const snapshot = await (await system.vault).drive(other).snapshot(run.generation ?? 0)
  expect(await snapshot.row(astray)).toMatchObject({ outcome: { status: 'stored', reason: 'parentUnseen' }, content: { size: 11 } })
  expect((await snapshot.row(blocked))?.outcome).toEqual({ status: 'skipped', reason: 'downloadForbidden' })
  expect(run.reasons).toMatchObject({ 'stored:parentUnseen': 1 })
})

test('what a shortcut points at outside the drive is looked up once, and within the drive never', async () => {
  const elsewhere = model.practice.drives()[1]?.id ?? ''
  const content = await model.content.put(chunked(Buffer.from('outside')))
  const outside = model.files.create(admin, { name: 'outside', parents: [elsewhere] }, { content, mimeType: 'text/plain' }).id
  const inside = await put('inside.txt', 'inside')
  await backUp(system, driveId)
  for (const [name, targetId] of [
    ['out', outside],
    ['in', inside],
  ] as const)
    model.files.create(admin, {
      name,
      parents: [driveId],
      mimeType: 'application/vnd.google-apps.shortcut',
      shortcutDetails: { targetId },
    })
  expect(await callsOf(() => backUp(system, driveId))).toEqual({ 'drive.changes.list': 1, 'drive.files.get': 1 })
  expect([(await rowOf('out')).outcome, (await rowOf('in')).outcome]).toEqual([{ status: 'stored' }, { status: 'stored' }])
})
