import { beforeEach, describe, expect, test } from 'vitest'
import { type DriveVault, GenerationTaken, InvalidInput, type ManifestChange } from '../../activities/vault/index.ts'
import { all, backUp, type MemoryStore, memoryStore, openTestDrive, request, row, stream } from './support/vaults.ts'

let store: MemoryStore
let drive: DriveVault

beforeEach(async () => {
  store = memoryStore()
  drive = await openTestDrive(store)
})

const change = (parentGen: number, rows: ManifestChange[], over = {}) =>
  drive.commit(request({ sessionId: `run-${parentGen + 1}`, parentGen, rows: stream(rows), ...over }))
const names = async (gen: number) => (await all((await drive.snapshot(gen)).rows())).map(({ id, name }) => `${id}=${name}`)

test('P12 of two writers of one generation exactly one wins, and the other hears GenerationTaken', async () => {
  const rival = await openTestDrive(store)
  await backUp(drive, 0, { a: Buffer.from('a') })
  const results = await Promise.allSettled([
    backUp(drive, 1, { a: Buffer.from('one') }, 'one'),
    backUp(rival, 1, { a: Buffer.from('two') }, 'two'),
  ])
  expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
  expect(results.flatMap((result) => (result.status === 'rejected' ? [result.reason] : []))[0]).toBeInstanceOf(GenerationTaken)
  expect((await drive.latestRoot())?.gen).toBe(2)
})

test('P12 of 20 concurrent commits exactly one wins, with its own rows', async () => {
  const runs = Array.from({ length: 20 }, (_, n) =>
    drive.commit(request({ sessionId: `s${n}`, rows: stream([row('a', { name: `by s${n}` })]) })),
  )
  const winners = (await Promise.allSettled(runs)).flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []))
  expect(winners).toHaveLength(1)
  expect(await names(1)).toEqual([`a=by ${winners[0]?.sessionId}`])
})

test('P12 a commit that is repeated by its own session answers as the first did', async () => {
  const root = await change(0, [row('a')])
  expect(await change(0, [row('a')])).toEqual(root)
  expect(await all(drive.roots())).toEqual([root])
})

test('a lost race leaves nothing that a reader sees', async () => {
  await change(0, [row('a')])
  await expect(change(0, [row('b')], { sessionId: 'late' })).rejects.toBeInstanceOf(GenerationTaken)
  expect(await names(1)).toEqual(['a=File a'])
})

test('a generation needs its parent', async () => {
  await expect(change(4, [row('a')])).rejects.toBeInstanceOf(InvalidInput)
})

test.each([
  ['out of order', ['b', 'a']],
  ['twice', ['a', 'a']],
] as const)('rows %s are refused, and nothing is committed', async (_, ids) => {
  await expect(
    change(
      0,
      ids.map((id) => row(id)),
    ),
  ).rejects.toBeInstanceOf(InvalidInput)
  expect(await drive.latestRoot()).toBeUndefined()
})

test('the root carries what the run learnt', async () => {
  const counts = { listed: 3, stored: 1, metadataOnly: 1, skipped: 0, failed: 1, removed: 0, bytes: 5 }
  const histogram = { stored: 1, 'metadata-only:form': 1, 'failed:cannotDownload': 1 }
  const record = {
    name: 'Finance',
    restrictions: { domainUsersOnly: true },
    members: [{ type: 'user' as const, role: 'organizer', emailAddress: 'a@b.c' }],
  }
  await change(0, [row('a')], { counts, histogram, drive: record, pageToken: '4711' })
  const root = await (await openTestDrive(store)).latestRoot()
  expect(root).toMatchObject({
    gen: 1,
    parentGen: 0,
    parentHash: null,
    counts,
    histogram,
    drive: record,
    pageToken: '4711',
    time: '2026-03-01T12:00:00.000Z',
  })
})

describe('a full commit', () => {
  test('replaces the state, and leaves out what is removed', async () => {
    await change(0, [row('a'), row('b')])
    const root = await change(1, [row('b', { name: 'new' }), { id: 'c', removed: true }], { mode: 'full' })
    expect(await names(2)).toEqual(['b=new'])
    expect(root.stateHash).toBe(await (await drive.snapshot(2)).stateHash())
  })
})

