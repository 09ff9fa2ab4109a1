/** What the practice Drive refuses, and in which words: as Google's own client shows them to a program. */
import type { drive_v3 } from '@googleapis/drive'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { PracticeDrive } from '../../activities/drive/simulator/wire/start.ts'
import { systemClock } from '../../db/kit/clock.ts'
import { accessToken, adminOf, driveClient, judgedPracticeDrive, scopes } from '../support/practice-drive.ts'
import { standingClock } from '../support/wire.ts'

const all = { supportsAllDrives: true } as const
let practice: PracticeDrive
let client: drive_v3.Drive
let driveId: string
let fileId: string

beforeAll(async () => {
  practice = await judgedPracticeDrive({ world: { seed: 7, items: 60 } })
  client = driveClient(practice, adminOf(practice))
  driveId = practice.model.practice.driveByName('Finance') ?? ''
  const { data } = await client.files.create({ requestBody: { name: 'x', mimeType: 'text/plain', parents: [driveId] }, ...all })
  fileId = data.id ?? ''
})

afterAll(() => practice.stop())

/** How a program sees a refusal: status, reason and place. */
async function refusal(call: Promise<unknown>) {
  const error: unknown = await call.then(
    () => undefined,
    (failure: unknown) => failure,
  )
  const { status, response } = error as {
    status: number
    response: { data: { error: { code: number; message: string; errors: object[] } } }
  }
  const { code, message, errors } = response.data.error
  expect(code).toBe(status)
  return { status, message, ...errors[0] }
}

const inDrive = () => ({ corpora: 'drive', driveId, includeItemsFromAllDrives: true, ...all })

test('a shared drive item is not found by a caller that does not support shared drives', async () => {
  expect(await refusal(client.files.get({ fileId }))).toEqual({
    status: 404,
    domain: 'global',
    reason: 'notFound',
    message: `File not found: ${fileId}.`,
    location: 'fileId',
    locationType: 'parameter',
  })
  expect(await refusal(client.files.update({ fileId, requestBody: { name: 'y' } }))).toMatchObject({ status: 404 })
  expect(await refusal(client.permissions.list({ fileId }))).toMatchObject({ status: 404 })
})

test.each([
  ['driveId without corpora=drive', { ...all, driveId: 'D', includeItemsFromAllDrives: true }, 403, 'teamDriveIdRequiresTeamDriveCorpora'],
  [
    'corpora=drive without driveId',
    { ...all, corpora: 'drive', includeItemsFromAllDrives: true },
    403,
    'teamDriveCorporaRequiresTeamDriveId',
  ],
  ['no includeItemsFromAllDrives', { ...all, corpora: 'drive', driveId: 'D' }, 403, 'teamDrivesRequired'],
  ['no supportsAllDrives', { corpora: 'drive', driveId: 'D', includeItemsFromAllDrives: true }, 403, 'teamDrivesNotSupported'],
  ['an unknown corpora', { ...all, corpora: 'everything' }, 400, 'invalid'],
  ['an unknown drive', { ...all, corpora: 'drive', driveId: 'nowhere', includeItemsFromAllDrives: true }, 404, 'notFound'],
])('a list with %s is refused', async (_, params, status, reason) => {
  expect(await refusal(client.files.list(params))).toMatchObject({ status, reason })
})

test.each([
  ['q', { q: 'name like x' }, 'invalid', 'Invalid Value'],
  ['fields', { fields: 'files(nope)' }, 'invalidParameter', 'Invalid field selection nope'],
  ['orderBy', { orderBy: 'colour' }, 'invalid', 'Invalid Value'],
  ['pageToken', { pageToken: 'made-up' }, 'invalid', 'Invalid Value'],
  ['pageSize', { pageSize: 1001 }, 'invalidParameter', `Invalid value '1001'. Values must be within the range: [1, 1000]`],
])('a wrong %s is refused at its place', async (location, params, reason, message) => {
  expect(await refusal(client.files.list({ ...inDrive(), ...params }))).toMatchObject({ status: 400, reason, message, location })
})

test('a page token of another query is refused', async () => {
  const { data } = await client.files.list({ ...inDrive(), pageSize: 1, fields: 'nextPageToken' })
  const pageToken = data.nextPageToken ?? ''
  expect(pageToken).not.toBe('')
  expect(await refusal(client.files.list({ ...inDrive(), pageSize: 1, pageToken, q: 'trashed = true' }))).toMatchObject({
    location: 'pageToken',
  })
})

