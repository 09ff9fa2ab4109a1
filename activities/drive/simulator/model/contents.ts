/** Which bytes belong to which revision of an item, and their checksums. */
import { createHash } from 'node:crypto'
import type { ContentStore } from './content-store.ts'
import { digestGenerated, type GeneratedContent, generatedChunks } from './generated-content.ts'
import { revisionId } from './ids.ts'
import type { Bytes } from './requests.ts'
import { type Item, isBlob, isNative, type RevisionState, type World } from './state.ts'

/** The head as a revision: it has no record of its own, because most files never get a second one. */
export function headRevision(item: Item): RevisionState {
  const { stored, noise, origin, keep } = item.more ?? {}
  return {
    n: item.revision,
    at: item.modifiedAt,
    by: item.modifiedBy,
    mime: item.mime,
    size: item.size,
    name: item.more?.originalName ?? item.name,
    ...(stored && { stored }),
    ...(noise && { noise }),
    ...(origin && { origin }),
    ...(keep && { keep }),
  }
}

/** Google-native documents number their revisions, blobs have opaque ids. */
export const revisionName = (item: Item, n: number): string => (isNative(item) ? String(n) : revisionId(item.id, n))

/** Every revision that still exists, oldest first. */
export const revisionsOf = (item: Item): readonly RevisionState[] => [...(item.more?.past ?? []), headRevision(item)]

export function generatedOf(world: World, item: Item, revision: RevisionState): GeneratedContent {
  const { id, n } = revision.origin ?? { id: item.id, n: revision.n }
  return { seed: world.seed, id, revision: n, size: revision.size, mime: revision.mime, noise: revision.noise }
}

/** sha256 and md5 of the head of a blob, in hex. Computed at most once per head. */
export function headSums(world: World, item: Item): { readonly sha256: string; readonly md5: string } | undefined {
  if (!isBlob(item)) return undefined
  const stored = item.more?.stored
  if (stored) return stored
  if (item.sums === '') item.sums = digestGenerated(generatedOf(world, item, headRevision(item)))
  const bytes = Buffer.from(item.sums, 'latin1')
  return { sha256: bytes.toString('hex', 0, 32), md5: bytes.toString('hex', 32) }
}

export function headSha1(world: World, item: Item): string | undefined {
  if (!isBlob(item)) return undefined
  if (item.more?.stored) return item.more.stored.sha1
  const hash = createHash('sha1')
  for (const chunk of generatedChunks(generatedOf(world, item, headRevision(item)))) hash.update(chunk)
  return hash.digest('hex')
}

export function md5Of(world: World, item: Item, revision: RevisionState): string {
  if (revision.n === item.revision) return headSums(world, item)?.md5 ?? ''
  if (revision.stored) return revision.stored.md5
  return Buffer.from(digestGenerated(generatedOf(world, item, revision)).slice(32), 'latin1').toString('hex')
}

/** The bytes of a revision as a stream, from wherever they come. */
export function bytesOf(world: World, store: ContentStore, item: Item, revision: RevisionState): Bytes {
  const { stored } = revision
  const generated = generatedOf(world, item, revision)
  const sums = revision.n === item.revision ? headSumsKnown(world, item) : stored
  return {
    size: revision.size,
    mimeType: revision.mime,
    filename: revision.name,
    md5: sums?.md5,
    sha256: sums?.sha256,
    read: (range) => (stored ? store.read(stored.sha256, range) : stream(generated, range)),
  }
}

/** Checksums that are already known: sending bytes is no reason to compute them. */
function headSumsKnown(world: World, item: Item) {
  return item.more?.stored || item.sums !== '' ? headSums(world, item) : undefined
}

async function* stream(content: GeneratedContent, range?: { readonly start: number; readonly end: number }): AsyncIterable<Uint8Array> {
  yield* generatedChunks(content, range?.start, range?.end)
}

const searchBytes = 64 * 1024

/** Text for `fullText contains`: the name, the description and, for text files, the first 64 KiB. */
export function searchText(world: World, store: ContentStore, item: Item, nativeText: (item: Item) => string): string {
  const head = `${item.name}\n${item.more?.description ?? ''}\n`
  if (isNative(item)) return head + nativeText(item)
  if (!item.mime.startsWith('text/') || item.more?.encryption) return head
  const stored = item.more?.stored
  if (stored) return head + Buffer.from(store.peek(stored.sha256, searchBytes)).toString('utf8')
  const chunks = [...generatedChunks(generatedOf(world, item, headRevision(item)), 0, Math.min(item.size, searchBytes))]
  return head + Buffer.concat(chunks).toString('utf8')
}
