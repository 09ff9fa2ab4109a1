/** A worker that dies in the middle of large files: what is fetched again is counted at the practice Drive. */
import { createHash } from 'node:crypto'
import { glob, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { drainChanges, drainListing } from '../../activities/backup/drain.ts'
import { openRun } from '../../activities/backup/open-run.ts'
import { storePending } from '../../activities/backup/store-pending.ts'
import type { DownloadOptions, DriveSource } from '../../activities/drive/source.ts'
import { looseHeartbeat } from '../../activities/kit/heartbeat.ts'
import type { ManifestRow } from '../../activities/vault/index.ts'
import { runItemsAfter } from '../../db/backup-run-items.ts'
import type { Database } from '../../db/client.ts'
import { newId, systemRandom } from '../../db/kit/random.ts'
import { runById, setRunPhase } from '../../db/run-progress.ts'
import { queueRun } from '../../db/runs.ts'
import { startSystem } from '../support/system.ts'

const mebibyte = 2 ** 20
const segment = 64 * mebibyte
const system = await startSystem({ world: { seed: 41, items: 1, drives: 1 } })
afterAll(() => system.stop())

const { model, wire } = system.practice.drive
const admin = { email: system.practice.admin, domainAdmin: true }
const { db, accountId } = system
let made = 0

async function* bytesOf(mebibytes: number, salt: number): AsyncGenerator<Uint8Array> {
  for (let n = 0; n < mebibytes; n++) yield Buffer.alloc(mebibyte, `${salt}/${n} `)
}

async function freshDrive(): Promise<string> {
  const driveId = model.drives.create(admin, `resumed-${made++}`, { name: `Resumed ${made}` }).id
  await db.query(
    `insert into drive (account_id, id, task_id, name, lifecycle, first_seen_at) values ($1, $2, $3, 'Resumed', 'active', now())`,
    [accountId, driveId, system.taskId],
  )
  return driveId
}

async function put(driveId: string, name: string, mebibytes: number, salt: number): Promise<string> {
  const content = await model.content.put(bytesOf(mebibytes, salt))
  return model.files.create(admin, { name, parents: [driveId] }, { content, mimeType: 'video/mp4' }).id
}

/** A run that has seen the drive and fetched nothing yet. */
async function listed(driveId: string) {
  const runId = newId(systemRandom, 'run')
  await queueRun(db, accountId, { id: runId, driveId, reason: 'on demand', now: new Date(0) })
  await openRun({ db, vault: (await system.vault).drive(driveId), now: new Date(0) }, { accountId, driveId })
  const deps = { db, source: system.practice.source(), heartbeat: looseHeartbeat<number>(), onPage: async () => {} }
  await drainListing(deps, { ...(await runById(db, accountId, runId)), accountId })
  await drainChanges(deps, { ...(await runById(db, accountId, runId)), accountId })
  await setRunPhase(db, accountId, runId, 'storing')
  return { ...(await runById(db, accountId, runId)), accountId }
}

/** One attempt of the shard, by a worker that dies when so many bytes of content have reached it: from then on it writes nothing any more. */
async function attempt(run: Awaited<ReturnType<typeof listed>>, diesAfterBytes = Number.POSITIVE_INFINITY) {
  const starts: Record<string, number> = {}
  let left = diesAfterBytes
  const dead = () => left <= 0
  const alive = system.practice.source()
  const source: DriveSource = {
    ...alive,
    async download(itemId: string, options: DownloadOptions = {}) {
      starts[itemId] = options.start ?? 0
      const { stream, ...head } = await alive.download(itemId, options)
      return {
        ...head,
        stream: (async function* () {
          for await (const chunk of stream) {
            if (dead()) throw new Error('The worker is dead.')
            left -= chunk.length
            yield chunk
          }
        })(),
      }
    },
  }
  const mortal: Database = {
    ...db,
    transaction: (work) => (dead() ? Promise.reject(new Error('The worker is dead.')) : db.transaction(work)),
  }
  const writer = await (await system.vault).drive(run.driveId).writer(run.runId, { maxBytesInFlight: 48 * mebibyte })
  const deps = { db: mortal, source, writer, heartbeat: looseHeartbeat<number>(), onProgress: async () => {} }
  const before = wire.ledger.report()?.marker
  const ended = await storePending(deps, run).then(
    ({ done }) => (done ? 'done' : 'more'),
    (error: Error) => error.message,
  )
  const { bytesOut = 0 } = wire.ledger.report(before)?.methods['drive.files.get:media'] ?? {}
  return { ended, starts, bytesOut }
}

async function rowsOf(run: Awaited<ReturnType<typeof listed>>): Promise<ManifestRow[]> {
  return (await runItemsAfter(db, accountId, run.runId, '', 100)).map(({ row }) => row as ManifestRow)
}

const notedSegments = async (itemId: string) =>
  (await db.query<{ number: number }>('select number from backup_segment where item_id = $1 order by number', [itemId])).length

async function sha256(mebibytes: number, salt: number): Promise<string> {
  const hash = createHash('sha256')
  for await (const chunk of bytesOf(mebibytes, salt)) hash.update(chunk)
  return hash.digest('hex')
}

test('P12 a run that is killed again and again fetches at most the unfinished segment of each file in flight again', async () => {
  const driveId = await freshDrive()
  const [long, short] = [await put(driveId, 'long.mp4', 140, 1), await put(driveId, 'short.mp4', 70, 2)]
  const run = await listed(driveId)
  const kills = [30, 160].map((count) => count * mebibyte)
  let fetched = 0
  for (const kill of kills) {
    const noted = { [long]: await notedSegments(long), [short]: await notedSegments(short) }
    const { ended, starts, bytesOut } = await attempt(run, kill)
    expect(ended).toBe('The worker is dead.')
    fetched += bytesOut
    for (const [id, start] of Object.entries(starts)) expect(start).toBe((noted[id] ?? 0) * segment)
  }
  expect(await notedSegments(long)).toBeGreaterThan(0)
  const last = await attempt(run)
  expect(last.ended).toBe('done')
  // What was on the wire when the worker died counts too: a few mebibytes a connection.
  const inFlight = 2 * (segment + 8 * mebibyte)
  expect(fetched + last.bytesOut).toBeLessThanOrEqual(210 * mebibyte + kills.length * inFlight)
  expect(last.bytesOut).toBeLessThan(210 * mebibyte - segment)

  const rows = new Map((await rowsOf(run)).map((row) => [row.id, row]))
  expect(rows.get(long)?.content).toMatchObject({ size: 140 * mebibyte, sha256: await sha256(140, 1) })
  expect(rows.get(short)?.content).toMatchObject({ size: 70 * mebibyte, sha256: await sha256(70, 2) })
  expect([await notedSegments(long), await notedSegments(short)]).toEqual([0, 0])
})

test('segments of a version that is not there any more are of no use to the next', async () => {
  const driveId = await freshDrive()
  const id = await put(driveId, 'changing.mp4', 66, 3)
  const first = await listed(driveId)
  await attempt(first, 65 * mebibyte)
  expect(await notedSegments(id)).toBe(1)
  const content = await model.content.put(bytesOf(66, 4))
  model.files.update(admin, id, {}, {}, { content, mimeType: 'video/mp4' })
  const { ended, starts } = await attempt(first)
  expect({ ended, starts }).toEqual({ ended: 'done', starts: { [id]: 0 } })
  expect((await rowsOf(first))[0]?.content?.sha256).toBe(await sha256(66, 4))
  expect(await notedSegments(id)).toBe(0)
})

test('a stored segment that is gone from the vault is fetched again, and the file is whole', async () => {
  const driveId = await freshDrive()
  const id = await put(driveId, 'damaged.mp4', 66, 5)
  const run = await listed(driveId)
  await attempt(run, 65 * mebibyte)
  const [blob] = await db.query<{ entry: { container: string } }>(`select entry from blob where drive_id = $1`, [driveId])
  const objects = await Array.fromAsync(glob(`**/${driveId}/${blob?.entry.container}`, { cwd: system.vaultFolder }))
  expect(objects).toHaveLength(1)
  await rm(join(system.vaultFolder, objects[0] ?? ''))
  const { ended, starts } = await attempt(run)
  expect({ ended, starts }).toEqual({ ended: 'done', starts: { [id]: 0 } })
  expect((await rowsOf(run))[0]?.content?.sha256).toBe(await sha256(66, 5))
})
