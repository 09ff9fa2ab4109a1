/** The reading side of one drive's vault, down to objects and records: what verification, rebuild and garbage collection work with. */
import { IntegrityError, NotFound } from '../errors.ts'
import { type DriveLayout, generationOf } from '../format/layout.ts'
import { decodeRoot } from '../format/root-codec.ts'
import type { DriveKeys } from '../keys/drive-keys.ts'
import type { Root } from '../root.ts'
import type { ObjectStore } from '../store/object-store.ts'
import { openSealed, type SealedStore } from './container.ts'
import { type OpenSnapshot, openSnapshot } from './snapshot.ts'

export type DriveReader = {
  readonly store: ObjectStore
  readonly layout: DriveLayout
  readonly sealed: SealedStore
  /** What blob ids of this drive are made with. @throws {IntegrityError | Shredded} the drive has no key (any more) */
  idKey(): Promise<Uint8Array>
  /** The keys of the documents that it takes to open the drive. @throws {Shredded} also when their destruction was only begun */
  keyDocuments(): Promise<readonly string[]>
  /** @throws {NotFound} no such generation @throws {IntegrityError} it is there but not as it was written */
  root(gen: number): Promise<Root>
  /** Like {@link root}, but nothing when there is no such generation. */
  findRoot(gen: number): Promise<Root | undefined>
  /** The generations that have a root, ascending, by listing alone. @throws {IntegrityError} something else lies among the roots @throws {Shredded} */
  generations(): AsyncIterable<number>
  open(root: Root): OpenSnapshot
}

export function createDriveReader(deps: {
  readonly store: ObjectStore
  readonly layout: DriveLayout
  readonly keys: DriveKeys
}): DriveReader {
  const { store, layout, keys } = deps
  const sealed: SealedStore = { store, scope: layout, dek: async (key, keyId) => (await keys.forReading(key, keyId)).dek }

  async function root(gen: number): Promise<Root> {
    const key = layout.root(gen)
    const bytes = Buffer.from(await store.read({ key }))
    return decodeRoot(key, await openSealed(sealed, key, 'root', bytes), bytes, gen)
  }

  const findRoot = (gen: number) =>
    root(gen).catch((error) => {
      if (error instanceof NotFound) return undefined
      throw error
    })

  async function* generations(): AsyncIterable<number> {
    let any = false
    for await (const { key } of store.list(layout.roots)) {
      const gen = generationOf(layout, key)
      if (gen === undefined) throw new IntegrityError(key, 'it is no root, but lies among them')
      any = true
      yield gen
    }
    // What was destroyed and purged is no drive that was never backed up, nor one whose history somebody took away.
    const gone = any ? undefined : await keys.shredded()
    if (gone) throw gone
  }

  /** For a reader in need: damage of the newest root must not hide the damage that led to it. */
  async function newest(): Promise<Root | undefined> {
    try {
      const gen = (await Array.fromAsync(generations())).at(-1)
      return gen === undefined ? undefined : await findRoot(gen)
    } catch (error) {
      if (error instanceof IntegrityError) return undefined
      throw error
    }
  }

  return {
    store,
    layout,
    sealed,
    idKey: keys.idKey,
    keyDocuments: keys.documents,
    root,
    findRoot,
    generations,
    open: (root) => openSnapshot({ sealed, layout, idKey: keys.idKey, newest }, root),
  }
}
