/** Bytes in and out of the practice Drive: downloads with ranges, and the three ways to upload, by Google's client and by plain `fetch`. */
import { createHash } from 'node:crypto'
import { Readable } from 'node:stream'
import type { drive_v3 } from '@googleapis/drive'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { PracticeDrive } from '../../activities/drive/simulator/wire/start.ts'
import { accessToken, adminOf, driveClient, judgedPracticeDrive } from '../support/practice-drive.ts'

const unit = 256 * 1024
const all = { supportsAllDrives: true } as const
const bytes = Buffer.from(Array.from({ length: 3 * unit + 123 }, (_, at) => (at * 31 + (at >> 7)) % 256))
const sha256 = (content: Uint8Array) => createHash('sha256').update(content).digest('hex')

let practice: PracticeDrive
let client: drive_v3.Drive
let driveId: string
let token: string

beforeAll(async () => {
  practice = await judgedPracticeDrive({ world: { seed: 7, items: 60 } })
  client = driveClient(practice, adminOf(practice))
  token = await accessToken(practice, adminOf(practice))
  const { data } = await client.drives.create({ requestId: 'media', requestBody: { name: 'Media' } })
  driveId = data.id ?? ''
})

afterAll(() => practice.stop())

function call(path: string, init: RequestInit = {}): Promise<Response> {
  const url = path.startsWith('http') ? path : `${practice.url}${path}`
  return fetch(url, { ...init, headers: { authorization: `Bearer ${token}`, ...init.headers } })
}

async function upload(content: Buffer, mimeType = 'application/octet-stream'): Promise<string> {
  const media = { mimeType, body: Readable.from([content]) }
  const { data } = await client.files.create({ requestBody: { name: 'blob', parents: [driveId] }, media, fields: 'id', ...all })
  return data.id ?? ''
}

async function beginSession(metadata: object = { name: 'big', parents: [driveId] }, headers: Record<string, string> = {}): Promise<string> {
  const response = await call('/upload/drive/v3/files?uploadType=resumable&supportsAllDrives=true&fields=id,size,sha256Checksum,mimeType', {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-upload-content-type': 'image/png', ...headers },
    body: JSON.stringify(metadata),
  })
  expect(response.status).toBe(200)
  return response.headers.get('location') ?? ''
}

/** Sends a chunk without a token: the address of a session is its own permission. */
function put(session: string, start: number, end: number, total: number | '*' = bytes.length): Promise<Response> {
  return fetch(session, {
    method: 'PUT',
    headers: { 'content-range': `bytes ${start}-${end - 1}/${total}` },
    body: bytes.subarray(start, end),
    redirect: 'manual',
  })
}

const ask = (session: string) =>
  fetch(session, { method: 'PUT', headers: { 'content-range': `bytes */${bytes.length}` }, redirect: 'manual' })

test('a file comes back byte for byte, with its length and type', async () => {
  const id = await upload(bytes, 'image/jpeg')
  const response = await call(`/drive/v3/files/${id}?alt=media&supportsAllDrives=true`)
  expect(response.headers.get('content-length')).toBe(String(bytes.length))
  expect(response.headers.get('content-type')).toBe('image/jpeg')
  expect(sha256(Buffer.from(await response.arrayBuffer()))).toBe(sha256(bytes))
})

test('a download that broke off is resumed with a range', async () => {
  const id = await upload(bytes)
  const path = `/drive/v3/files/${id}?alt=media&supportsAllDrives=true`
  const first = await call(path, { headers: { range: `bytes=0-${unit - 1}` } })
  const rest = await call(path, { headers: { range: `bytes=${unit}-` } })
  expect([first.status, rest.status]).toEqual([206, 206])
  expect(rest.headers.get('content-range')).toBe(`bytes ${unit}-${bytes.length - 1}/${bytes.length}`)
  const whole = Buffer.concat([Buffer.from(await first.arrayBuffer()), Buffer.from(await rest.arrayBuffer())])
  expect(sha256(whole)).toBe(sha256(bytes))
  const beyond = await call(path, { headers: { range: `bytes=${bytes.length}-` } })
  expect([beyond.status, beyond.headers.get('content-range')]).toEqual([416, `bytes */${bytes.length}`])
})

