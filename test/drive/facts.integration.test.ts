/** Facts of Google Drive that break naive programs, each against the practice Drive's worst world. */
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { DriveFailure, driveFailureTypes } from '../../activities/drive/failure-types.ts'
import { type DriveItem, isGoogleNative } from '../../activities/drive/resources.ts'
import type { Actor } from '../../activities/drive/simulator/model/requests.ts'
import type { DriveSource } from '../../activities/drive/source.ts'
import { chunked, collect } from '../support/wire.ts'
import { type Practice, startPractice } from './support/practice.ts'

const word = 'application/vnd.openxmlformats-officedocument.wordprocessingml.document'
let practice: Practice
let by: Actor
let source: DriveSource
let driveId = ''

beforeAll(async () => {
  practice = await startPractice({ world: { seed: 5, items: 400, drives: 1, profile: 'hostile' } })
  by = { email: practice.admin, domainAdmin: true }
  const { model } = practice.drive
  driveId = model.practice.drives()[0]?.id ?? ''
  model.permissions.create(by, driveId, { type: 'user', role: 'organizer', emailAddress: practice.admin }, { useDomainAdminAccess: true })
  source = practice.source()
})
afterAll(() => practice.stop())
afterEach(() => {
  expect(practice.drive.wire.faults.report().neverFired).toEqual([])
  practice.drive.wire.faults.clear()
})

async function everything(): Promise<DriveItem[]> {
  const items: DriveItem[] = []
  for (let pageToken: string | undefined; ; ) {
    const page = await source.listItems(driveId, pageToken)
    items.push(...page.items)
    pageToken = page.nextPageToken
    if (pageToken === undefined) return items
  }
}

async function outcome(work: () => Promise<{ readonly stream: AsyncIterable<Uint8Array> }>): Promise<string> {
  try {
    await collect((await work()).stream)
    return 'bytes'
  } catch (error) {
    if (error instanceof DriveFailure) return error.type
    throw error
  }
}

test('every item of a hostile drive gives bytes or a named refusal, whatever it is', async () => {
  const outcomes: Record<string, number> = {}
  for (const item of await everything()) {
    const native = isGoogleNative(item.mimeType)
    const found = await outcome(() => (native ? source.exportAs(item.id, word) : source.download(item.id)))
    expect(['bytes', ...driveFailureTypes]).toContain(found)
    expect(['TransientProvider', 'Unreachable', 'InvalidRequest', 'NotFound'], `${item.mimeType} ${item.name}`).not.toContain(found)
    outcomes[found] = (outcomes[found] ?? 0) + 1
  }
  expect(outcomes.bytes).toBeGreaterThan(100)
  expect(outcomes).toHaveProperty('Abusive')
  expect(outcomes).toHaveProperty('NotDownloadable')
})

test('an abusive file comes when the risk is acknowledged, and only then', async () => {
  const blobs = (await everything()).filter((item) => item.md5Checksum !== undefined)
  for (const item of blobs) {
    if ((await outcome(() => source.download(item.id))) !== 'Abusive') continue
    expect(await outcome(() => source.download(item.id, { acknowledgeAbuse: true }))).toBe('bytes')
    return
  }
  expect.unreachable('The hostile world has no abusive file.')
})

test('more than a hundred grants of one item come over several pages', async () => {
  const { model } = practice.drive
  const id = model.files.create(by, { name: 'popular', parents: [driveId], mimeType: 'application/vnd.google-apps.folder' }).id
  const people = Array.from({ length: 150 }, (_, n) => `guest${n}@elsewhere.example`)
  for (const emailAddress of people) {
    model.permissions.create(by, id, { type: 'user', role: 'reader', emailAddress }, { sendNotificationEmail: false })
  }
  const grants = await source.grants(id)
  expect(grants.map((grant) => grant.emailAddress).sort()).toEqual(people.sort())
})

test('owners, and permissions on the file itself, are not there on a shared drive, and nobody misses them', async () => {
  const [item] = await everything()
  expect(item).not.toHaveProperty('owners')
  expect(item).not.toHaveProperty('permissions')
})

test('Google-native files have neither checksum nor revision', async () => {
  const documents = (await everything()).filter((item) => item.mimeType === 'application/vnd.google-apps.document')
  expect(documents.length).toBeGreaterThan(0)
  for (const item of documents) {
    expect(item).not.toHaveProperty('md5Checksum')
    expect(item).not.toHaveProperty('headRevisionId')
    expect(item.version).toMatch(/^\d+$/)
  }
})

test('an export that is too large may be answered with 500, and comes by the long way then, too', async () => {
  const text = Buffer.from('A line.\n')
  const content = await practice.drive.model.content.put(chunked(text))
  const body = { name: 'Notes', mimeType: 'application/vnd.google-apps.document', parents: [driveId] }
  const { id } = practice.drive.model.files.create(by, body, { content, mimeType: 'text/plain' })
  practice.drive.wire.faults.add([
    { method: 'drive.files.export', call: 1, times: 6, fault: { kind: 'error', status: 500, reason: 'internalError' } },
  ])
  expect((await collect((await source.exportAs(id, 'text/plain')).stream)).toString()).toContain('A line.')
})

test('a sharing quota that is used up is a refusal of the sharing', async () => {
  const { model } = practice.drive
  const id = model.files.create(by, { name: 'quota', parents: [driveId], mimeType: 'application/vnd.google-apps.folder' }).id
  model.knobs.sharingLimit = 0
  const work = practice.target().grant(id, { type: 'user', role: 'reader', emailAddress: 'one-more@elsewhere.example' })
  await expect(work).rejects.toMatchObject({ type: 'SharingRefused', reason: 'sharingRateLimitExceeded' })
  model.knobs.sharingLimit = undefined
})

test('an item that moves to another drive is removed here and keeps its id there', async () => {
  const { model } = practice.drive
  const other = model.drives.create(by, 'other', { name: 'Other' }).id
  const content = await model.content.put(chunked(Buffer.from('x')))
  const { id } = model.files.create(by, { name: 'mover', parents: [driveId] }, { content, mimeType: 'text/plain' })
  const [here, there] = await Promise.all([source.startPageToken(driveId), source.startPageToken(other)])
  model.files.update(by, id, {}, { addParents: [other], removeParents: [driveId] })
  expect((await source.changes(driveId, here)).changes).toMatchObject([{ itemId: id, removed: true }])
  expect((await source.changes(other, there)).changes).toMatchObject([{ itemId: id, removed: false, item: { driveId: other } }])
})

test('an idle poll of the change feed is one call', async () => {
  const token = await source.startPageToken(driveId)
  const before = practice.drive.wire.ledger.report()?.marker
  await source.changes(driveId, token)
  expect(practice.drive.wire.ledger.report(before)?.total).toMatchObject({ calls: 1, units: 100 })
})
