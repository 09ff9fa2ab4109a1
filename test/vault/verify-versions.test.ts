import { beforeEach, expect, test } from 'vitest'
import { checkDrive } from '../../activities/vault/verify/check-drive.ts'
import { systemClock } from '../../db/kit/clock.ts'
import { backUp, contentsOf, openTestDrive } from './support/vaults.ts'
import { type VersionedStore, versionedStore } from './support/versioned-store.ts'

const dayMs = 86_400_000
const now = new Date('2026-03-02T00:00:00Z')
const files = { a: Buffer.from('the first secret'), b: Buffer.from('the second secret') }

let store: VersionedStore
const lock = async (until: Date) => {
  for (const key of store.objects.keys()) await store.retain({ key }, until)
}

beforeEach(async () => {
  store = versionedStore({ ...systemClock, now: () => now })
  await backUp(await openTestDrive(store), 0, files)
})

const only = (pattern: RegExp) => [...store.objects.keys()].find((key) => pattern.test(key)) ?? 'none'

const check = async () =>
  checkDrive(await openTestDrive(store), { now, readBytes: Number.POSITIVE_INFINITY, signal: new AbortController().signal, note: () => {} })

test('P9 objects with locks that last are well', async () => {
  await lock(new Date(now.getTime() + 8 * dayMs))
  expect((await check()).findings.counts).toEqual({})
})

test('P9 a lock that ends within seven days is an alarm of its own, and so is none', async () => {
  await lock(new Date(now.getTime() + 6 * dayMs))
  const { findings, needed } = await check()
  expect(findings.counts).toEqual({ lock: needed })
  expect(findings.list[0]?.detail).toContain('in less than 7 days')
})

test('P2 a pack that was deleted in a versioned bucket is told, and is still read at its version', async () => {
  await lock(new Date(now.getTime() + 30 * dayMs))
  const key = only(/packs/)
  await store.remove({ key })
  expect((await check()).findings.list).toMatchObject([{ kind: 'overwritten', objectKey: key }])
  expect(await contentsOf(await openTestDrive(store), 1)).toEqual(files)
})

test('P2 the newest snapshot under a mark of deletion is named, in a versioned bucket by listing alone', async () => {
  await backUp(await openTestDrive(store), 1, { c: Buffer.from('the third secret') })
  await lock(new Date(now.getTime() + 30 * dayMs))
  const key = only(/2\.root/)
  await store.remove({ key })
  expect((await check()).findings.list).toMatchObject([{ kind: 'overwritten', objectKey: key }])
})
