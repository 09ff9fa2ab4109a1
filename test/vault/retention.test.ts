import { beforeEach, expect, test } from 'vitest'
import { ClockInDoubt, type DriveVault, GenerationTaken } from '../../activities/vault/index.ts'
import { expireSnapshots } from '../../activities/vault/retention/expire.ts'
import { all, backUp, contentsOf, type MemoryStore, memoryStore, openTestDrive, request, row, stream } from './support/vaults.ts'

const day = 86_400_000
const start = Date.parse('2026-03-01T12:00:00Z')
const onDay = (n: number) => new Date(start + n * day)
const policy = { keepMs: 30 * day, holds: [] }

let store: MemoryStore
let drive: DriveVault

/** An object store that says of every object that it came at the store's own time. */
function clockedStore(): MemoryStore & { at: Date } {
  const times = new Map<string, Date>()
  const inner = memoryStore()
  const clocked = {
    ...inner,
    at: onDay(0),
    create: async (key: string, body: Uint8Array) => {
      const ref = await inner.create(key, body)
      times.set(key, clocked.at)
      return ref
    },
    async *list(prefix: string, options?: { readonly startAfter?: string }) {
      for await (const ref of inner.list(prefix, options)) yield { ...ref, lastModified: times.get(ref.key) ?? clocked.at }
    },
  }
  return clocked
}

beforeEach(async () => {
  store = clockedStore()
  drive = await openTestDrive(store)
})

const counts = (over = {}) => ({ listed: 1, stored: 1, metadataOnly: 0, skipped: 0, failed: 0, removed: 0, bytes: 0, ...over })
let sessions = 0
const nextSession = () => {
  sessions += 1
  return `session-${sessions}`
}
const commit = async (time: Date, over: Partial<Parameters<typeof request>[0]> = {}) =>
  drive.commit(
    request({
      sessionId: nextSession(),
      parentGen: (await drive.latestRoot())?.gen ?? 0,
      rows: stream([row('a', { name: time.toISOString() })]),
      counts: counts(),
      time,
      ...over,
    }),
  )
const expire = (n: number, over = {}) =>
  expireSnapshots(drive, { policy, now: onDay(n), evidence: [onDay(n)], sessionId: nextSession(), ...over })
const live = async () => (await all(drive.roots())).map(({ gen }) => gen)

test('SET-16 gives up what is older than the retention, by one root, and says what', async () => {
  for (let n = 0; n <= 40; n += 1) {
    ;(store as ReturnType<typeof clockedStore>).at = onDay(n)
    await commit(onDay(n))
  }
  const dry = await expire(40, { dryRun: true })
  expect(dry).toMatchObject({ snapshots: 41, given: 6, ranges: [{ from: 1, to: 6 }] })
  expect(dry.root).toBeUndefined()
  expect(await live()).toHaveLength(41)
  const done = await expire(40)
  expect(done.root).toMatchObject({ gen: 42, maintenance: true, expired: [{ from: 1, to: 6 }] })
  expect((await live()).at(0)).toBe(7)
  expect(await expire(40)).toMatchObject({ snapshots: 35, given: 0, ranges: [] })
  expect((await drive.latestRoot())?.gen).toBe(42)
})

test('SET-16 a worker whose clock went back does not make its snapshot older than the store knows it to be', async () => {
  const clocked = store as ReturnType<typeof clockedStore>
  for (const [n, said] of [
    [0, 0],
    [31, 1],
    [62, 2],
  ] as const) {
    clocked.at = onDay(n)
    await commit(onDay(said))
  }
  expect(await expire(62)).toMatchObject({ ranges: [] })
  expect(await expire(65)).toMatchObject({ ranges: [{ from: 1, to: 1 }] })
})

test.each([49, 24 * 400])('a clock that jumps %i hours ahead gives nothing up', async (hours) => {
  for (let n = 0; n < 40; n += 1) await commit(onDay(n))
  const now = new Date(onDay(39).getTime() + hours * 3_600_000)
  const jumped = expireSnapshots(drive, { policy, now, evidence: [onDay(39)], sessionId: 'jump' })
  await expect(jumped).rejects.toBeInstanceOf(ClockInDoubt)
  expect(await live()).toHaveLength(40)
})

test('P3 an emptied drive, and a year of waiting, leave the last snapshot that holds something', async () => {
  await backUp(drive, 0, { a: Buffer.from('precious') })
  await commit(onDay(1), { mode: 'full', rows: stream([]) })
  for (let n = 2; n < 6; n += 1) await commit(onDay(n), { rows: stream([{ id: 'a', removed: true }]), counts: counts({ removed: 1 }) })
  expect(await expire(400)).toMatchObject({ ranges: [{ from: 2, to: 5 }] })
  expect(await live()).toEqual([1, 6])
  expect(await contentsOf(drive, 1)).toEqual({ a: Buffer.from('precious') })
})

test('P3 a snapshot with failures does not count as the last good one while there is a better', async () => {
  await commit(onDay(0))
  await commit(onDay(1), { counts: counts({ stored: 0, failed: 1 }) })
  await commit(onDay(2), { counts: counts({ stored: 0, failed: 1 }) })
  expect(await expire(400)).toMatchObject({ ranges: [{ from: 2, to: 2 }] })
})

test('P3 10,000 bogus snapshots push no good one out, neither by their number nor with time', async () => {
  for (let n = 0; n < 20; n += 1) await commit(onDay(n))
  for (let n = 0; n < 10_000; n += 1) {
    await drive.commit(request({ sessionId: `bogus-${n}`, parentGen: 20 + n, mode: 'full', time: new Date(onDay(20).getTime() + n) }))
  }
  expect(await expire(21)).toMatchObject({ snapshots: 10_020, given: 0 })
  // When all of it is old, the bogus ones go, and the last good one is still there.
  const late = await expire(400)
  expect(late).toMatchObject({
    ranges: [
      { from: 1, to: 19 },
      { from: 21, to: 10_019 },
    ],
  })
  expect(await live()).toEqual([20, 10_020])
}, 120_000)

test('a backup that commits meanwhile is kept, and the plan is made again', async () => {
  for (let n = 0; n < 40; n += 1) await commit(onDay(n))
  const { maintain } = drive
  let meanwhile = 1
  const busy: DriveVault = {
    ...drive,
    maintain: async (asked) => {
      if (meanwhile-- > 0) await commit(onDay(40))
      return maintain(asked)
    },
  }
  const done = await expireSnapshots(busy, { policy, now: onDay(40), evidence: [onDay(40)], sessionId: 'busy' })
  expect(done.root).toMatchObject({ gen: 42, expired: [{ from: 1, to: 6 }] })
  meanwhile = 99
  const never = expireSnapshots(busy, { policy, now: onDay(80), evidence: [onDay(80)], sessionId: 'never' })
  await expect(never).rejects.toBeInstanceOf(GenerationTaken)
})
