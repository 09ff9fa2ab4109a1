import { createHash } from 'node:crypto'
import { beforeEach, describe, expect, test } from 'vitest'
import { recordToEntry } from '../../activities/vault/format/entry-codec.ts'
import { lookForGarbage } from '../../activities/vault/gc/look.ts'
import { mark } from '../../activities/vault/gc/mark.ts'
import { type DriveVault, type Root, StoreUnavailable } from '../../activities/vault/index.ts'
import { mergeTables } from '../../activities/vault/read/merge.ts'
import { usualGcPolicy } from '../../workflows/policy/gc.ts'
import { gcStep, hurriedClock, wholeCycle } from './support/collecting.ts'
import { type MemoryLedger, memoryLedger } from './support/memory-ledger.ts'
import { all, backUp, contentsOf, type MemoryStore, memoryStore, noise, openTestDrive, request, row, stream } from './support/vaults.ts'

const top = 'v1/t/acme/d/0AFinance/'
let store: MemoryStore
let drive: DriveVault
let ledger: MemoryLedger

beforeEach(async () => {
  store = memoryStore()
  drive = await openTestDrive(store)
  ledger = memoryLedger()
})

const keys = (folder: string) => [...store.objects.keys()].filter((key) => key.startsWith(`${top}${folder}/`))
const containers = () => [...keys('packs'), ...keys('objs')].map((key) => key.slice(top.length)).sort()

async function indexed(root: Root): Promise<string[]> {
  const found = new Set<string>()
  for await (const batch of mergeTables(await drive.reader.open(root).indexTables()))
    for (const record of batch) found.add(recordToEntry(record).container)
  return [...found].sort()
}

async function digestsOf(gen: number): Promise<Record<string, string>> {
  const contents = Object.entries(await contentsOf(drive, gen))
  return Object.fromEntries(contents.map(([id, bytes]) => [id, createHash('sha256').update(bytes).digest('hex')]))
}

/** Snapshot n holds `steady`, and `changing` with its n-th content; the first ones are given up. A small `steady` shares the first pack. */
async function history(count: number, giveUpTo: number, steadyBytes = 100_000): Promise<void> {
  for (let gen = 0; gen < count; gen += 1)
    await backUp(drive, gen, { changing: noise(3_000, gen), ...(gen === 0 && { steady: noise(steadyBytes, 'steady') }) })
  await drive.maintain({ sessionId: 'expire', parentGen: count, expire: [{ from: 1, to: giveUpTo }] })
}

test('removes what only given-up snapshots needed, and every live snapshot reads as before', async () => {
  await history(6, 3, 9 << 20)
  const before = await Promise.all([4, 5, 6].map(digestsOf))
  const { marked, swept } = await wholeCycle(drive, ledger)
  // The content of the first three snapshots, a pack each; their roots; base and deltas are shared.
  expect(marked).toMatchObject({ outcome: { did: 'marked' }, garbage: { roots: 3, containers: 3 } })
  expect(swept.outcome).toMatchObject({ did: 'swept', kept: 0 })
  expect(await Promise.all([4, 5, 6].map(digestsOf))).toEqual(before)
  expect((await all(drive.roots())).map(({ gen }) => gen)).toEqual([4, 5, 6])
  expect(keys('snap')).toHaveLength(5)
  expect(containers()).toHaveLength(4)
})

test('afterwards the newest index and the listing say the same', async () => {
  await history(6, 3)
  const { swept } = await wholeCycle(drive, ledger)
  const head = await drive.latestRoot()
  expect(head).toMatchObject({ gcEpoch: 1, maintenance: true, gen: 8 })
  expect(head && (await indexed(head))).toEqual(containers())
  expect(swept).toMatchObject({ epoch: 1 })
  expect((await gcStep(drive, ledger)).outcome).toEqual({ did: 'nothing', why: 'no garbage' })
})

