import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { afterAll, expect, test } from 'vitest'
import { DriveFailure } from '../../activities/drive/failure-types.ts'
import { createQuotaLimiter, type QuotaBucket } from '../../activities/drive/quota/limiter.ts'
import { sharedQuota } from '../../activities/drive/quota/shared-quota.ts'
import { openDatabase } from '../../db/client.ts'
import { systemClock as clock } from '../../db/kit/clock.ts'
import { changeQuota } from '../../db/quota.ts'
import type { Lane } from '../../workflows/policy/lanes.ts'
import { id, times } from '../db/world.ts'
import { testDatabase } from '../support/servers/database.ts'

const { url } = await testDatabase()
const db = openDatabase(url, { max: 10 })
afterAll(() => db.close())

const going = new AbortController().signal
const bucket = (over: Partial<QuotaBucket> = {}): QuotaBucket => ({ key: id('user'), unitsPerMinute: Number.POSITIVE_INFINITY, ...over })
const standing = (key: string) => changeQuota(db, [key], ([row]) => ({ rows: [], result: row }))
const failureOf = (work: Promise<unknown>) =>
  work.then(
    () => undefined,
    (error: unknown) => error,
  )

type Calls = Record<Lane, number>

/** Makes calls in these lanes until enough were let through, and says how many in each. */
async function letThrough(buckets: readonly QuotaBucket[], demands: readonly Lane[], enough: (calls: Calls) => boolean): Promise<Calls> {
  const calls: Calls = { restore: 0, 'on demand': 0, scheduled: 0, background: 0 }
  const stop = new AbortController()
  const ended = new Error('enough')
  // Each demand is a worker of its own: a limiter with purses that no other sees.
  const working = demands.map(async (lane) => {
    const limiter = createQuotaLimiter(sharedQuota(db), clock)
    for (;;) {
      await limiter.take([buckets], 200, lane, stop.signal)
      if (!stop.signal.aborted) calls[lane]++
      if (enough(calls)) stop.abort(ended)
    }
  })
  for (const result of await Promise.allSettled(working)) expect(result).toMatchObject({ status: 'rejected', reason: ended })
  return calls
}

test('workers on connections of their own together keep to one limit', async () => {
  const slow = bucket({ unitsPerMinute: 120_000 })
  const began = clock.now().getTime()
  const { scheduled } = await letThrough([slow], ['scheduled', 'scheduled', 'scheduled', 'scheduled'], (calls) => calls.scheduled >= 70)
  expect(scheduled).toBe(70)
  // Five seconds' worth to begin with; the rest had to flow in.
  expect(clock.now().getTime() - began).toBeGreaterThan((70 * 200 - 10_000) / (110_000 / 60_000) - 50)
})

test('in a slow bucket a restore goes before backups, and neither of these comes to a stop', async () => {
  const slow = bucket({ unitsPerMinute: 240_000 })
  await letThrough([slow], ['scheduled', 'scheduled'], (calls) => calls.scheduled >= 100)
  const others = ['on demand', 'scheduled', 'background'] as const
  const all = ['background', 'scheduled', 'on demand', 'restore', 'restore'] as const
  const calls = await letThrough([slow], all, (seen) => seen.restore >= 60 && others.every((lane) => seen[lane] > 0))
  expect(calls.restore).toBeGreaterThan(2 * others.reduce((sum, lane) => sum + calls[lane], 0))
})

test('processes of their own share one budget of a day: none of them reads more than was left', async () => {
  const budget = 40 * 2 ** 20
  const shared = bucket({ key: id('project'), egressPerDay: budget })
  const worker = fileURLToPath(new URL('support/egress-worker.ts', import.meta.url))
  const running = [1, 2, 3].map(async () => {
    const child = spawn(process.execPath, [worker, url, shared.key, String(budget)], { stdio: ['ignore', 'pipe', 'inherit'] })
    const [said, [code]] = await Promise.all([text(child.stdout), once(child, 'exit')])
    expect(code).toBe(0)
    return Number(said)
  })
  const files = (await Promise.all(running)).reduce((sum, count) => sum + count, 0)
  // 98 % for a backup on demand; a file of 256 KiB may overdraw by itself.
  expect(files * 2 ** 18).toBeGreaterThan(budget * 0.6)
  expect(files * 2 ** 18).toBeLessThanOrEqual(budget * 0.98 + 3 * 2 ** 18)
})

