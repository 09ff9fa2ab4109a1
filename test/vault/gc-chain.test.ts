/** A chain of roots from which generations were given up: exactly those may be missing, and maintenance is never taken for a snapshot. */
import { beforeEach, describe, expect, test } from 'vitest'
import { type DriveVault, GenerationTaken, InvalidInput } from '../../activities/vault/index.ts'
import { joinRanges } from '../../activities/vault/read/expired.ts'
import { all, backUp, contentsOf, type MemoryStore, memoryStore, openTestDrive } from './support/vaults.ts'

let store: MemoryStore
let drive: DriveVault

const rootKey = (gen: number) => `v1/t/acme/d/0AFinance/snap/${String(gen).padStart(16, '0')}.root`
const gens = async (options?: { maintenance: boolean }) => (await all(drive.roots(options))).map(({ gen }) => gen)

beforeEach(async () => {
  store = memoryStore()
  drive = await openTestDrive(store)
  for (let gen = 0; gen < 6; gen += 1) await backUp(drive, gen, { a: Buffer.from(`version ${gen}`) })
})

const maintain = async (expire: { from: number; to: number }[] = [], sessionId = 'upkeep') =>
  drive.maintain({ sessionId, parentGen: (await drive.latestRoot())?.gen ?? 0, expire })

test('P2 generations that were given up may be missing, all or in part, and the rest is still one chain', async () => {
  const second = await drive.root(2)
  await maintain([{ from: 2, to: 4 }])
  expect(await gens()).toEqual([1, 5, 6])
  for (const gen of [3, 2, 4]) {
    store.objects.delete(rootKey(gen))
    expect(await gens()).toEqual([1, 5, 6])
    expect((await drive.audit())?.gen).toBe(7)
  }
  expect(await drive.audit(second)).toMatchObject({ gen: 7 })
})

test('P2 the first generations can be given up, and later ones that touch them, as one range', async () => {
  await maintain([{ from: 1, to: 2 }], 'one')
  await maintain([{ from: 3, to: 4 }], 'two')
  for (const gen of [1, 2, 3, 4]) store.objects.delete(rootKey(gen))
  expect((await drive.latestRoot())?.expired).toMatchObject([{ from: 1, to: 4, parentHash: null }])
  expect(await gens()).toEqual([5, 6])
})

describe('P2 what was not given up', () => {
  test.each([1, 4, 5])('is missed: generation %i', async (gone) => {
    await maintain([{ from: 2, to: 3 }])
    store.objects.delete(rootKey(gone))
    await expect(all(drive.roots())).rejects.toMatchObject({ name: 'IntegrityError', objectKey: rootKey(gone) })
  })

  test('is missed also beside a gap whose objects are gone', async () => {
    await maintain([{ from: 2, to: 3 }])
    for (const gen of [2, 3, 4]) store.objects.delete(rootKey(gen))
    await expect(all(drive.roots())).rejects.toMatchObject({ name: 'IntegrityError', objectKey: rootKey(4) })
  })

  test('cannot be exchanged for what another history put there', async () => {
    const anchor = await drive.root(3)
    await maintain([{ from: 2, to: 3 }])
    await expect(drive.audit({ gen: 3, hash: 'f'.repeat(64) })).rejects.toMatchObject({ name: 'IntegrityError', objectKey: rootKey(3) })
    expect(await drive.audit(anchor)).toMatchObject({ gen: 7 })
  })
})

test('a root of maintenance has the state of its parent, and is no snapshot', async () => {
  const before = await (await drive.snapshot(6)).stateHash()
  const root = await maintain()
  expect(root).toMatchObject({ gen: 7, maintenance: true, pageToken: '6' })
  expect(await (await drive.snapshot(7)).stateHash()).toBe(before)
  expect(await contentsOf(drive, 7)).toEqual(await contentsOf(drive, 6))
  expect(await gens()).toEqual([1, 2, 3, 4, 5, 6])
  expect(await gens({ maintenance: true })).toEqual([1, 2, 3, 4, 5, 6, 7])
  expect((await drive.latestRoot())?.gen).toBe(7)
  expect((await drive.latestSnapshot())?.gen).toBe(6)
})

test('the newest snapshot is found past maintenance that was itself given up', async () => {
  await maintain([], 'one')
  await maintain([], 'two')
  await maintain([{ from: 7, to: 7 }], 'three')
  store.objects.delete(rootKey(7))
  expect((await drive.latestSnapshot())?.gen).toBe(6)
})

test('a backup goes on from maintenance, keeps what was given up, and is a snapshot again', async () => {
  await maintain([{ from: 1, to: 2 }])
  const root = await backUp(drive, 7, { a: Buffer.from('new') })
  expect(root.maintenance).toBeUndefined()
  expect(root.expired).toMatchObject([{ from: 1, to: 2 }])
  expect((await drive.latestSnapshot())?.gen).toBe(8)
})

test('P12 maintenance consumes a generation: a writer that started before it hears GenerationTaken, a repeat finds its own root', async () => {
  const root = await maintain([{ from: 1, to: 1 }])
  await expect(backUp(drive, 6, { a: Buffer.from('late') }, 'frozen')).rejects.toBeInstanceOf(GenerationTaken)
  expect(await drive.maintain({ sessionId: 'upkeep', parentGen: 6, expire: [{ from: 1, to: 1 }] })).toEqual(root)
  await expect(drive.maintain({ sessionId: 'another', parentGen: 6 })).rejects.toBeInstanceOf(GenerationTaken)
})

test.each([
  ['the parent itself', { from: 5, to: 6 }],
  ['nothing', { from: 3, to: 2 }],
  ['what lies before the first', { from: 0, to: 1 }],
  ['what was given up', { from: 1, to: 3 }],
])('a range that is %s cannot be given up', async (_, range) => {
  const { gen } = await maintain([{ from: 2, to: 2 }])
  const refused = drive.maintain({ sessionId: 'more', parentGen: range.to === 6 ? 6 : gen, expire: [range] })
  await expect(refused).rejects.toBeInstanceOf(range.to === 6 ? GenerationTaken : InvalidInput)
  const atParent = drive.maintain({ sessionId: 'more', parentGen: gen, expire: [{ from: gen, to: gen }] })
  await expect(atParent).rejects.toBeInstanceOf(InvalidInput)
})

test('ranges that touch become one, others stay apart', () => {
  const range = (from: number, to: number) => ({ from, to, parentHash: `p${from}`, lastHash: `h${to}` })
  expect(joinRanges([range(1, 2), range(7, 8)], [range(3, 4), range(10, 11)])).toEqual([
    { from: 1, to: 4, parentHash: 'p1', lastHash: 'h4' },
    range(7, 8),
    range(10, 11),
  ])
})
