/** Where finished packs and objects become durable, and what became so is kept for the next flush. */
import type { Random } from '../../../db/kit/random.ts'
import type { BlobEntry, DurableContainer } from '../engine.ts'
import type { FrameBody } from '../format/codec.ts'
import type { DriveLayout } from '../format/layout.ts'
import { containerName } from '../format/layout.ts'
import { createSealer, type DataKey } from '../format/seal.ts'
import type { ObjectRef, ObjectStore } from '../store/object-store.ts'
import type { ByteBudget } from './byte-budget.ts'
import { type ObjectInput, objectBody } from './object-body.ts'
import { createPack, type Pack, type SessionMark } from './pack.ts'

export type ContainerStore = {
  /** Puts a small blob into the open pack; when that is full it is sent on its way in the background. */
  pack(blobId: string, frames: readonly FrameBody[]): void
  /** Streams a segment into an object of its own. @returns where it lies */
  object(input: Omit<ObjectInput, 'sealer' | 'session'>): Promise<BlobEntry | undefined>
  /** True when a container of this writer has the blob. */
  holds(blobId: string): boolean
  flush(): Promise<readonly DurableContainer[]>
  /** @throws the first failure of a background upload */
  check(): void
}

export type ContainerDeps = {
  readonly store: ObjectStore
  readonly layout: DriveLayout
  readonly dataKey: DataKey
  readonly random: Random
  readonly session: SessionMark
  readonly budget: ByteBudget
}

export function createContainerStore(deps: ContainerDeps): ContainerStore {
  const { store, layout, dataKey, random, session, budget } = deps
  const held = new Set<string>()
  const uploads = new Set<Promise<void>>()
  const failures: unknown[] = []
  let durable: DurableContainer[] = []
  let open: Pack | undefined

  function keep({ versionId, sizeBytes }: ObjectRef, container: string, entries: readonly BlobEntry[]): readonly BlobEntry[] {
    const version = versionId === undefined ? {} : { versionId }
    const kept = entries.map((entry) => ({ ...entry, ...version }))
    durable.push({ container, sizeBytes, ...version, entries: kept })
    return kept
  }

  async function upload(pack: Pack): Promise<void> {
    try {
      keep(await store.create(layout.container(pack.container), await pack.finish()), pack.container, pack.entries)
    } finally {
      budget.release(pack.sealedBytes)
    }
  }

  function closePack(): void {
    if (!open) return
    const sent = upload(open).catch((error) => {
      failures.push(error)
    })
    open = undefined
    uploads.add(sent)
    sent.finally(() => uploads.delete(sent))
  }

  function check(): void {
    if (failures.length > 0) throw failures[0]
  }

  return {
    check,
    holds: (blobId) => held.has(blobId),
    pack(blobId, frames) {
      if (held.has(blobId)) return
      open ??= createPack(layout, dataKey, random, session)
      const before = open.entries.length === 0 ? 0 : open.sealedBytes
      open.append(blobId, frames)
      held.add(blobId)
      budget.add(open.sealedBytes - before)
      if (open.full) closePack()
    },
    async object(input) {
      const sealer = createSealer(layout, 'object', dataKey, random)
      const container = containerName('object', sealer.containerId)
      const entries: BlobEntry[] = []
      const finished = async (entry: BlobEntry) => {
        await input.finished(entry)
        entries.push(entry)
      }
      const ref = await store.createFrom(layout.container(container), objectBody({ ...input, sealer, session, finished }))
      for (const { blobId } of entries) held.add(blobId)
      return keep(ref, container, entries)[0]
    },
    async flush() {
      closePack()
      while (uploads.size > 0) await Promise.all(uploads)
      check()
      const flushed = durable
      durable = []
      return flushed
    },
  }
}
