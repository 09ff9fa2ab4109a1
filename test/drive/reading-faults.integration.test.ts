import { randomBytes } from 'node:crypto'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { DriveFailure, type DriveFailureType } from '../../activities/drive/failure-types.ts'
import { createMeter } from '../../activities/drive/quota/meter.ts'
import type { PlannedFault } from '../../activities/drive/simulator/wire/practice/faults.ts'
import { chunked, collect } from '../support/wire.ts'
import { hastyClock, type Practice, startPractice } from './support/practice.ts'

let practice: Practice
let driveId = ''

beforeAll(async () => {
  practice = await startPractice()
  driveId = practice.driveNamed('Finance')
})
afterAll(() => practice.stop())
afterEach(() => {
  expect(practice.drive.wire.faults.report().neverFired).toEqual([])
  practice.drive.wire.faults.clear()
})

const plan = (fault: Omit<PlannedFault, 'call' | 'times'> & { readonly call?: number; readonly times?: number }) =>
  practice.drive.wire.faults.add([{ call: 1, times: 1, ...fault }])
const put = async (bytes: Uint8Array) => {
  const { model } = practice.drive
  const by = { email: practice.admin, domainAdmin: true }
  const content = await model.content.put(chunked(bytes, 65_536))
  const members = model.permissions.list(by, driveId, { useDomainAdminAccess: true }).permissions
  if (!members.some((member) => member.emailAddress === practice.admin)) {
    model.permissions.create(by, driveId, { type: 'user', role: 'organizer', emailAddress: practice.admin }, { useDomainAdminAccess: true })
  }
  return model.files.create(by, { name: 'f.bin', parents: [driveId] }, { content, mimeType: 'application/octet-stream' }).id
}
const failing = async (work: Promise<unknown>): Promise<DriveFailureType> => {
  const error = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  if (!(error instanceof DriveFailure)) throw new Error(`Expected a DriveFailure, got ${String(error)}.`)
  return error.type
}

test('a download whose connection is cut again and again comes whole and in order', async () => {
  const bytes = randomBytes(5_000_000)
  const id = await put(bytes)
  plan({ method: 'drive.files.get', media: true, times: 3, fault: { kind: 'cut', afterBytes: 700_000 } })
  const { stream } = await practice.source().download(id)
  expect((await collect(stream)).equals(bytes)).toBe(true)
})

test('a download that is cut before its first byte every time is given up', async () => {
  const id = await put(randomBytes(100_000))
  plan({ method: 'drive.files.get', media: true, times: 20, fault: { kind: 'cut', afterBytes: 0 } })
  const { stream } = await practice.source().download(id)
  expect(await failing(collect(stream))).toBe('TransientProvider')
  expect(practice.drive.wire.faults.report().fired[0]?.fired).toBe(6)
})

test('content that is replaced between two pieces of a download is not glued together', async () => {
  const id = await put(randomBytes(3_000_000))
  plan({ method: 'drive.files.get', media: true, fault: { kind: 'cut', afterBytes: 1_000_000 } })
  const { stream } = await practice.source().download(id)
  const reading = (async () => {
    let first = true
    for await (const _ of stream) {
      if (!first) continue
      first = false
      const content = await practice.drive.model.content.put(chunked(randomBytes(2_000_000), 65_536))
      practice.drive.model.files.update({ email: practice.admin }, id, {}, {}, { content })
    }
  })()
  expect(await failing(reading)).toBe('TransientProvider')
})

test('a storm of 429 and 403 is sat out with growing pauses, and every attempt is counted', async () => {
  plan({ method: 'drive.files.list', times: 2, fault: { kind: 'error', status: 429, reason: 'rateLimitExceeded' } })
  plan({ method: 'drive.files.list', call: 3, times: 2, fault: { kind: 'error', status: 403, reason: 'userRateLimitExceeded' } })
  const meter = createMeter()
  const page = await practice.source({ meter }).listItems(driveId)
  expect(page.items.length).toBeGreaterThan(0)
  expect(meter.read()).toEqual({ calls: 5, units: 500, byMethod: { 'files.list': { calls: 5, units: 500 } } })
})