describe('compaction', () => {
  test('happens when there would be more than 32 deltas, and changes no state', async () => {
    let model = new Map([['k00', 'start']])
    await change(0, [row('k00', { name: 'start' })])
    const deltas: number[] = []
    for (let gen = 1; gen <= 40; gen += 1) {
      const id = `k${String(gen % 7).padStart(2, '0')}`
      const removes = gen % 5 === 0
      model = new Map(model)
      if (removes) model.delete(id)
      else model.set(id, `v${gen}`)
      const root = await change(gen, [removes ? { id, removed: true } : row(id, { name: `v${gen}` })])
      deltas.push(root.deltas.length)
      if (root.stateHash !== null) expect(root.stateHash).toBe(await (await drive.snapshot(root.gen)).stateHash())
      expect(await names(root.gen)).toEqual([...model].sort().map(([key, name]) => `${key}=${name}`))
    }
    expect(Math.max(...deltas)).toBe(32)
    expect(deltas[32]).toBe(0)
  })

  test('gives the state hash that a single full commit of the same rows gives', async () => {
    const rows = Array.from({ length: 50 }, (_, n) => row(`r${String(n).padStart(2, '0')}`, { name: `n${n}` }))
    const other = await openTestDrive(memoryStore(), 'other')
    const whole = await other.commit(request({ rows: stream(rows) }))
    await change(0, [])
    for (const [n, one] of rows.entries()) await change(n + 1, [one])
    expect(await (await drive.snapshot(51)).stateHash()).toBe(whole.stateHash)
  })

  test('happens when the deltas outgrow the base', async () => {
    const many = (from: number, count: number) => Array.from({ length: count }, (_, n) => row(`r${String(from + n).padStart(6, '0')}`))
    await change(0, many(0, 30_000))
    expect((await change(1, many(0, 9_000))).deltas).toHaveLength(1)
    const merged = await change(2, many(29_000, 3_000))
    expect(merged.deltas).toHaveLength(0)
    expect(merged.base.reduce((sum, { rows }) => sum + rows, 0)).toBe(32_000)
  })

  test('of many small indexes still finds every blob', async () => {
    for (let gen = 0; gen < 40; gen += 1) await backUp(drive, gen, { [`f${gen}`]: Buffer.from(`content ${gen}`) })
    const snapshot = await drive.snapshot(40)
    expect(snapshot.root.idx.length).toBeLessThan(20)
    for await (const { content } of snapshot.rows())
      for (const { blobId } of content?.segments ?? []) expect(await snapshot.locate(blobId)).toBeDefined()
  })
})

describe('rows of a large snapshot', () => {
  const count = 50_000
  const idOf = (n: number) => `id${String(n).padStart(6, '0')}`
  async function* many() {
    for (let n = 0; n < count; n += 1) yield row(idOf(n), { size: n, description: 'x'.repeat(n % 200) })
  }

  test('stream in order with memory that does not grow, over base and deltas', async () => {
    await drive.commit(request({ rows: many() }))
    for (let gen = 1; gen <= 5; gen += 1) await change(gen, [row(idOf(gen * 1000), { name: `changed ${gen}` }), row(`z${gen}`)])
    const snapshot = await drive.snapshot(6)
    let [seen, last, changed] = [0, '', 0]
    const before = process.memoryUsage().heapUsed
    let peak = 0
    for await (const { id, name } of snapshot.rows()) {
      expect(id > last).toBe(true)
      last = id
      seen += 1
      if (name.startsWith('changed')) changed += 1
      if (seen % 5_000 === 0) peak = Math.max(peak, process.memoryUsage().heapUsed - before)
    }
    expect([seen, changed]).toEqual([count + 5, 5])
    expect(peak).toBeLessThan(150 * 2 ** 20)
  })

  test('are found by id, after an id, and by prefix', async () => {
    await drive.commit(request({ rows: many() }))
    await change(1, [{ id: idOf(77), removed: true }, row(idOf(78), { name: 'changed' })])
    const snapshot = await drive.snapshot(2)
    expect(await snapshot.row(idOf(49_999))).toMatchObject({ size: 49_999 })
    expect(await snapshot.row(idOf(77))).toBeUndefined()
    expect(await snapshot.row(idOf(78))).toMatchObject({ name: 'changed' })
    expect(await snapshot.row('absent')).toBeUndefined()
    const ids = async (options: Parameters<typeof snapshot.rows>[0]) => (await all(snapshot.rows(options))).map(({ id }) => id)
    expect(await ids({ after: idOf(49_997) })).toEqual([idOf(49_998), idOf(49_999)])
    expect(await ids({ prefixes: ['id00007', 'id04999', 'id0000'] })).toEqual(
      [...range(0, 99).filter((n) => n !== 77), ...range(49_990, 49_999)].map(idOf),
    )
    expect(await ids({ prefixes: ['id00007'], after: idOf(76) })).toEqual([78, 79].map(idOf))
    expect(await ids({ prefixes: ['nothing'] })).toEqual([])
  })
})

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from + 1 }, (_, n) => from + n)
}
