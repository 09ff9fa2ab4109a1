/** Stores damaged blobs again from where they came from. What is damaged stays where it is, as evidence, until garbage is collected. */
import type { BlobEntry, DriveVault } from '../engine.ts'
import { GenerationTaken, IntegrityError } from '../errors.ts'
import type { ContentRef, ManifestRow } from '../manifest-row.ts'
import { needsOf } from './needs.ts'

/** The bytes that an item had when `row` was written, or why they cannot be had. Nothing but these very bytes will do. */
export type Refetch = (row: ManifestRow) => Promise<{ readonly stream: AsyncIterable<Uint8Array> } | { readonly reason: string }>

export type Healing = {
  /** Blobs that can be read again, in every snapshot. */
  readonly healed: readonly string[]
  /** Blobs that nobody could give again, and why. */
  readonly lost: readonly { readonly blobId: string; readonly reason: string }[]
  /** Places of what was stored again. */
  readonly entries: readonly BlobEntry[]
  /** The generation whose index knows the new places; absent when nothing was healed. */
  readonly generation?: number
}

const attempts = 5

/**
 * Tries for each damaged blob the items that need it, newest first, until one gives the same bytes: the blob's id proves it. The new places
 * become known by a root of maintenance, so that every snapshot finds them. Each healed content is read back before it is called healed.
 * @throws {GenerationTaken} backups commit all the time; nothing is lost, try again
 */
export async function healBlobs(drive: DriveVault, damaged: readonly string[], refetch: Refetch, sessionId: string): Promise<Healing> {
  const writer = await drive.writer(sessionId)
  const needs = await needsOf(drive, new Map(damaged.map((blobId) => [blobId, [blobId]])))
  const again = new Map<string, { readonly content: ContentRef; readonly gen: number }>()
  const lost: { blobId: string; reason: string }[] = []
  for (const blobId of damaged) {
    if (again.has(blobId)) continue
    const items = (needs.get(blobId)?.items ?? []).toSorted((one, other) => other.to - one.to)
    let reason = 'no snapshot needs it'
    for (const { itemId, to } of items) {
      const row = await (await drive.snapshot(to)).row(itemId)
      if (!row?.content) continue
      const stored = await storeAgain(writer, row, row.content, refetch)
      if (stored === 'stored') {
        for (const segment of row.content.segments) again.set(segment.blobId, { content: row.content, gen: to })
        break
      }
      reason = stored
    }
    if (!again.has(blobId)) lost.push({ blobId, reason })
  }
  const entries = (await writer.flush()).flatMap((container) => container.entries).filter(({ blobId }) => again.has(blobId))
  if (entries.length === 0) return { healed: [], lost, entries: [] }
  const generation = await announce(drive, sessionId, entries)
  for (const { content, gen } of new Set(again.values())) await readBack(drive, content, gen)
  return { healed: damaged.filter((blobId) => again.has(blobId)), lost, entries, generation }
}

async function storeAgain(
  writer: Awaited<ReturnType<DriveVault['writer']>>,
  row: ManifestRow,
  content: ContentRef,
  refetch: Refetch,
): Promise<'stored' | (string & {})> {
  const fetched = await refetch(row)
  if ('reason' in fetched) return fetched.reason
  const mimeType = content.exportMimeType ?? row.mimeType
  const stored = await writer.putBlob(fetched.stream, { mimeType, md5: false, expectedSize: content.size })
  return stored.blobId === content.blobId ? 'stored' : 'other bytes came than those that were stored'
}

async function announce(drive: DriveVault, sessionId: string, places: readonly BlobEntry[]): Promise<number> {
  for (let attempt = 1; ; attempt++) {
    const parentGen = (await drive.latestRoot())?.gen ?? 0
    try {
      return (await drive.maintain({ sessionId, parentGen, places })).gen
    } catch (error) {
      if (!(error instanceof GenerationTaken) || attempt === attempts) throw error
    }
  }
}

async function readBack(drive: DriveVault, content: ContentRef, gen: number): Promise<void> {
  let bytes = 0
  for await (const chunk of (await drive.snapshot(gen)).readBlob(content)) bytes += chunk.byteLength
  if (bytes !== content.size) throw new IntegrityError(drive.reader.layout.root(gen), `content ${content.blobId} did not come back whole`)
}