test('a storm that does not end is handed on as RateLimited', async () => {
  plan({ method: 'drive.files.list', times: 10, fault: { kind: 'error', status: 429, reason: 'rateLimitExceeded' } })
  expect(await failing(practice.source().listItems(driveId))).toBe('RateLimited')
})

test("Google's Retry-After is kept", async () => {
  plan({ method: 'drive.files.list', fault: { kind: 'error', status: 429, reason: 'rateLimitExceeded', retryAfterSeconds: 17 } })
  hastyClock.slept.length = 0
  await practice.source().listItems(driveId)
  expect(Math.max(...hastyClock.slept)).toBeGreaterThanOrEqual(17_000)
})

test('a wait longer than an activity should sit is handed on at once', async () => {
  plan({ method: 'drive.files.list', fault: { kind: 'error', status: 429, reason: 'rateLimitExceeded', retryAfterSeconds: 600 } })
  const error = await practice
    .source()
    .listItems(driveId)
    .catch((thrown: unknown) => thrown)
  expect(error).toMatchObject({ type: 'RateLimited', retryAfterMs: 600_000 })
})

test.each([500, 502, 503])('an answer of %i is repeated', async (status) => {
  plan({ method: 'drive.changes.list', times: 2, fault: { kind: 'error', status, reason: 'backendError' } })
  const source = practice.source()
  const { newStartPageToken } = await source.changes(driveId, await source.startPageToken(driveId))
  expect(newStartPageToken).toMatch(/./)
})

test('a refusal that nobody knows is not hammered on', async () => {
  plan({ method: 'drive.files.list', fault: { kind: 'error', status: 403, reason: 'somethingNew' } })
  expect(await failing(practice.source().listItems(driveId))).toBe('TransientProvider')
})

test('a page token that has outlived its hours is told apart', async () => {
  plan({ method: 'drive.files.list', fault: { kind: 'expiredPageToken' } })
  expect(await failing(practice.source().listItems(driveId))).toBe('InvalidPageToken')
})

test('SET-04 a grant that is revoked in the middle ends as GrantRevoked, after one try with a fresh token', async () => {
  const source = practice.source({ refreshToken: practice.consent(practice.admin) })
  await source.drive(driveId)
  plan({ method: 'drive.drives.get', fault: { kind: 'revokeGrant' } })
  expect(await failing(source.drive(driveId))).toBe('GrantRevoked')
})

test('an access token that is refused once is replaced without anyone noticing', async () => {
  plan({ method: 'drive.drives.get', fault: { kind: 'error', status: 401, reason: 'authError' } })
  expect((await practice.source().drive(driveId)).name).toBe('Finance')
})

test('a consent for reading only cannot write, and says so', async () => {
  const target = practice.target({ scope: 'https://www.googleapis.com/auth/drive.readonly' })
  expect(await failing(target.trash(await put(randomBytes(10))))).toBe('ScopeMissing')
})

test('a canceled wait ends at once with its reason', async () => {
  const stop = new AbortController()
  plan({ method: 'drive.files.list', fault: { kind: 'slow', ms: 30_000 } })
  const listing = practice.source({ signal: stop.signal }).listItems(driveId)
  stop.abort(new RangeError('canceled'))
  await expect(listing).rejects.toThrow(new RangeError('canceled'))
  practice.drive.wire.faults.clear()
})

test('a Drive that is not there is Unreachable, in words', async () => {
  const gone = await startPractice({ world: { seed: 1, items: 10 } })
  const source = gone.source()
  await gone.stop()
  const error = await source.drive('0Axyz').catch((thrown: unknown) => thrown)
  expect(error).toMatchObject({ type: 'Unreachable', message: expect.stringMatching(/cannot be reached\. Check this machine's network/) })
})