test('about and comments answer only when fields are named', async () => {
  expect(await refusal(client.about.get({}))).toMatchObject({ status: 400, reason: 'required', location: 'fields' })
  expect(await refusal(client.comments.list({ fileId }))).toMatchObject({ status: 400, reason: 'required', location: 'fields' })
})

test('parents are not written by an update, and other fields are not writable at all', async () => {
  const update = (requestBody: object) => refusal(client.files.update({ fileId, requestBody, ...all }))
  expect(await update({ parents: [driveId] })).toMatchObject({
    status: 403,
    reason: 'fieldNotWritable',
    message: expect.stringContaining('addParents'),
  })
  expect(await update({ size: '5' })).toMatchObject({ status: 403, reason: 'fieldNotWritable' })
  expect(await update({ name: 5 })).toMatchObject({ status: 400, reason: 'invalid', location: 'name' })
})

test('a body that is not JSON, or none at all of a method that Google does not have, is refused', async () => {
  const token = await accessToken(practice, adminOf(practice))
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
  const broken = await fetch(`${practice.url}/drive/v3/files`, { method: 'POST', headers, body: '{"name":' })
  expect(await broken.json()).toMatchObject({ error: { code: 400, errors: [{ reason: 'parseError' }] } })
  expect((await fetch(`${practice.url}/drive/v3/files`, { method: 'PUT', headers })).status).toBe(404)
  expect((await fetch(`${practice.url}/drive/v4/files`, { headers })).status).toBe(404)
})

test('a parameter that Google does not have is refused by the judge', async () => {
  const token = await accessToken(practice, adminOf(practice))
  const response = await fetch(`${practice.url}/drive/v3/files?includeEverything=true`, { headers: { authorization: `Bearer ${token}` } })
  expect(await response.json()).toMatchObject({ error: { message: 'drive.files.list has no parameter includeEverything.' } })
})

test('drive.readonly reads and cannot write, the metadata scope cannot download', async () => {
  const reader = driveClient(practice, adminOf(practice), scopes.readonly)
  expect((await reader.files.get({ fileId, ...all })).status).toBe(200)
  expect(await refusal(reader.files.update({ fileId, requestBody: { name: 'y' }, ...all }))).toMatchObject({
    status: 403,
    reason: 'insufficientPermissions',
  })
  const looker = driveClient(practice, adminOf(practice), scopes.metadata)
  expect((await looker.files.get({ fileId, ...all })).status).toBe(200)
  expect(await refusal(looker.files.get({ fileId, alt: 'media', ...all }))).toMatchObject({ reason: 'insufficientPermissions' })
})

test.each([undefined, 'Bearer ya29.made-up', 'Basic x'])('the authorization %s is answered 401 authError', async (authorization) => {
  const response = await fetch(`${practice.url}/drive/v3/files`, { headers: authorization === undefined ? {} : { authorization } })
  expect(response.status).toBe(401)
  expect(response.headers.get('www-authenticate')).toContain('Bearer')
  expect(await response.json()).toMatchObject({ error: { code: 401, errors: [{ reason: 'authError', location: 'Authorization' }] } })
})

test('a service account of its own sees no drive, and its tokens expire', async () => {
  const own = driveClient(practice, undefined)
  expect((await own.drives.list({})).data.drives).toEqual([])
  const clock = standingClock(systemClock.now().toISOString())
  const other = await judgedPracticeDrive({ clock, world: { seed: 7, items: 10 } })
  const token = await accessToken(other, adminOf(other))
  const status = async () => (await fetch(`${other.url}/drive/v3/drives`, { headers: { authorization: `Bearer ${token}` } })).status
  expect(await status()).toBe(200)
  clock.advance(3600_000)
  expect(await status()).toBe(401)
  await other.stop()
})

test('too many units in a minute are answered 403 userRateLimitExceeded', async () => {
  const small = await judgedPracticeDrive({ quotaScale: 0.001, world: { seed: 7, items: 10 } })
  const own = driveClient(small, adminOf(small))
  for (let at = 0; at < 3; at += 1) await own.drives.list({})
  expect(await refusal(own.drives.list({}))).toMatchObject({ status: 403, domain: 'usageLimits', reason: 'userRateLimitExceeded' })
  expect(small.wire.ledger.report()).toMatchObject({ methods: { 'drive.drives.list': { calls: 4, units: 300, errors: 1 } } })
  await small.stop()
})
