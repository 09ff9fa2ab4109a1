/** One committed state of a drive, read by streaming its segments together. */
import { createHash } from 'node:crypto'
import type { Snapshot } from '../engine.ts'
import { recordToEntry } from '../format/entry-codec.ts'
import type { DriveLayout } from '../format/layout.ts'
import { encodeRecord, type StoredRecord } from '../format/record.ts'
import { recordToRow } from '../format/row-codec.ts'
import type { Root, SegmentRef } from '../root.ts'
import { readContent } from './blob-reader.ts'
import type { SealedStore } from './container.ts'
import { createFrameReader } from './frame-reader.ts'
import { healedFrames } from './healed.ts'
import { findRecord, pointCache } from './lookup.ts'
import { mergeTables } from './merge.ts'
import { openTable, type Table } from './table.ts'

export type SnapshotDeps = {
  readonly sealed: SealedStore
  readonly layout: DriveLayout
  /** The drive's id key, of which there is one for all of its data keys. */
  idKey(): Promise<Uint8Array>
  /** The newest root of the drive, whose index knows where damaged blobs were stored again. Nothing when it cannot be read. */
  newest?(): Promise<Root | undefined>
}

/** A snapshot together with what only the engine needs of it. */
export type OpenSnapshot = Snapshot & {
  /** The merged live records, from `from` on. */
  records(from?: string): AsyncIterable<readonly StoredRecord[]>
  manifestTables(): Promise<readonly Table[]>
  indexTables(): Promise<readonly Table[]>
}

export function openSnapshot(deps: SnapshotDeps, root: Root): OpenSnapshot {
  const { sealed, layout, idKey } = deps
  const open = (kind: 'manifest' | 'index', refs: readonly SegmentRef[]) =>
    Promise.all(
      refs.map((ref) => openTable(sealed, kind, kind === 'manifest' ? layout.manifest(ref.sha256) : layout.index(ref.sha256), ref)),
    )
  const manifestTables = once(() => open('manifest', [...root.base, ...root.deltas]))
  const indexTables = once(() => open('index', root.idx))
  const cache = pointCache()
  const newest = once(async () => {
    const found = await deps.newest?.()
    return found && found.gen > root.gen ? openSnapshot(deps, found) : undefined
  })
  const frames = healedFrames(createFrameReader(sealed, layout), async (blobId) => (await newest())?.locate(blobId))

  async function* records(from?: string): AsyncIterable<readonly StoredRecord[]> {
    for await (const batch of mergeTables(await manifestTables(), from)) yield batch.filter(({ value }) => value.byteLength > 0)
  }

  const snapshot: OpenSnapshot = {
    root,
    records,
    manifestTables,
    indexTables,
    async *rows({ after, prefixes = [''] } = {}) {
      for (const prefix of outermost(prefixes)) yield* rowsWithin(records, prefix, after)
    },
    async row(id) {
      const record = await findRecord(await manifestTables(), id, cache)
      return record && record.value.byteLength > 0 ? recordToRow(record) : undefined
    },
    async locate(blobId) {
      const record = await findRecord(await indexTables(), blobId, cache)
      return record && recordToEntry(record)
    },
    async *readBlob(content, range) {
      const deps = { frames, idKey: await idKey(), rootKey: layout.root(root.gen), locate: snapshot.locate }
      yield* readContent(deps, content, range)
    },
    async stateHash() {
      const hash = createHash('sha256')
      for await (const batch of records()) for (const record of batch) hash.update(encodeRecord(record))
      return hash.digest('hex')
    },
  }
  return snapshot
}

async function* rowsWithin(records: OpenSnapshot['records'], prefix: string, after: string | undefined) {
  const from = after !== undefined && after > prefix ? after : prefix
  for await (const batch of records(from === '' ? undefined : from)) {
    for (const record of batch) {
      if (!record.key.startsWith(prefix)) {
        if (record.key > prefix) return
        continue
      }
      if (after === undefined || record.key > after) yield recordToRow(record)
    }
  }
}

/** Prefixes in order, without those that lie within another one. */
function outermost(prefixes: readonly string[]): readonly string[] {
  const sorted = [...new Set(prefixes)].sort((a, b) => (a < b ? -1 : 1))
  return sorted.filter((prefix, n) => !sorted.slice(0, n).some((outer) => prefix.startsWith(outer)))
}

function once<T>(work: () => Promise<T>): () => Promise<T> {
  let pending: Promise<T> | undefined
  return () => {
    if (!pending) {
      pending = work()
      pending.catch(() => {
        pending = undefined
      })
    }
    return pending
  }
}
