import { beforeEach, expect, test } from 'vitest'
import { type DriveVault, Retained, Shredded } from '../../activities/vault/index.ts'
import { setRecoveryKey } from '../../activities/vault/keys/change-holders.ts'
import { shredDrive } from '../../activities/vault/keys/shred.ts'
import { keepLocked } from '../../activities/vault/retention/keep-locked.ts'
import { sweepRetention } from '../../activities/vault/retention/sweep-locks.ts'
import { hurriedClock } from './support/collecting.ts'
import { keyDeps, recoveryKey } from './support/keyrings.ts'
import { all, backUp, memoryStore, openTestDrive, stream, testKms } from './support/vaults.ts'
import { type VersionedStore, versionedStore } from './support/versioned-store.ts'

const day = 86_400_000
const start = Date.parse('2026-03-01T12:00:00Z')
const onDay = (n: number) => new Date(start + n * day)
const top = 'v1/t/acme/d/0AFinance/'

let today: number
let store: VersionedStore
let drive: DriveVault

/** A bucket that locks what is new for thirty days. */
beforeEach(async () => {
  today = 0
  const bucket = versionedStore({ ...hurriedClock(), now: () => onDay(today) })
  const lock = async <Ref extends { key: string }>(ref: Ref): Promise<Ref> => {
    await bucket.retain(ref, onDay(today + 30))
    return ref
  }
  store = {
    ...bucket,
    create: async (key, body) => lock(await bucket.create(key, body)),
    createFrom: async (key, body) => lock(await bucket.createFrom(key, body)),
  }
  drive = await openTestDrive(store)
})

const sweep = () => sweepRetention(drive, { now: onDay(today), signal: new AbortController().signal })
const untils = async () => {
  const ends = new Map<string, number>()
  for await (const version of store.listVersions(top)) {
    const until = await store.retainedUntil(version)
    ends.set(version.key.slice(top.length), until ? (until.getTime() - start) / day : 0)
  }
  return ends
}

test('P4 the sweep locks what a snapshot needs anew when half of its time has passed, and no sooner', async () => {
  await backUp(drive, 0, { a: Buffer.from('a') })
  expect(await sweep()).toMatchObject({ outcome: 'swept', objects: 6, extended: 0, lateCount: 0 })
  today = 14
  expect(await sweep()).toMatchObject({ extended: 0, lateCount: 0 })
  today = 16
  expect(await sweep()).toMatchObject({ extended: 6, lateCount: 0, late: [] })
  expect(new Set((await untils()).values())).toEqual(new Set([46]))
})

test('P4 the keys and the configuration that open a snapshot stay locked with it, and what was superseded does not', async () => {
  await backUp(drive, 0, { a: Buffer.from('a') })
  await setRecoveryKey(keyDeps(store, testKms), (await recoveryKey()).public)
  today = 16
  await sweep()
  const ends = new Map<string, number>()
  for await (const { key, versionId = '' } of store.listVersions('v1/t/acme/'))
    if (key.endsWith('.json'))
      ends.set(key.replace(/^.*\//, ''), (((await store.retainedUntil({ key, versionId }))?.getTime() ?? 0) - start) / day)
  expect([...ends].filter(([, until]) => until === 46).map(([key]) => key)).toEqual([
    'config.00000001.json',
    expect.stringMatching(/^[0-9a-f]{32}\.00000001\.json$/),
  ])
  expect([...ends].filter(([, until]) => until === 30)).toHaveLength(2)
})

test('a drive whose shredding waits for its locks to end is not locked anew', async () => {
  await backUp(drive, 0, { a: Buffer.from('a') })
  const clock = { ...hurriedClock(), now: () => onDay(today) }
  await expect(shredDrive({ ...keyDeps(store, testKms), clock }, '0AFinance')).rejects.toBeInstanceOf(Retained)
  today = 16
  await expect(sweep()).rejects.toBeInstanceOf(Shredded)
  expect(new Set((await untils()).values())).toEqual(new Set([30]))
  today = 31
  expect((await shredDrive({ ...keyDeps(store, testKms), clock }, '0AFinance')).finished).toBe(onDay(31).toISOString())
})

test('P4 garbage is not locked anew, so that it can be deleted one day', async () => {
  for (let gen = 0; gen < 3; gen += 1) await backUp(drive, gen, { a: Buffer.from(`a${gen}`) })
  await drive.maintain({ sessionId: 'expire', parentGen: 3, expire: [{ from: 1, to: 1 }] })
  today = 16
  await sweep()
  const ends = [...(await untils())]
  expect(ends.filter(([, until]) => until === 30).map(([key]) => key.split('/')[0])).toEqual(['packs', 'snap'])
  expect(ends.filter(([, until]) => until === 46).length).toBe(ends.length - 2)
})

test('P4 an object whose lock ends within a week is an alarm, by name', async () => {
  await backUp(drive, 0, { a: Buffer.from('a') })
  today = 24
  const { lateCount, late } = await sweep()
  expect(lateCount).toBe(6)
  expect(late.map(({ until }) => until)).toEqual(Array(6).fill(onDay(30).toISOString()))
  expect(await sweep()).toMatchObject({ lateCount: 0, extended: 0 })
})

test('P4 a container that a run names again is locked like a new one before its root is there', async () => {
  await backUp(drive, 0, { a: Buffer.from('a') })
  const [pack = ''] = [...(await untils()).keys()].filter((key) => key.startsWith('packs/'))
  today = 29
  const extended = await keepLocked(drive, 1, stream([[{ container: pack }]]), onDay(today))
  expect(extended).toBe(1)
  expect((await untils()).get(pack)).toBe(59)
  const gone = keepLocked(drive, 1, stream([[{ container: `packs/00/${'0'.repeat(32)}` }]]), onDay(today))
  await expect(gone).rejects.toMatchObject({ name: 'IntegrityError', detail: 'it is missing' })
})

test('where nothing is locked, nothing is asked and nothing is done', async () => {
  const plain = await openTestDrive(memoryStore())
  await backUp(plain, 0, { a: Buffer.from('a') })
  const now = onDay(0)
  expect(await sweepRetention(plain, { now, signal: new AbortController().signal })).toMatchObject({ outcome: 'nothing is locked here' })
  expect(await keepLocked(plain, 1, stream([[{ container: 'packs/00/x' }]]), now)).toBe(0)
  expect((await all(plain.roots())).length).toBe(1)
})