test('generated files have the checksum that they say', async () => {
  const finance = practice.model.practice.driveByName('Finance') ?? ''
  const { data } = await client.files.list({
    corpora: 'drive',
    driveId: finance,
    includeItemsFromAllDrives: true,
    fields: 'files(id,size,sha256Checksum,capabilities(canDownload))',
    ...all,
  })
  const blobs = data.files?.filter((file) => file.sha256Checksum && file.capabilities?.canDownload) ?? []
  expect(blobs.length).toBeGreaterThan(3)
  for (const { id, size, sha256Checksum } of blobs) {
    const response = await call(`/drive/v3/files/${id}?alt=media&supportsAllDrives=true&acknowledgeAbuse=true`)
    const body = Buffer.from(await response.arrayBuffer())
    expect({ size: String(body.length), sha256: sha256(body) }).toEqual({ size, sha256: sha256Checksum })
  }
})

test('a simple upload stores the bytes of one request', async () => {
  const response = await call('/upload/drive/v3/files?uploadType=media&fields=*', {
    method: 'POST',
    headers: { 'content-type': 'text/plain' },
    body: 'alone',
  })
  // Without metadata it has no parent, and the practice Drive has no drive of one's own to put it into.
  expect(response.status).toBeGreaterThanOrEqual(400)
  const id = await upload(Buffer.from('first'))
  const update = await call(`/upload/drive/v3/files/${id}?uploadType=media&supportsAllDrives=true&fields=size,sha256Checksum`, {
    method: 'PATCH',
    headers: { 'content-type': 'text/plain' },
    body: 'second',
  })
  expect(await update.json()).toEqual({ size: '6', sha256Checksum: sha256(Buffer.from('second')) })
})

test('a resumable upload arrives in chunks and answers with the checksum', async () => {
  const session = await beginSession()
  const first = await put(session, 0, unit)
  expect([first.status, first.headers.get('range')]).toEqual([308, `bytes=0-${unit - 1}`])
  expect((await put(session, unit, 3 * unit)).status).toBe(308)
  const last = await put(session, 3 * unit, bytes.length)
  expect(last.status).toBe(200)
  const file = await last.json()
  expect(file).toEqual({ id: expect.any(String), size: String(bytes.length), sha256Checksum: sha256(bytes), mimeType: 'image/png' })
  expect(await (await put(session, 3 * unit, bytes.length)).json()).toEqual(file)
  expect(await (await ask(session)).json()).toEqual(file)
})

test('a resumable upload that broke off goes on where it stopped', async () => {
  const session = await beginSession()
  practice.wire.faults.add([{ method: 'upload.chunk', call: 1, times: 1, fault: { kind: 'cut', afterBytes: unit + 7 } }])
  await expect(put(session, 0, bytes.length)).rejects.toThrow('fetch failed')
  expect(practice.wire.ledger.report()?.latest.at(-1)).toMatchObject({ method: 'upload.chunk', status: 0 })
  const here = await ask(session)
  expect([here.status, here.headers.get('range')]).toEqual([308, `bytes=0-${unit - 1}`])
  const file = await (await put(session, unit, bytes.length)).json()
  expect(file).toMatchObject({ sha256Checksum: sha256(bytes) })
})

test('a chunk that is no multiple of 256 KiB ends the session', async () => {
  const session = await beginSession()
  expect((await put(session, 0, 1_000)).status).toBe(400)
  expect((await ask(session)).status).toBe(404)
})

test('an upload to a place that the person may not write to is refused when it is finished', async () => {
  const session = await beginSession({ name: 'big', parents: ['nowhere'] })
  expect((await put(session, 0, bytes.length)).status).toBe(404)
})
