import { expect, test } from 'vitest'
import { type DriveVault, GenerationTaken, type ObjectStore } from '../../activities/vault/index.ts'
import { Crashed, crashingStore } from './support/crashing-store.ts'
import { all, backUp, contentsOf, memoryStore, noise, openTestDrive, request } from './support/vaults.ts'

const before = { a: Buffer.from('one'), b: noise(300_000, 'b') }
const during = { b: noise(9 << 20, 'b2'), c: noise(2 << 20, 'c'), d: Buffer.from('dee') }

/** What a worker does: look where the drive stands, then bring it to the wanted state, unless that was reached. */
async function backUpOnce(store: ObjectStore): Promise<void> {
  const drive = await openTestDrive(store)
  const root = await drive.latestRoot()
  if (root === undefined) await backUp(drive, 0, before)
  if ((root?.gen ?? 1) < 2) await backUp(drive, 1, during)
}

async function expectIntact(drive: DriveVault, gen: number, files: Record<string, Buffer>): Promise<void> {
  const contents = await contentsOf(drive, gen)
  expect(Object.keys(contents).sort()).toEqual(Object.keys(files).sort())
  for (const [id, bytes] of Object.entries(files)) expect(contents[id]?.equals(bytes)).toBe(true)
}

const undisturbed = (async () => {
  const store = crashingStore(memoryStore(), Number.POSITIVE_INFINITY, true)
  await backUpOnce(store)
  return { writes: store.writes() }
})()

test('P12 a backup is a known number of writes: config, key, then pack, object, index, rows and root of each run', async () => {
  expect((await undisturbed).writes).toBe(2 + 4 + 5)
})

test.each([true, false])(
  'P12 a crash at any write (which is durable: %s), and every crash again, ends in the same state',
  async (lands) => {
    const { writes } = await undisturbed
    for (let first = 0; first < writes; first += 1) {
      for (const second of [first, (first * 7 + 3) % writes]) {
        const disk = memoryStore()
        for (const at of [first, second]) {
          const store = crashingStore(disk, at, lands)
          const ended = await backUpOnce(store).then(
            () => undefined,
            (error) => error,
          )
          if (store.crashed()) expect(ended).toBeInstanceOf(Crashed)
          else expect(ended).toBeUndefined()
          const drive = await openTestDrive(disk)
          for (const { gen } of await all(drive.roots())) await expectIntact(drive, gen, gen === 1 ? before : { ...before, ...during })
        }
        await backUpOnce(disk)
        const drive = await openTestDrive(disk)
        expect((await all(drive.roots())).map(({ gen }) => gen)).toEqual([1, 2])
        const merged = await drive.snapshot(2)
        const rewritten = await drive.commit(request({ sessionId: 'again', parentGen: 2, mode: 'full', rows: merged.rows() }))
        expect(await merged.stateHash()).toBe(rewritten.stateHash)
        await expectIntact(drive, 2, { ...before, ...during })
      }
    }
  },
)

test('P12 a crash after the root was written, and the same commit again, is one snapshot', async () => {
  const disk = memoryStore()
  await backUpOnce(disk)
  const drive = await openTestDrive(disk)
  const root = await drive.latestRoot()
  expect(await backUp(drive, 1, during)).toEqual(root)
  await expect(backUp(drive, 1, during, 'another run')).rejects.toBeInstanceOf(GenerationTaken)
})