test('a backup goes on from there, and keeps what it knows of the collection', async () => {
  await history(4, 2)
  await wholeCycle(drive, ledger)
  const root = await backUp(drive, 6, { changing: Buffer.from('newest') })
  expect(root).toMatchObject({ gen: 7, gcEpoch: 1 })
  expect((await contentsOf(drive, 7))['steady']).toEqual(noise(100_000, 'steady'))
  expect((await drive.audit())?.gen).toBe(7)
})

test('counts a row as needed only where it is the newest of a snapshot that is kept', async () => {
  for (let gen = 0; gen < 5; gen += 1) await backUp(drive, gen, { a: noise(1_000, `a${gen}`), b: noise(1_000, 'same') })
  await drive.commit(request({ sessionId: 'bury', parentGen: 5, rows: stream([{ id: 'a', removed: true }]) }))
  await drive.maintain({ sessionId: 'expire', parentGen: 6, expire: [{ from: 2, to: 5 }] })
  const found = await mark(drive)
  // Of the packs, the first is needed by snapshot 1, and the newest of those with `b` by the last.
  expect(found?.garbage.filter(({ kind }) => kind === 'container')).toHaveLength(3)
  await wholeCycle(drive, ledger)
  expect(await contentsOf(drive, 1)).toEqual({ a: noise(1_000, 'a0'), b: noise(1_000, 'same') })
  expect(await contentsOf(drive, 6)).toEqual({ b: noise(1_000, 'same') })
})

test('old manifests and indexes go when a merge has replaced them in all that is kept', async () => {
  for (let gen = 0; gen < 40; gen += 1) await backUp(drive, gen, { [`f${gen}`]: noise(100, gen) })
  await drive.maintain({ sessionId: 'expire', parentGen: 40, expire: [{ from: 1, to: 39 }] })
  const before = await contentsOf(drive, 40)
  const segments = keys('seg').length + keys('idx').length
  await wholeCycle(drive, ledger)
  expect(keys('seg').length + keys('idx').length).toBeLessThan(segments / 2)
  expect(await contentsOf(drive, 40)).toEqual(before)
  expect(Object.keys(before)).toHaveLength(40)
})

describe('deletes nothing', () => {
  const untouched = async (work: () => Promise<unknown>) => {
    const before = [...store.objects.keys()]
    await work()
    expect([...store.objects.keys()].filter((key) => before.includes(key))).toEqual(before)
  }

  test('in a dry run, which says what would go and changes nothing at all', async () => {
    await history(6, 3)
    const before = [...store.objects.keys()]
    expect(await lookForGarbage({ drive, clock: hurriedClock(), policy: usualGcPolicy, progress: () => {} })).toMatchObject({
      outcome: { did: 'looked' },
      garbage: { roots: 3, containers: 2 },
    })
    expect([...store.objects.keys()]).toEqual(before)
    expect(ledger.epoch).toBe(0)
  })

  test('in the phase that marks, nor within a day of it', async () => {
    await history(6, 3)
    await untouched(async () => {
      await gcStep(drive, ledger)
      ledger.ageMs = usualGcPolicy.waitMs - 1
      expect((await gcStep(drive, ledger)).outcome).toEqual({ did: 'waited', why: 'too soon', runs: [] })
    })
  })

  test('while a run is open that began before the mark; one that began after does not count', async () => {
    await history(6, 3)
    ledger.open.set('long', { epoch: 0, quietMs: 60_000 })
    await gcStep(drive, ledger)
    ledger.open.set('new', { epoch: 1, quietMs: 0 })
    ledger.ageMs = usualGcPolicy.waitMs
    await untouched(async () => {
      expect((await gcStep(drive, ledger)).outcome).toEqual({ did: 'waited', why: 'runs are open', runs: ['long'] })
    })
    ledger.open.delete('long')
    expect((await gcStep(drive, ledger)).outcome).toMatchObject({ did: 'swept', fenced: [] })
  })

  test('of more than the limit without an approval of exactly that', async () => {
    await history(6, 3)
    await gcStep(drive, ledger)
    ledger.ageMs = usualGcPolicy.waitMs
    let asked = await gcStep(drive, ledger, { approvalPercent: 0.01 })
    await untouched(async () => {
      asked = await gcStep(drive, ledger, { approvalPercent: 0.01, approved: 'something else' })
    })
    if (asked.outcome.did !== 'asked for approval') throw new Error(asked.outcome.did)
    expect((await gcStep(drive, ledger, { approvalPercent: 0.01, approved: asked.outcome.token })).outcome).toMatchObject({ did: 'swept' })
  })

  test('when the newest index lacks what a snapshot needs', async () => {
    await backUp(drive, 0, { a: Buffer.from('a') })
    const content = (await all((await drive.snapshot(1)).rows()))[0]?.content
    const other = { ...content, segments: [{ blobId: 'e'.repeat(64), size: 1 }] } as NonNullable<typeof content>
    await drive.commit(request({ sessionId: 'dangling', parentGen: 1, rows: stream([row('b', { content: other })]) }))
    await untouched(async () => {
      await expect(gcStep(drive, ledger)).rejects.toMatchObject({ name: 'IntegrityError', detail: expect.stringContaining('e'.repeat(64)) })
    })
  })

  test('that its plan does not name, nor more when somebody has put live objects into it', async () => {
    await history(6, 3)
    await gcStep(drive, ledger)
    const plan = [...store.objects.keys()].find((key) => key.startsWith('v1/t/acme/gc/')) ?? ''
    const written = JSON.parse(Buffer.from(store.objects.get(plan) ?? '').toString())
    const live = [...keys('packs'), ...keys('objs'), ...keys('seg'), ...keys('idx'), ...keys('snap')].map((key) => key.slice(top.length))
    store.objects.set(plan, Buffer.from(JSON.stringify({ ...written, objects: live.sort() })))
    ledger.ageMs = usualGcPolicy.waitMs
    const before = await contentsOf(drive, 6)
    await gcStep(drive, ledger)
    expect(await contentsOf(drive, 6)).toEqual(before)
    expect((await all(drive.roots())).map(({ gen }) => gen)).toEqual([4, 5, 6])
  })
})

