/** A crash at every single write of what changes a vault beside backups: merging segments, giving snapshots up. */
import { expect, test } from 'vitest'
import { expireSnapshots } from '../../activities/vault/retention/expire.ts'
import { systemClock } from '../../db/kit/clock.ts'
import { Crashed, crashingStore } from './support/crashing-store.ts'
import { all, contentsOf, type MemoryStore, memoryStore, noise, openTestDrive, request, row, stream } from './support/vaults.ts'

const dayMs = 86_400_000
const days = (count: number) => new Date(systemClock.now().getTime() - count * dayMs)

/** Generations of one changed row each, each with a blob; `ageDays` is how old the first is, and every later one is a day younger. */
async function history(store: MemoryStore, count: number, ageDays: number): Promise<Map<string, string>> {
  const drive = await openTestDrive(store)
  const state = new Map<string, string>()
  for (let gen = 0; gen < count; gen++) await commitOne(drive, gen, state, days(ageDays - gen))
  return state
}

async function commitOne(drive: Awaited<ReturnType<typeof openTestDrive>>, gen: number, state: Map<string, string>, time: Date) {
  const id = `item${gen % 9}`
  const writer = await drive.writer(`run-${gen}`)
  const bytes = noise(200 + gen, gen)
  const content = await writer.putBlob(stream([bytes]), { mimeType: 'a/b' })
  const blobEntries = (await writer.flush()).flatMap(({ entries }) => entries)
  state.set(id, bytes.toString('hex'))
  return drive.commit(
    request({ sessionId: `run-${gen}`, parentGen: gen, rows: stream([row(id, { content })]), blobEntries, pageToken: String(gen), time }),
  )
}

async function stateOf(store: MemoryStore, gen: number): Promise<Map<string, string>> {
  const contents = await contentsOf(await openTestDrive(store), gen)
  return new Map(Object.entries(contents).map(([id, bytes]) => [id, bytes.toString('hex')]))
}

const sorted = (state: ReadonlyMap<string, string>) => [...state].sort()

test.each([true, false])('P12 a crash at any write of a run that merges segments (durable: %s) loses nothing', async (lands) => {
  const start = memoryStore()
  const before = await history(start, 33, 40)
  for (let at = 0, crashed = true; crashed; at++) {
    const disk = memoryStore(new Map(start.objects))
    const store = crashingStore(disk, at, lands)
    const ended = await commitOne(await openTestDrive(store), 33, new Map(before), days(1)).catch((error) => error)
    crashed = store.crashed()
    if (crashed) expect(ended).toBeInstanceOf(Crashed)
    expect(sorted(await stateOf(disk, 33))).toEqual(sorted(before))
    const after = new Map(before)
    const root = await commitOne(await openTestDrive(disk), 33, after, days(1))
    expect(root.deltas).toHaveLength(0)
    expect(sorted(await stateOf(disk, 34))).toEqual(sorted(after))
    const drive = await openTestDrive(disk)
    expect(await (await drive.snapshot(34)).stateHash()).toBe(root.stateHash)
    expect(await all(drive.roots())).toHaveLength(34)
  }
})

test.each([true, false])(
  'P3 a crash at any write of giving snapshots up (durable: %s) leaves them all, or gives up those that were meant',
  async (lands) => {
    const start = memoryStore()
    await history(start, 8, 60)
    const options = {
      policy: { keepMs: 20 * dayMs, holds: [] },
      now: systemClock.now(),
      evidence: [systemClock.now()],
      sessionId: 'expire-1',
    }
    // The store in memory says of its objects that they are new; of these the roots' own times are to count.
    const aged = (store: MemoryStore): MemoryStore => ({
      ...store,
      async *list(prefix, given) {
        for await (const { lastModified: _, ...ref } of store.list(prefix, given)) yield ref
      },
    })
    const wanted = await expireSnapshots(await openTestDrive(aged(memoryStore(new Map(start.objects)))), options)
    expect(wanted.given).toBe(7)
    for (let at = 0, crashed = true; crashed; at++) {
      const disk = memoryStore(new Map(start.objects))
      const store = crashingStore(aged(disk), at, lands)
      await expireSnapshots(await openTestDrive(store), options).catch((error) => expect(error).toBeInstanceOf(Crashed))
      crashed = store.crashed()
      const left = (await all((await openTestDrive(disk)).roots())).map(({ gen }) => gen)
      expect([[1, 2, 3, 4, 5, 6, 7, 8], [8]]).toContainEqual(left)
      await expireSnapshots(await openTestDrive(aged(disk)), options)
      expect((await all((await openTestDrive(disk)).roots())).map(({ gen }) => gen)).toEqual([8])
      expect(sorted(await stateOf(disk, 8)).length).toBe(8)
    }
  },
)
