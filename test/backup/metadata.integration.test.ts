/** What a snapshot knows beside content, so that a restore can bring back sharing, labels and settings as of then. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { ManifestRow } from '../../activities/vault/index.ts'
import { updateTask } from '../../db/tasks.ts'
import { backUp } from '../support/runs.ts'
import { startSystem } from '../support/system.ts'
import { chunked } from '../support/wire.ts'

const system = await startSystem({ world: { seed: 61, items: 60, drives: 1 } })
afterAll(() => system.stop())

const { model, wire } = system.practice.drive
const admin = { email: system.practice.admin, domainAdmin: true }
const driveId = system.driveId('Finance')
const folder = 'application/vnd.google-apps.folder'

const settings = (changes: Parameters<typeof updateTask>[3]) => updateTask(system.db, system.accountId, system.taskId, changes, new Date(0))
const vault = async () => (await system.vault).drive(driveId)
async function rowOf(id: string, generation?: number): Promise<ManifestRow> {
  const gen = generation ?? (await (await vault()).latestRoot())?.gen ?? 0
  const row = await (await (await vault()).snapshot(gen)).row(id)
  if (!row) throw new Error(`There is no row ${id} in snapshot ${gen}.`)
  return row
}
async function put(name: string, parent = driveId): Promise<string> {
  const content = await model.content.put(chunked(Buffer.from(`text of ${name}`)))
  return model.files.create(admin, { name, parents: [parent] }, { content, mimeType: 'text/plain' }).id
}
/** Calls by method that the next backup makes. */
async function callsOfBackup(): Promise<Record<string, number>> {
  const before = wire.ledger.report()?.marker
  expect((await backUp(system, driveId)).failed).toBe(0)
  return Object.fromEntries(Object.entries(wire.ledger.report(before)?.methods ?? {}).map(([method, { calls }]) => [method, calls]))
}
const share = (id: string, emailAddress: string, role: 'reader' | 'writer' = 'reader') =>
  model.permissions.create(admin, id, { type: 'user', role, emailAddress }, { sendNotificationEmail: false })

beforeAll(async () => {
  await backUp(system, driveId)
})

test('sharing is read only for items with direct grants, and each snapshot keeps what it was then', async () => {
  const parent = model.files.create(admin, { name: 'Shared', parents: [driveId], mimeType: folder }).id
  const [inherits, direct] = [await put('inherits', parent), await put('direct', parent)]
  share(parent, 'partner@external.example', 'writer')
  const grant = share(direct, 'guest@external.example')
  expect((await callsOfBackup())['drive.permissions.list']).toBe(2)
  const { gen: then } = (await (await vault()).latestRoot()) ?? { gen: 0 }
  expect((await rowOf(inherits)).permissions).toEqual([])
  expect((await rowOf(direct)).permissions).toMatchObject([{ type: 'user', role: 'reader', emailAddress: 'guest@external.example' }])

  model.permissions.delete(admin, direct, grant.id)
  await backUp(system, driveId)
  expect((await rowOf(direct)).permissions).toEqual([])
  expect((await rowOf(direct, then)).permissions).toHaveLength(1)
})

test('labels that the task names come with the feed and with a listing, for no call of their own', async () => {
  const [file, other] = [await put('labelled'), await put('other')]
  model.files.modifyLabels(admin, file, [{ labelId: 'sensitivity', fieldModifications: [{ fieldId: 'level', setTextValues: ['secret'] }] }])
  model.files.modifyLabels(admin, file, [{ labelId: 'unasked', fieldModifications: [{ fieldId: 'x', setTextValues: ['y'] }] }])
  await settings({ labelIds: ['sensitivity'] })
  const labels = [{ id: 'sensitivity', fields: { level: { text: ['secret'], valueType: 'text' } } }]
  expect(await callsOfBackup()).toEqual({ 'drive.changes.list': 1, 'drive.files.get:media': 2 })
  expect((await rowOf(file)).labels).toMatchObject(labels)
  expect((await rowOf(file)).labels).toHaveLength(1)
  expect((await rowOf(other)).labels ?? []).toEqual([])

  await settings({ labelIds: [] })
  await backUp(system, driveId, { mode: 'full' })
  expect((await rowOf(file)).labels).toBeUndefined()
  await settings({ labelIds: ['sensitivity'] })
  await backUp(system, driveId, { mode: 'full' })
  expect((await rowOf(file)).labels).toMatchObject(labels)
})

test('comments with their replies are stored when the task asks for them, for one call for each changed file', async () => {
  const file = await put('discussed')
  const first = model.comments.create(admin, file, { content: 'Is that so?', quotedFileContent: { mimeType: 'text/plain', value: 'so' } })
  model.replies.create(admin, file, first.id ?? '', { content: 'It is.', action: 'resolve' })
  model.comments.create(admin, file, { content: 'And this?' })
  expect((await callsOfBackup())['drive.comments.list']).toBeUndefined()
  expect((await rowOf(file)).comments).toBeUndefined()

  await settings({ withComments: true })
  model.comments.create(admin, file, { content: 'Last.' })
  expect(await callsOfBackup()).toEqual({ 'drive.changes.list': 1, 'drive.comments.list': 1 })
  // Comments of one millisecond are in the order of their ids.
  const said = new Map((await rowOf(file)).comments?.map((comment) => [comment['content'], comment]))
  expect([...said.keys()].sort()).toEqual(['And this?', 'Is that so?', 'Last.'])
  expect(said.get('Is that so?')).toMatchObject({
    resolved: true,
    quotedFileContent: { value: 'so' },
    replies: [{ content: 'It is.', action: 'resolve' }],
    author: { displayName: expect.any(String) },
    createdTime: expect.any(String),
  })
})

test('of more comments than a page holds none is missing', async () => {
  const file = await put('much discussed')
  for (let n = 0; n < 130; n++) model.comments.create(admin, file, { content: `comment ${n}` })
  expect((await callsOfBackup())['drive.comments.list']).toBe(2)
  const said = (await rowOf(file)).comments?.map(({ content }) => content)
  expect(new Set(said)).toEqual(new Set(Array.from({ length: 130 }, (_, n) => `comment ${n}`)))
  await settings({ withComments: false })
})

test('settings, restrictions and members of the drive are in the snapshot, and a change of one of them makes the next', async () => {
  model.drives.update(admin, driveId, { restrictions: { driveMembersOnly: true } })
  model.permissions.create(admin, driveId, { type: 'user', role: 'fileOrganizer', emailAddress: model.directory.people[3]?.email ?? '' })
  const run = await backUp(system, driveId)
  const root = await (await vault()).latestRoot()
  expect(run.generation).toBe(root?.gen)
  expect(root?.drive).toMatchObject({ name: 'Finance', restrictions: { driveMembersOnly: true } })
  expect(root?.drive.members?.map(({ emailAddress, role }) => `${emailAddress} ${role}`)).toContain(
    `${model.directory.people[3]?.email} fileOrganizer`,
  )
  const quiet = await backUp(system, driveId)
  expect(quiet.generation).toBeNull()
})

test('a limited-access folder is known as one', async () => {
  const limited = model.files.create(admin, { name: 'Board only', parents: [driveId], mimeType: folder }).id
  model.files.update(admin, limited, { inheritedPermissionsDisabled: true })
  await backUp(system, driveId)
  expect((await rowOf(limited)).flags).toMatchObject({ inheritedPermissionsDisabled: true })
})
