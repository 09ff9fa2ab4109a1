import type { Database } from '../../db/client.ts'
import { driveById } from '../../db/drives.ts'
import { dropSnapshots } from '../../db/expiry.ts'
import { adoptEpoch, gcState, holdEpoch } from '../../db/gc.ts'
import { addRecoveredDrive, forgetCatalog, putIndexedBlobs } from '../../db/rebuild.ts'
import { catchUp } from '../catalog/catch-up.ts'
import { recordToEntry } from '../vault/format/entry-codec.ts'
import type { BlobEntry, DriveVault, Root } from '../vault/index.ts'
import { mergeTables } from '../vault/read/merge.ts'
import { type Comparison, compareWithVault } from './compare.ts'
import type { RebuildDeps } from './rebuild.ts'

const pageBlobs = 2_000

export type RebuiltDrive = {
  readonly driveId: string
  /** As the newest snapshot has it: hostile text. Absent for a drive without a snapshot. */
  readonly name?: string
  readonly outcome: 'rebuilt' | 'complete already' | 'no snapshot' | 'differs' | 'shredded'
  /** Restore points in the vault. */
  readonly snapshots: number
  /** Newest generation that the database knew before. */
  readonly knownBefore: number
  readonly items: number
  readonly blobs: number
  readonly hashed: number
  /** What is still different, at most the first 20, in words. */
  readonly differences: readonly string[]
}

/** Makes the catalogue of one drive again, and proves by the state hashes that it holds what the vault holds. Idempotent. */
export async function rebuildDrive(deps: RebuildDeps, drive: DriveVault, taskId: string | undefined): Promise<RebuiltDrive> {
  const { db, vault, note } = deps
  const { accountId } = vault
  const roots = await outline(drive)
  if (!roots.latest || !roots.first || taskId === undefined) return nothing(drive, 'no snapshot')
  const { latest, first } = roots
  await addRecoveredDrive(db, accountId, { id: drive.driveId, taskId, name: latest.drive.name, since: new Date(first.time) })
  const knownBefore = (await driveById(db, accountId, drive.driveId))?.latestGeneration ?? 0

  const compare = () =>
    compareWithVault(db, drive, accountId, {
      every: deps.every ?? false,
      onSnapshot: (generation) => note(`${drive.driveId}: comparing snapshot ${generation} with the vault`),
    })
  await db.transaction((tx) => adoptEpoch(tx, accountId, drive.driveId, latest.gcEpoch ?? 0))
  const { epoch } = await gcState(db, accountId, drive.driveId)
  await bringLevel(deps, drive, knownBefore, latest.gen)
  await db.transaction((tx) => dropSnapshots(tx, accountId, drive.driveId, latest.expired ?? []))
  let comparison = await compare()
  if (comparison.differences.length > 0 && knownBefore > 0 && knownBefore <= latest.gen) {
    note(`${drive.driveId}: the database held something else than the vault; its catalogue is made again from the first snapshot`)
    await db.transaction((tx) => forgetCatalog(tx, accountId, drive.driveId))
    await bringLevel(deps, drive, 0, latest.gen)
    comparison = await compare()
  }
  const blobs = await indexBlobs(db, drive, accountId, latest, epoch)
  const items = (await driveById(db, accountId, drive.driveId))?.itemCount ?? 0
  return {
    driveId: drive.driveId,
    name: latest.drive.name,
    outcome: comparison.differences.length > 0 ? 'differs' : knownBefore === latest.gen ? 'complete already' : 'rebuilt',
    snapshots: roots.snapshots,
    knownBefore,
    items,
    blobs,
    ...inWords(comparison),
  }
}

/** A drive that there is nothing to take from. */
export function nothing({ driveId }: DriveVault, outcome: 'no snapshot' | 'shredded'): RebuiltDrive {
  return { driveId, outcome, snapshots: 0, knownBefore: 0, items: 0, blobs: 0, hashed: 0, differences: [] }
}

const inWords = ({ hashed, differences }: Comparison) => ({
  hashed,
  differences: differences.slice(0, 20).map(({ generation, detail }) => `snapshot ${generation}: ${detail}`),
})

/** The ends of the drive's chain, which is checked on the way. */
async function outline(drive: DriveVault): Promise<{ first?: Root; latest?: Root; snapshots: number }> {
  let [first, latest, snapshots]: [Root | undefined, Root | undefined, number] = [undefined, undefined, 0]
  for await (const root of drive.roots({ maintenance: true })) {
    first ??= root
    latest = root
    if (!root.maintenance) snapshots += 1
  }
  return { snapshots, ...(first && { first }), ...(latest && { latest }) }
}

async function bringLevel({ db, vault, note, signal }: RebuildDeps, drive: DriveVault, known: number, latest: number): Promise<void> {
  await catchUp(db, drive, vault.accountId, known + 1, latest, ({ generation, rows }) => {
    signal.throwIfAborted()
    note(`${drive.driveId}: snapshot ${generation} of ${latest}, ${rows.toLocaleString('en-US')} changed items`)
  })
}

/** Where every blob lies, as the newest snapshot's index has it. Not what a collection of garbage may have taken away meanwhile. */
async function indexBlobs(db: Database, drive: DriveVault, accountId: string, latest: Root, epoch: number): Promise<number> {
  let page: BlobEntry[] = []
  let blobs = 0
  const flush = async () => {
    await db.transaction(async (tx) => {
      if ((await holdEpoch(tx, accountId, drive.driveId)) === epoch) await putIndexedBlobs(tx, accountId, drive.driveId, latest.gen, page)
    })
    blobs += page.length
    page = []
  }
  for await (const batch of mergeTables(await drive.reader.open(latest).indexTables())) {
    for (const record of batch) {
      page.push(recordToEntry(record))
      if (page.length === pageBlobs) await flush()
    }
  }
  await flush()
  return blobs
}
