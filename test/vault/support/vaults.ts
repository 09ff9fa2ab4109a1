/** Vaults in memory and builders of what goes into them. */
import { createCipheriv, createHash } from 'node:crypto'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  AlreadyExists,
  type CommitRequest,
  type DriveVault,
  localKeyFile,
  type ManifestRow,
  NotFound,
  type ObjectStore,
  openVault,
  type Vault,
} from '../../../activities/vault/index.ts'
import { checkKey, checkPrefix } from '../../../activities/vault/store/object-key.ts'
import { withoutVersions } from '../../../activities/vault/store/without-versions.ts'
import { systemClock } from '../../../db/kit/clock.ts'
import { systemRandom } from '../../../db/kit/random.ts'

export type MemoryStore = ObjectStore & { readonly objects: Map<string, Uint8Array> }

/** An object store whose objects a test can look at and damage. Passes the contract suite. */
export function memoryStore(objects = new Map<string, Uint8Array>()): MemoryStore {
  const written = new WeakMap<Uint8Array, Date>()
  const create = async (key: string, body: Uint8Array) => {
    if (objects.has(checkKey(key))) throw new AlreadyExists(`There is already an object ${key}.`)
    const kept = Buffer.from(body)
    objects.set(key, kept)
    written.set(kept, systemClock.now())
    return { key, sizeBytes: body.byteLength }
  }
  const find = (key: string) => {
    const body = objects.get(checkKey(key))
    if (!body) throw new NotFound(`There is no object ${key}.`)
    return body
  }
  const stat = async ({ key }: { readonly key: string }) => {
    const body = find(key)
    return { key, sizeBytes: body.byteLength, lastModified: written.get(body) ?? new Date(0) }
  }
  async function* list(prefix: string, { startAfter = '' }: { readonly startAfter?: string } = {}) {
    checkPrefix(prefix)
    for (const key of [...objects.keys()].sort()) if (objects.has(key) && key.startsWith(prefix) && key > startAfter) yield stat({ key })
  }
  return {
    name: 'memory',
    ...withoutVersions({ list, stat }),
    objects,
    create,
    createFrom: async (key, body) => create(checkKey(key), await collect(body)),
    read: async ({ key }, range) => Buffer.from(find(key).subarray(range?.start ?? 0, range?.end)),
    stat,
    list,
    abortUnfinished: async () => 0,
    remove: async ({ key }) => {
      objects.delete(checkKey(key))
    },
  }
}

/** One key file for all tests of a file: the key is not what they are about. */
export const testKms = localKeyFile({ path: join(mkdtempSync(join(tmpdir(), 'backstop-key-')), 'account.key'), random: systemRandom })

export function openTestVault(store: ObjectStore, accountId = 'acme'): Promise<Vault> {
  return openVault({ store, kms: testKms, accountId, clock: systemClock, random: systemRandom })
}

export async function openTestDrive(store: ObjectStore, driveId = '0AFinance'): Promise<DriveVault> {
  return (await openTestVault(store)).drive(driveId)
}

export async function collect(source: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const parts: Uint8Array[] = []
  for await (const part of source) parts.push(Buffer.from(part))
  return Buffer.concat(parts)
}

export async function all<T>(source: AsyncIterable<T>): Promise<T[]> {
  const items: T[] = []
  for await (const item of source) items.push(item)
  return items
}

export async function* stream<T>(items: Iterable<T>): AsyncIterable<T> {
  yield* items
}

/** Bytes that no compressor shrinks, the same for the same seed. */
export function noise(size: number, seed: number | string): Buffer {
  const key = createHash('sha256').update(String(seed)).digest()
  return createCipheriv('aes-256-ctr', key, Buffer.alloc(16)).update(Buffer.alloc(size))
}

/** `bytes` in chunks of the sizes that a download might have. */
export async function* chunked(bytes: Uint8Array, chunkBytes = 65_536): AsyncIterable<Uint8Array> {
  for (let at = 0; at < bytes.byteLength; at += chunkBytes) yield bytes.subarray(at, at + chunkBytes)
}

export function row(id: string, over: Partial<ManifestRow> = {}): ManifestRow {
  return { id, parentId: '0AFinance', name: `File ${id}`, mimeType: 'text/plain', version: '7', outcome: { status: 'stored' }, ...over }
}

export function request(over: Partial<CommitRequest> = {}): CommitRequest {
  return {
    sessionId: 'session-1',
    parentGen: 0,
    rows: stream([]),
    blobEntries: [],
    pageToken: '1',
    time: new Date('2026-03-01T12:00:00Z'),
    counts: { listed: 0, stored: 0, metadataOnly: 0, skipped: 0, failed: 0, removed: 0, bytes: 0 },
    histogram: {},
    drive: { name: 'Finance' },
    ...over,
  }
}

/** Stores the files and commits them as rows of their ids, on top of `parentGen`. */
export async function backUp(
  drive: DriveVault,
  parentGen: number,
  files: Readonly<Record<string, Uint8Array>>,
  sessionId = `run-${parentGen + 1}`,
) {
  const writer = await drive.writer(sessionId)
  const rows: ManifestRow[] = []
  for (const id of Object.keys(files).sort()) {
    const bytes = files[id] ?? Buffer.alloc(0)
    rows.push(
      row(id, {
        size: bytes.byteLength,
        content: await writer.putBlob(chunked(bytes), { mimeType: 'text/plain', expectedSize: bytes.byteLength }),
      }),
    )
  }
  const blobEntries = (await writer.flush()).flatMap(({ entries }) => entries)
  return drive.commit(request({ sessionId, parentGen, rows: stream(rows), blobEntries, pageToken: String(parentGen + 1) }))
}

/** Everything that a snapshot holds, as bytes by id. */
export async function contentsOf(drive: DriveVault, gen: number): Promise<Record<string, Buffer>> {
  const snapshot = await drive.snapshot(gen)
  const contents: Record<string, Buffer> = {}
  for await (const { id, content } of snapshot.rows()) if (content) contents[id] = await collect(snapshot.readBlob(content))
  return contents
}
