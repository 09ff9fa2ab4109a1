/** The part of a vault that holds one drive: ties roots, writers, commits and snapshots to the drive's keys and place. */
import type { Clock } from '../../db/kit/clock.ts'
import type { Random } from '../../db/kit/random.ts'
import type { DriveVault } from './engine.ts'
import type { DriveLayout } from './format/layout.ts'
import type { DriveKeys } from './keys/drive-keys.ts'
import { auditChain, chainOf } from './read/chain.ts'
import { createDriveReader } from './read/drive-reader.ts'
import { rangeOf } from './read/expired.ts'
import { createFrameReader } from './read/frame-reader.ts'
import type { Root } from './root.ts'
import type { ObjectStore } from './store/object-store.ts'
import { createBlobWriter } from './write/blob-writer.ts'
import { commitRun } from './write/commit.ts'
import { maintain } from './write/maintain.ts'

export type DriveVaultDeps = {
  readonly store: ObjectStore
  readonly layout: DriveLayout
  readonly keys: DriveKeys
  readonly clock: Clock
  readonly random: Random
  readonly engine: string
  /** @throws {UnsupportedVault | IntegrityError} this version must not write beside what is there */
  mayWrite(): void
}

export function createDriveVault(deps: DriveVaultDeps): DriveVault {
  const { store, layout, keys, clock, random, engine } = deps
  const reader = createDriveReader({ store, layout, keys })
  const { root: readRoot, findRoot, generations, open } = reader

  async function latestRoot(): Promise<Root | undefined> {
    let latest: number | undefined
    for await (const gen of generations()) latest = gen
    return latest === undefined ? undefined : readRoot(latest)
  }

  async function* roots({ maintenance = false } = {}): AsyncIterable<Root> {
    for await (const root of chainOf(layout, generations(), readRoot)) if (maintenance || !root.maintenance) yield root
  }

  return {
    driveId: layout.driveId,
    reader,
    root: readRoot,
    latestRoot,
    async latestSnapshot() {
      const head = await latestRoot()
      let root = head
      while (root?.maintenance) {
        const gen = (rangeOf(head?.expired, root.parentGen)?.from ?? root.gen) - 1
        root = gen > 0 ? await readRoot(gen) : undefined
      }
      return root
    },
    roots,
    audit: (head) => auditChain(layout, chainOf(layout, generations(), readRoot), head),
    async writer(sessionId, options) {
      deps.mayWrite()
      const { idKey, ...dataKey } = await keys.forWriting()
      return createBlobWriter(
        {
          store,
          layout,
          dataKey,
          idKey,
          random,
          session: { session: sessionId, time: clock.now().toISOString() },
          frames: createFrameReader(reader.sealed, layout),
        },
        options,
      )
    },
    async commit(request) {
      deps.mayWrite()
      return commitRun({ store, layout, dataKey: await keys.forWriting(), random, engine, findRoot, open }, request)
    },
    async maintain(request) {
      deps.mayWrite()
      return maintain({ store, layout, dataKey: await keys.forWriting(), random, engine, findRoot, open }, request)
    },
    snapshot: async (gen) => open(await readRoot(gen)),
  }
}