describe('what no index names', () => {
  const leaveOrphan = async () => {
    const writer = await drive.writer('crashed')
    await writer.putBlob(stream([Buffer.from('never committed')]), { mimeType: 'text/plain' })
    await writer.flush()
  }

  test('is kept for a week, because a run may be repeated', async () => {
    await backUp(drive, 0, { a: Buffer.from('a') })
    await leaveOrphan()
    expect((await gcStep(drive, ledger)).outcome).toMatchObject({ did: 'nothing' })
    const later = { clock: hurriedClock(usualGcPolicy.orphanMs + 60_000) }
    expect((await gcStep(drive, ledger, { deps: later })).garbage).toMatchObject({ containers: 1 })
  })

  test('is kept while any run is open', async () => {
    await backUp(drive, 0, { a: Buffer.from('a') })
    await leaveOrphan()
    ledger.open.set('initial', { epoch: 0, quietMs: 0 })
    const later = { clock: hurriedClock(usualGcPolicy.orphanMs + 60_000) }
    expect((await gcStep(drive, ledger, { deps: later })).outcome).toMatchObject({ did: 'nothing' })
  })
})

test('what a run has committed meanwhile is not deleted, although it was marked', async () => {
  await history(6, 3)
  const reused = (await all((await drive.snapshot(2)).rows())).find(({ id }) => id === 'changing')
  ledger.open.set('reuses', { epoch: 0, quietMs: 0 })
  await gcStep(drive, ledger)
  await drive.commit(
    request({ sessionId: 'reuses', parentGen: 7, rows: stream([row('back', reused?.content && { content: reused.content })]) }),
  )
  ledger.open.delete('reuses')
  ledger.ageMs = usualGcPolicy.waitMs
  expect((await gcStep(drive, ledger)).outcome).toMatchObject({ did: 'swept', kept: 1 })
  expect((await contentsOf(drive, 8))['back']).toEqual(noise(3_000, 1))
})

