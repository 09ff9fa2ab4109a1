import { createHash } from 'node:crypto'
import { beforeEach, expect, test } from 'vitest'
import { type DriveVault, IntegrityError } from '../../activities/vault/index.ts'
import { checkDrive } from '../../activities/vault/verify/check-drive.ts'
import { healBlobs, type Refetch } from '../../activities/vault/verify/heal.ts'
import { gcStep, hurriedClock } from './support/collecting.ts'
import { memoryLedger } from './support/memory-ledger.ts'
import { all, backUp, chunked, contentsOf, type MemoryStore, memoryStore, noise, openTestDrive } from './support/vaults.ts'

const mebibyte = 1 << 20
const files = { a: Buffer.from('the first secret'), b: noise(3 * mebibyte + 11, 'b'), c: noise(9 * mebibyte + 5, 'c') }
const changed = { a: Buffer.from('the second secret') }

const built = (async () => {
  const store = memoryStore()
  const drive = await openTestDrive(store)
  await backUp(drive, 0, files)
  await backUp(drive, 1, changed)
  return store.objects
})()

let store: MemoryStore
let drive: DriveVault
beforeEach(async () => {
  store = memoryStore(new Map(await built))
  drive = await openTestDrive(store)
})

/** Where the items came from, and what each has there now. */
const from =
  (source: Readonly<Record<string, Buffer>>): Refetch =>
  async ({ id }) => {
    const bytes = source[id]
    return bytes ? { stream: chunked(bytes) } : { reason: 'the item is gone' }
  }

const digests = (contents: Readonly<Record<string, Buffer>>) =>
  Object.fromEntries(Object.entries(contents).map(([id, bytes]) => [id, createHash('sha256').update(bytes).digest('hex')]))
const read = async (gen: number) => digests(await contentsOf(await openTestDrive(store), gen))

const keysLike = (pattern: RegExp) => [...store.objects.keys()].filter((key) => pattern.test(key)).sort()
const largestPack = () => keysLike(/packs/).sort((x, y) => sizeOf(y) - sizeOf(x))[0] ?? 'none'
const sizeOf = (key: string) => store.objects.get(key)?.byteLength ?? 0

function flip(key: string, at: number): void {
  const body = Buffer.from(store.objects.get(key) ?? [])
  body.writeUInt8(body.readUInt8(at) ^ 1, at)
  store.objects.set(key, body)
}

async function check() {
  drive = await openTestDrive(store)
  return checkDrive(drive, { now: new Date(0), readBytes: Number.POSITIVE_INFINITY, signal: new AbortController().signal, note: () => {} })
}

async function heal(source: Readonly<Record<string, Buffer>>) {
  const { findings } = await check()
  return healBlobs(drive, [...new Set(findings.list.flatMap(({ blobIds = [] }) => blobIds))], from(source), 'heal-1')
}

test('P9 a lost pack is healed, and every snapshot reads what it held', async () => {
  store.objects.delete(largestPack())
  await expect(contentsOf(await openTestDrive(store), 1)).rejects.toBeInstanceOf(IntegrityError)
  const healing = await heal(files)
  expect(healing).toMatchObject({ lost: [], generation: 3 })
  expect(healing.healed).toHaveLength(2)
  expect(await read(1)).toEqual(digests(files))
  expect(await read(2)).toEqual(digests({ ...files, ...changed }))
  expect((await check()).findings.counts).toEqual({})
})

test('P9 a heal is no restore point, and the next run goes on from it', async () => {
  flip(largestPack(), 200)
  await heal(files)
  const again = await openTestDrive(store)
  expect((await all(again.roots())).map(({ gen }) => gen)).toEqual([1, 2])
  expect(await again.latestRoot()).toMatchObject({ gen: 3, maintenance: true })
  await backUp(again, 3, { d: Buffer.from('after the heal') })
  expect(await read(4)).toEqual(digests({ ...files, ...changed, d: Buffer.from('after the heal') }))
})

test('P9 a large object that breaks in the middle is read on from its healed copy, by range too', async () => {
  flip(keysLike(/objs/)[0] ?? '', 5_000_000)
  await heal(files)
  const snapshot = await (await openTestDrive(store)).snapshot(1)
  const row = await snapshot.row('c')
  if (!row?.content) throw new Error('There is no content of c.')
  const parts = await Array.fromAsync(snapshot.readBlob(row.content, { start: 4_500_000, end: 6_000_000 }))
  expect(Buffer.concat(parts).equals(files.c.subarray(4_500_000, 6_000_000))).toBe(true)
  expect(await read(1)).toEqual(digests(files))
})

test('P9 what is damaged stays where it is, as evidence', async () => {
  const key = largestPack()
  flip(key, 200)
  const evidence = Buffer.from(store.objects.get(key) ?? [])
  await heal(files)
  expect(Buffer.from(store.objects.get(key) ?? []).equals(evidence)).toBe(true)
  expect((await check()).findings.list).toMatchObject([{ kind: 'healed', objectKey: key }])
})

test('P9 bytes of another version are never taken for those that were stored', async () => {
  store.objects.delete(largestPack())
  const healing = await heal({ b: noise(3 * mebibyte + 11, 'another version') })
  expect(healing.healed).toEqual([])
  expect(healing.lost.map(({ reason }) => reason).sort()).toEqual(['other bytes came than those that were stored', 'the item is gone'])
  expect(await drive.latestRoot()).toMatchObject({ gen: 2 })
})

test('P9 a heal that another run overtakes goes on from that run', async () => {
  store.objects.delete(largestPack())
  const { findings } = await check()
  const rival = await openTestDrive(store)
  const maintain = drive.maintain
  let first = true
  const overtaken: DriveVault = {
    ...drive,
    maintain: async (request) => {
      if (first) {
        first = false
        await backUp(rival, 2, { d: Buffer.from('rival') })
      }
      return maintain(request)
    },
  }
  const blobIds = findings.list.flatMap((finding) => finding.blobIds ?? [])
  expect(await healBlobs(overtaken, blobIds, from(files), 'heal-1')).toMatchObject({ generation: 4, lost: [] })
  expect((await contentsOf(await openTestDrive(store), 3))['d']).toEqual(Buffer.from('rival'))
})

test('P9 a collection of garbage keeps what was healed, for the oldest snapshot too', async () => {
  store.objects.delete(largestPack())
  await heal(files)
  const ledger = memoryLedger()
  const days = 3 * 86_400_000
  const collector = await openTestDrive(store)
  const step = () => gcStep(collector, ledger, { deps: { clock: hurriedClock(days) } })
  expect(await step()).toMatchObject({ outcome: { did: expect.stringMatching(/marked|nothing/) } })
  ledger.ageMs = days
  await step()
  expect(await read(1)).toEqual(digests(files))
  expect((await check()).findings.counts).toEqual({})
})
