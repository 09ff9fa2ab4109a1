/** What the practice Drive does on purpose: faults, losses, messes, and the ledger of what it was asked. */
import type { drive_v3 } from '@googleapis/drive'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { PracticeDrive } from '../../activities/drive/simulator/wire/start.ts'
import { accessToken, adminOf, driveClient, judgedPracticeDrive } from '../support/practice-drive.ts'

const all = { supportsAllDrives: true } as const
let practice: PracticeDrive
let client: drive_v3.Drive
let driveId: string
let fileId: string

beforeAll(async () => {
  practice = await judgedPracticeDrive({ world: { seed: 7, items: 100 } })
  client = driveClient(practice, adminOf(practice))
  driveId = practice.model.practice.driveByName('Finance') ?? ''
  const media = { mimeType: 'text/plain', body: 'hello world' }
  const { data } = await client.files.create({ requestBody: { name: 'greeting', parents: [driveId] }, media, ...all })
  fileId = data.id ?? ''
})

beforeEach(async () => {
  await verb('DELETE', 'faults')
  await verb('DELETE', 'ledger')
})

afterAll(() => practice.stop())

/** What the verbs that are read here answer with. */
type Told = {
  readonly marker: string
  readonly total: object
  readonly methods: object
  readonly fileId: string
  readonly driveId: string
  readonly encrypted: number
  readonly deleted: number
  readonly drives: object[]
  readonly people: object[]
}

async function verb(method: string, name: string, body?: unknown, key = practice.adminKey): Promise<{ status: number; data: Told }> {
  const init = { method, headers: { 'x-practice-key': key }, ...(body === undefined ? {} : { body: JSON.stringify(body) }) }
  const response = await fetch(`${practice.url}/_practice/${name}`, init)
  return { status: response.status, data: JSON.parse((await response.text()) || '{}') as Told }
}

const plan = (method: string, fault: object, over: object = {}) => verb('POST', 'faults', { method, fault, ...over })
const get = () => client.files.get({ fileId, fields: 'name', ...all })
const list = () =>
  client.files.list({ corpora: 'drive', driveId, includeItemsFromAllDrives: true, pageSize: 10, fields: 'nextPageToken,files(id)', ...all })

test('the second call fails as planned, the others do not, and the report says so', async () => {
  await plan('drive.files.get', { kind: 'error', status: 503, reason: 'backendError', retryAfterSeconds: 7 }, { call: 2 })
  await plan('drive.files.get', { kind: 'error', status: 500, reason: 'internalError' }, { call: 99 })
  expect((await get()).data).toEqual({ name: 'greeting' })
  const failure = (await get().catch((error: unknown) => error)) as { status: number; response: { headers: Headers } }
  expect([failure.status, failure.response.headers.get('retry-after')]).toEqual([503, '7'])
  expect((await get()).status).toBe(200)
  expect((await verb('GET', 'faults')).data).toMatchObject({
    fired: [{ call: 2, fired: 1, seen: 3 }],
    neverFired: [{ call: 99, fired: 0 }],
  })
})

test('a download is cut after so many bytes', async () => {
  await plan('drive.files.get', { kind: 'cut', afterBytes: 5 }, { media: true })
  const headers = { authorization: `Bearer ${await accessToken(practice, adminOf(practice))}` }
  const response = await fetch(`${practice.url}/drive/v3/files/${fileId}?alt=media&supportsAllDrives=true`, { headers })
  const received: string[] = []
  const reading = (async () => {
    for await (const part of response.body ?? []) received.push(Buffer.from(part).toString())
  })()
  await expect(reading).rejects.toThrow('terminated')
  expect(received.join('')).toBe('hello')
  expect(response.headers.get('content-length')).toBe('11')
})

test('a stale page misses its last entry and repeats its first', async () => {
  const fresh = (await list()).data.files ?? []
  await plan('drive.files.list', { kind: 'stalePage', missing: 1, repeated: 1 })
  expect((await list()).data.files).toEqual([fresh[0], ...fresh.slice(0, -1)])
})

test('a page token can be made to expire', async () => {
  await plan('drive.files.list', { kind: 'expiredPageToken' })
  await expect(list()).rejects.toMatchObject({ status: 400, response: { data: { error: { errors: [{ location: 'pageToken' }] } } } })
})

test('an answer is lost after the call took effect', async () => {
  await plan('drive.files.update', { kind: 'errorAfterSuccess', status: 500 })
  await expect(client.files.update({ fileId, requestBody: { description: 'done' }, ...all })).rejects.toMatchObject({ status: 500 })
  expect((await client.files.get({ fileId, fields: 'description', ...all })).data).toEqual({ description: 'done' })
})