test('is taken up again after a crash at any write or removal, and ends the same', async () => {
  await history(6, 3)
  const start = new Map(store.objects)
  const live = await contentsOf(drive, 6)
  let [writes, crashed] = [0, true]
  for (let at = 0; crashed; at += 1) {
    store.objects.clear()
    for (const [key, body] of start) store.objects.set(key, body)
    ledger = memoryLedger()
    ;[writes, crashed] = [0, false]
    const mortal =
      <Args extends unknown[], T>(work: (...args: Args) => Promise<T>) =>
      async (...args: Args): Promise<T> => {
        writes += 1
        if (writes - 1 === at) crashed = true
        if (crashed) throw new Error('crash')
        return work(...args)
      }
    const dying = await openTestDrive({ ...store, create: mortal(store.create), remove: mortal(store.remove) })
    await wholeCycle(dying, ledger).catch((error: Error) => expect(error.message).toBe('crash'))
    expect(await contentsOf(drive, 6)).toEqual(live)
    expect((await all(drive.roots())).map(({ gen }) => gen)).toEqual([4, 5, 6])
    await wholeCycle(drive, ledger)
    await wholeCycle(drive, ledger)
    expect(containers()).toHaveLength(4)
    const head = await drive.latestRoot()
    expect(head && (await indexed(head))).toEqual(containers())
    expect(await contentsOf(drive, 6)).toEqual(live)
  }
  // The plan, the root, three roots and two containers.
  expect(writes).toBe(7)
})

test('a drive in which nothing was found is not read again until something has changed', async () => {
  await history(6, 3)
  await wholeCycle(drive, ledger)
  await gcStep(drive, ledger)
  let reads = 0
  const counted = await openTestDrive({
    ...store,
    read: (address, range) => {
      if (address.key.includes('/d/')) reads += 1
      return store.read(address, range)
    },
  })
  expect((await gcStep(counted, ledger)).outcome).toEqual({ did: 'nothing', why: 'no garbage' })
  expect(reads).toBe(1)
  await backUp(drive, 8, { changing: Buffer.from('newest') })
  await gcStep(counted, ledger)
  expect(reads).toBeGreaterThan(5)
})

test('uploads that were begun a week ago and never ended are given up', async () => {
  await history(2, 1)
  const asked: Date[] = []
  const bucket = {
    ...store,
    abortUnfinished: async (before: Date) => {
      asked.push(before)
      return 1
    },
  }
  const clock = hurriedClock()
  await gcStep(await openTestDrive(bucket), ledger, { deps: { clock } })
  expect(clock.now().getTime() - (asked[0]?.getTime() ?? 0)).toBeGreaterThanOrEqual(usualGcPolicy.orphanMs)
})

test('P4 a process that the store does not let delete leaves the cycle to one that may', async () => {
  await history(6, 3)
  await gcStep(drive, ledger)
  ledger.ageMs = usualGcPolicy.waitMs
  const denied = new StoreUnavailable('The store says no.', { cause: Object.assign(new Error('AccessDenied'), { code: 'EACCES' }) })
  const worker = await openTestDrive({ ...store, remove: () => Promise.reject(denied) })
  expect((await gcStep(worker, ledger)).outcome).toMatchObject({ did: 'was not allowed', removed: { objects: 0 } })
  expect(keys('snap')).toHaveLength(8)
  expect((await gcStep(drive, ledger)).outcome).toMatchObject({ did: 'swept', removed: { objects: 5 } })
})

test('removes at most so many objects a second', async () => {
  await history(6, 3)
  await gcStep(drive, ledger)
  ledger.ageMs = usualGcPolicy.waitMs
  const clock = hurriedClock()
  await gcStep(drive, ledger, { removalsPerSecond: 0.5, deps: { clock } })
  // Five objects: the first at once, then one every two seconds.
  expect(clock.sleptMs).toBeGreaterThan(7_500)
})

test('a ledger that is an older copy forgets what it knows before anything is collected', async () => {
  await history(6, 3)
  await wholeCycle(drive, ledger)
  const restored = memoryLedger()
  restored.known.set('blob', 'packs/00/gone')
  await gcStep(drive, restored)
  expect(restored.epoch).toBe(1)
  expect(restored.known.size).toBe(0)
})