test('a bucket that is asked for the first time is full, and gives what it holds once', async () => {
  const buckets = [bucket({ unitsPerMinute: 325_000 }), bucket({ key: id('project'), unitsPerMinute: 1_000_000 })]
  const ask = { what: 'units', lane: 'scheduled', least: 200, most: 25_000 } as const
  expect(await sharedQuota(db).take(buckets, ask)).toEqual({ granted: 25_000, waitMs: 0 })
  const next = await sharedQuota(db).take(buckets, ask)
  expect(next.granted).toBeGreaterThan(2_000)
  expect(next.granted).toBeLessThan(5_000)
})

test('a file is let in while anything of the day is left, counted whole, and the next one waits for tomorrow', async () => {
  const shared = bucket({ key: id('project'), egressPerDay: 1_000 })
  const limiter = createQuotaLimiter(sharedQuota(db), clock)
  await limiter.takeEgress([shared], 3_000, 'on demand', going)
  const refusal = await failureOf(limiter.takeEgress([shared], 1, 'on demand', going))
  expect(refusal).toBeInstanceOf(DriveFailure)
  expect(refusal).toMatchObject({ type: 'QuotaExceeded', reason: 'backstop:egressPerDay' })
  expect((refusal as DriveFailure).retryAfterMs).toBeLessThanOrEqual(2 * 3_600_000)
  expect((refusal as DriveFailure).message).toMatch(/used up.*goes on by itself after .* UTC\./)
  expect(await standing(shared.key)).toMatchObject({ egressToday: 3_000 })
})

test('what a scheduled backup may not have any more of a day is there for a restore', async () => {
  const shared = bucket({ key: id('project'), unitsPerDay: 10_000 })
  const quota = sharedQuota(db)
  const ask = (lane: Lane) => quota.take([shared], { what: 'units', lane, least: 200, most: 200_000 })
  expect(await ask('scheduled')).toEqual({ granted: 9_500, waitMs: 0 })
  expect(await failureOf(ask('scheduled'))).toMatchObject({ type: 'QuotaExceeded', reason: 'backstop:unitsPerDay' })
  expect(await ask('restore')).toEqual({ granted: 500, waitMs: 0 })
})

test('what was leased and given back is not counted as used', async () => {
  const shared = bucket({ unitsPerMinute: 325_000, egressPerDay: 1e12 })
  const quota = sharedQuota(db)
  await quota.take([shared], { what: 'units', lane: 'restore', least: 200, most: 5_000 })
  await quota.take([shared], { what: 'egress', lane: 'restore', least: 1, most: 2 ** 20 })
  const before = await standing(shared.key)
  await quota.giveBack([shared], 'units', 4_000)
  await quota.giveBack([shared], 'egress', 2 ** 19)
  const after = await standing(shared.key)
  expect(after).toMatchObject({ unitsToday: 1_000, egressToday: 2 ** 19 })
  expect((after?.available ?? 0) - (before?.available ?? 0)).toBeGreaterThanOrEqual(4_000)
})

test('without limits everything is granted, and counted all the same', async () => {
  const free = bucket()
  const leases = await times(20, () => sharedQuota(db).take([free], { what: 'units', lane: 'background', least: 200, most: 25_600 }))
  expect(leases.every(({ granted }) => granted === 25_600)).toBe(true)
  expect(await standing(free.key)).toMatchObject({ unitsToday: 20 * 25_600, perMinute: null, unitsPerDay: null })
})