test('the grant is revoked in the middle of a run, and given back', async () => {
  await plan('drive.files.get', { kind: 'revokeGrant' })
  await expect(get()).rejects.toMatchObject({ status: 401 })
  await expect(get()).rejects.toMatchObject({ status: 401 })
  expect((await verb('POST', 'reinstate')).status).toBe(204)
  expect((await driveClient(practice, adminOf(practice)).files.get({ fileId, ...all })).status).toBe(200)
})

test('a slow answer is slow', async () => {
  await plan('drive.files.get', { kind: 'slow', ms: 150 })
  const before = performance.now()
  await get()
  expect(performance.now() - before).toBeGreaterThanOrEqual(149)
})

test('the ledger counts calls and units by method, from a marker on', async () => {
  await get()
  const { marker } = (await verb('GET', 'ledger')).data
  await client.files.get({ fileId, alt: 'media', ...all }, { responseType: 'text' })
  await list()
  const { data } = await verb('GET', `ledger?since=${marker}`)
  expect(data.total).toMatchObject({ calls: 2, units: 300, errors: 0 })
  expect(data.methods).toMatchObject({
    'drive.files.get:media': { calls: 1, units: 200, bytesOut: 11 },
    'drive.files.list': { calls: 1, units: 100 },
  })
  expect((await verb('GET', 'ledger?since=m0')).status).toBe(404)
})

test('a file is lost by name, and a wrong name is answered in words', async () => {
  await client.files.create({ requestBody: { name: 'Lost soon', mimeType: 'text/plain', parents: [driveId] }, ...all })
  const lost = await verb('POST', 'lose', { drive: 'Finance', name: 'Lost soon' })
  expect(lost).toMatchObject({ status: 200, data: { driveId, fileId: expect.any(String) } })
  await expect(client.files.get({ fileId: lost.data.fileId, ...all })).rejects.toMatchObject({ status: 404 })
  expect(await verb('POST', 'lose', { drive: 'Finance', name: 'Lost soon' })).toMatchObject({ status: expect.any(Number) })
  const wrong = await verb('POST', 'lose', { drive: 'Finanse', name: 'x' })
  expect(wrong).toMatchObject({
    status: 404,
    data: { error: { message: expect.stringContaining('There is no drive Finanse. There are: Finance') } },
  })
  expect((await verb('POST', 'lose', {})).status).toBe(400)
})

test('a mess changes much at once, and the change feed tells it', async () => {
  const legal = practice.model.practice.driveByName('Legal') ?? ''
  const start = await client.changes.getStartPageToken({ driveId: legal, ...all })
  const { data } = await verb('POST', 'mess', { drive: 'Legal', seed: 3 })
  expect(data).toMatchObject({ driveId: legal, encrypted: expect.any(Number), deleted: expect.any(Number), shared: expect.any(Number) })
  expect(data.encrypted).toBeGreaterThan(0)
  const pageToken = start.data.startPageToken ?? ''
  const feed = await client.changes.list({ driveId: legal, pageToken, includeItemsFromAllDrives: true, pageSize: 1000, ...all })
  expect(feed.data.changes?.length).toBeGreaterThanOrEqual(data.encrypted + data.deleted)
})

test('the state tells the drives and the people', async () => {
  const { data } = await verb('GET', 'state')
  expect(data.drives).toEqual(expect.arrayContaining([{ id: driveId, name: 'Finance', items: expect.any(Number) }]))
  expect(data.people).toEqual(expect.arrayContaining([expect.objectContaining({ email: adminOf(practice), admin: true })]))
})

test('without the admin key nothing is done', async () => {
  expect((await verb('POST', 'mess', { drive: 'Finance' }, 'wrong')).status).toBe(401)
  expect((await fetch(`${practice.url}/_practice/ledger`)).status).toBe(401)
})

test('a batch of calls is answered in one, and counted one by one', async () => {
  const token = await accessToken(practice, adminOf(practice))
  const part = (id: string, line: string) => `--b\r\nContent-Type: application/http\r\nContent-ID: <${id}>\r\n\r\n${line}\r\n\r\n`
  const body = `${part('1', `GET /drive/v3/files/${fileId}?supportsAllDrives=true&fields=name`)}${part('2', 'GET /drive/v3/files/none')}--b--`
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'multipart/mixed; boundary=b' }
  const text = await (await fetch(`${practice.url}/batch/drive/v3`, { method: 'POST', headers, body })).text()
  expect(text).toContain('{"name":"greeting"}')
  expect(text).toContain('<response-2>')
  expect(text).toContain('HTTP/1.1 404')
  expect((await verb('GET', 'ledger')).data.total).toMatchObject({ calls: 2, units: 10, errors: 1 })
})
