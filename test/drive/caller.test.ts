import { afterEach, expect, test, vi } from 'vitest'
import type { Access } from '../../activities/drive/google/access.ts'
import { createCaller } from '../../activities/drive/google/caller.ts'
import { HttpRefusal } from '../../activities/drive/google/failure.ts'
import { createIdentities } from '../../activities/drive/quota/identities.ts'
import { createMeter } from '../../activities/drive/quota/meter.ts'
import type { Clock } from '../../db/kit/clock.ts'
import { noLimit } from './support/practice.ts'

const stop = new AbortController()
const renewed = vi.fn()
const slept: number[] = []
let deadline: (() => void) | undefined
const clock: Clock = {
  now: () => new Date(0),
  async sleep(ms, signal) {
    signal?.throwIfAborted()
    slept.push(ms)
  },
  every(_, tick) {
    deadline = tick
    return () => {
      deadline = undefined
    }
  },
}
const meter = createMeter()
const caller = (signal = stop.signal) =>
  createCaller({
    clock,
    random: { bytes: (count) => new Uint8Array(count), fraction: () => 1 },
    identities: createIdentities([{ access: { renew: renewed } as unknown as Access, buckets: [] }], noLimit, clock),
    lane: 'on demand',
    meter,
    signal,
  })
const refusal = (status: number, reason: string, headers = {}) =>
  new HttpRefusal(status, new Headers(headers), JSON.stringify({ error: { code: status, errors: [{ reason }] } }))

afterEach(() => {
  slept.length = 0
  renewed.mockReset()
})

/** Fails as many times as there are errors, then answers with the number of the attempt. */
function failing(...errors: readonly Error[]) {
  return async (_: AbortSignal, attempt: number) => {
    const error = errors[attempt - 1]
    if (error) throw error
    return attempt
  }
}

test('throttling is met by pauses that double, up to half a minute', async () => {
  const storm = Array.from({ length: 5 }, () => refusal(403, 'userRateLimitExceeded'))
  expect(await caller()('files.list', failing(...storm))).toBe(6)
  expect(slept).toEqual([2_000, 4_000, 8_000, 16_000, 32_000])
})

test('a fault of the server is repeated sooner, and not for ever', async () => {
  const faults = Array.from({ length: 6 }, () => refusal(503, 'backendError'))
  await expect(caller()('files.list', failing(...faults))).rejects.toMatchObject({ type: 'TransientProvider', status: 503 })
  expect(slept).toEqual([300, 600, 1_200, 2_400, 4_800])
})

test.each([
  [404, 'notFound', 'NotFound'],
  [403, 'insufficientFilePermissions', 'AccessLost'],
  [403, 'neverHeardOf', 'TransientProvider'],
  [400, 'invalid', 'InvalidRequest'],
])('%i %s is not repeated here', async (status, reason, type) => {
  await expect(caller()('files.get', failing(refusal(status, reason)))).rejects.toMatchObject({ type })
  expect(slept).toEqual([])
})

test('a refused token is renewed once, not twice', async () => {
  expect(await caller()('files.get', failing(refusal(401, 'authError')))).toBe(2)
  expect(renewed).toHaveBeenCalledOnce()
  await expect(caller()('files.get', failing(refusal(401, 'authError'), refusal(401, 'authError')))).rejects.toMatchObject({
    type: 'GrantRevoked',
  })
  expect(renewed).toHaveBeenCalledTimes(2)
})

test('an answer that never comes is given up, and asked for again', async () => {
  const answer = await caller()('files.get', (signal, attempt) => {
    if (attempt > 1) return Promise.resolve('here')
    const silent = new Promise<string>((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)))
    deadline?.()
    return silent
  })
  expect(answer).toBe('here')
  expect(slept).toHaveLength(1)
})

test('cancellation wins over whatever else went wrong', async () => {
  const canceling = new AbortController()
  const call = caller(canceling.signal)('files.get', async () => {
    canceling.abort(new RangeError('canceled'))
    throw refusal(404, 'notFound')
  })
  await expect(call).rejects.toThrow(new RangeError('canceled'))
})

test("a mistake of our own is thrown as it is, not taken for Google's", async () => {
  const mistake = new TypeError("Cannot read properties of undefined (reading 'id')")
  await expect(caller()('files.get', failing(mistake))).rejects.toBe(mistake)
})

test.each([
  ['a page of a proxy', 502, '<html><body>Bad gateway</body></html>', 'TransientProvider'],
  ['an empty body', 404, '', 'NotFound'],
  ['an error of the token endpoint', 400, '{"error":"invalid_grant","error_description":"Token has been revoked."}', 'GrantRevoked'],
  ['JSON of another shape', 403, '[1,2]', 'TransientProvider'],
])('%s is understood', async (_, status, body, type) => {
  const fault = new HttpRefusal(status, new Headers(), body)
  await expect(caller()('files.get', failing(...Array(6).fill(fault)))).rejects.toMatchObject({ type, status })
})

test("Google's own words are kept for the log and stay out of the sentence", async () => {
  const body = JSON.stringify({ error: { code: 404, message: 'File not found: Q3 salaries.xlsx.', errors: [{ reason: 'notFound' }] } })
  const error = await caller()('files.get', failing(new HttpRefusal(404, new Headers(), body))).catch((thrown: unknown) => thrown)
  expect(error).toMatchObject({ detail: 'File not found: Q3 salaries.xlsx.', message: expect.not.stringContaining('salaries') })
})
