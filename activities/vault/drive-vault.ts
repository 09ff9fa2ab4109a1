/** The part of a vault that holds one drive: ties roots, writers, commits and snapshots to the drive's keys and place. */
import type { Clock } from '../../db/kit/clock.ts'
import type { Random } from '../../db/kit/random.ts'
import type { DriveVault } from './engine.ts'
import { IntegrityError, NotFound, UnsupportedVault } from './errors.ts'
import { type DriveLayout, generationOf } from './format/layout.ts'
import { decodeRoot } from './format/root-codec.ts'
import type { DriveKeys } from './keys/drive-keys.ts'
import { auditChain, chainOf } from './read/chain.ts'
import { openSealed, type SealedStore } from './read/container.ts'
import { openSnapshot } from './read/snapshot.ts'
import type { Root } from './root.ts'
import type { ObjectStore } from './store/object-store.ts'
import { createBlobWriter } from './write/blob-writer.ts'
import { commitRun } from './write/commit.ts'

export type DriveVaultDeps = {
  readonly store: ObjectStore
  readonly layout: DriveLayout
  readonly keys: DriveKeys
  readonly clock: Clock
  readonly random: Random
  readonly engine: string
  /** False when the vault has a feature that this version must not write beside. */
  readonly writable: boolean
}

export function createDriveVault(deps: DriveVaultDeps): DriveVault {
  const { store, layout, keys, clock, random, engine } = deps
  const sealed: SealedStore = { store, scope: layout, dek: async (key, keyId) => (await keys.forReading(key, keyId)).dek }
  const open = (root: Root) => openSnapshot({ sealed, layout, idKey: async () => (await keys.forWriting()).idKey }, root)

  async function readRoot(gen: number): Promise<Root> {
    const key = layout.root(gen)
    const bytes = Buffer.from(await store.read({ key }))
    return decodeRoot(key, await openSealed(sealed, key, 'root', bytes), bytes, gen)
  }

  async function findRoot(gen: number): Promise<Root | undefined> {
    return readRoot(gen).catch((error) => {
      if (error instanceof NotFound) return undefined
      throw error
    })
  }

  async function* generations(): AsyncIterable<number> {
    for await (const { key } of store.list(layout.roots)) {
      const gen = generationOf(layout, key)
      if (gen === undefined) throw new IntegrityError(key, 'it is no root, but lies among them')
      yield gen
    }
  }

  function mustBeWritable(): void {
    if (!deps.writable)
      throw new UnsupportedVault('A newer Backstop writes this vault. This version can read it, but must not write to it.')
  }

  return {
    driveId: layout.driveId,
    root: readRoot,
    async latestRoot() {
      let latest: number | undefined
      for await (const gen of generations()) latest = gen
      return latest === undefined ? undefined : readRoot(latest)
    },
    roots: () => chainOf(layout, generations(), readRoot),
    audit: (head) => auditChain(layout, chainOf(layout, generations(), readRoot), head),
    async writer(sessionId, options) {
      mustBeWritable()
      const { idKey, ...dataKey } = await keys.forWriting()
      return createBlobWriter(
        { store, layout, dataKey, idKey, random, session: { session: sessionId, time: clock.now().toISOString() } },
        options,
      )
    },
    async commit(request) {
      mustBeWritable()
      return commitRun({ store, layout, dataKey: await keys.forWriting(), random, engine, findRoot, open }, request)
    },
    snapshot: async (gen) => open(await readRoot(gen)),
  }
}
