/** The interface of the vault engine: what the rest of the program codes against. `openVault` returns it. */
import type { ContentRef, ContentSegment, ManifestChange, ManifestRow } from './manifest-row.ts'
import type { DriveReader } from './read/drive-reader.ts'
import type { DriveRecord, Root, RunCounts } from './root.ts'

/** The vault of one account in one store. */
export interface Vault {
  readonly accountId: string
  /** The part of the vault that holds one drive. Cheap; nothing is read or written until it is used. */
  drive(driveId: string): DriveVault
}

export interface DriveVault {
  readonly driveId: string
  /** Reading below this interface, for what checks, rebuilds and tidies the vault itself. */
  readonly reader: DriveReader
  /** The newest committed root, which the next run starts from; it may be one of maintenance. Nothing when there is none yet. @throws {IntegrityError} */
  latestRoot(): Promise<Root | undefined>
  /** The newest snapshot that a person would ask for: {@link latestRoot} without maintenance. @throws {IntegrityError} */
  latestSnapshot(): Promise<Root | undefined>
  /** @throws {NotFound} no such generation @throws {IntegrityError} it is there but not as it was written */
  root(gen: number): Promise<Root>
  /**
   * All committed snapshots that were not given up, oldest first, each verified, and that each names the one before it by hash. Those of
   * maintenance are checked too, but handed on only when asked for. @throws {IntegrityError}
   */
  roots(options?: { readonly maintenance?: boolean }): AsyncIterable<Root>
  /**
   * Proves that history was neither cut nor rewritten: walks {@link roots}; when `head` is given (a root's gen and hash that the caller
   * remembers), that root must still be there unchanged. @throws {IntegrityError} it names the root that is missing or differs
   */
  audit(head?: { readonly gen: number; readonly hash: string }): Promise<{ readonly gen: number; readonly hash: string } | undefined>
  /** Stores content. One writer a session and activity; blobs of a writer that never flushed are garbage, never damage. */
  writer(sessionId: string, options?: WriterOptions): Promise<BlobWriter>
  /**
   * Makes the run visible as generation `parentGen + 1`, in one atomic step, after everything it names is durable.
   * @throws {GenerationTaken} another writer was first; nothing of this commit is visible
   * @throws {InvalidInput} rows or blob entries are out of order
   */
  commit(request: CommitRequest): Promise<Root>
  /**
   * Consumes the generation `parentGen + 1` with a root that has its parent's state: no writer that started from the parent or before can
   * commit any more. Gives generations up (`expire`), or replaces the index, on the way. Idempotent by the session.
   * @throws {GenerationTaken} another writer was first; nothing of this is visible
   * @throws {InvalidInput} there is no parent, or a range of `expire` cannot be given up
   */
  maintain(request: MaintenanceRequest): Promise<Root>
  /** Opens a committed snapshot for reading. @throws {NotFound} no such generation @throws {IntegrityError} */
  snapshot(gen: number): Promise<Snapshot>
}

export type WriterOptions = {
  /** Plaintext and sealed bytes held in memory at once, over all concurrent `putBlob`s of this writer. Default 64 MiB, at least 48 MiB. */
  readonly maxBytesInFlight?: number
  /** Finds a blob that the drive's vault holds already, so that it is not stored twice. */
  readonly known?: (blobId: string) => Promise<BlobEntry | undefined>
}

/** Safe for concurrent use (about eight `putBlob`s at once pay). */
export interface BlobWriter {
  /**
   * Reads `source` once, to its end, with bounded memory. The content is durable only when a later {@link flush} has resolved.
   * When `source` throws, nothing of it is referenced and the same error is thrown; the writer stays usable.
   */
  putBlob(source: AsyncIterable<Uint8Array>, options: PutOptions): Promise<ContentRef>
  /**
   * Resolves when all content put before is durable. Returns what became durable since the last flush; journal it, then pass the
   * entries to `commit`. Rejects with the first failure of a background upload; the writer is then of no further use.
   */
  flush(): Promise<readonly DurableContainer[]>
}

export type PutOptions = {
  /** Decides whether compression is worth a try. */
  readonly mimeType: string
  /** A hint for memory planning; the truth is what `source` yields. */
  readonly expectedSize?: number
  /** Also compute MD5 (a third of the hashing time), for sources that give no SHA-256. Default true. */
  readonly md5?: boolean
  /**
   * Segments from the start of the content that an earlier attempt made durable. They are read back and hashed before `source` is, which
   * begins right behind them. @throws {IntegrityError} one of them is gone or damaged; `source` has not been touched then
   */
  readonly begun?: readonly DurableSegment[]
  /** Told of each full segment as soon as it is durable, so that a later attempt can begin behind it. The next one waits for it. */
  readonly onSegment?: (durable: DurableSegment) => Promise<void>
}

/** A segment of content that goes on, stored for good. */
export type DurableSegment = { readonly segment: ContentSegment; readonly entry: BlobEntry }

/** A pack or an object that is stored for good, with the blobs it holds. */
export type DurableContainer = {
  /** `packs/<xx>/<id>` or `objs/<xx>/<id>`, below the drive's prefix. */
  readonly container: string
  readonly versionId?: string
  readonly sizeBytes: number
  readonly entries: readonly BlobEntry[]
}

/** Where a blob lies: one record of an index segment. */
export type BlobEntry = {
  /** HMAC-SHA256 of the plaintext's SHA-256 under the drive's id key, 64 hex digits. */
  readonly blobId: string
  readonly container: string
  readonly versionId?: string
  /** Of the sealed bytes in the container. */
  readonly offset: number
  readonly length: number
  /** Number of the blob's first frame within the container. */
  readonly frame: number
  /** Plaintext bytes. */
  readonly size: number
}

export type CommitRequest = {
  readonly sessionId: string
  /** The generation that the run started from; 0 for the first. */
  readonly parentGen: number
  /** `full`: the rows are the whole state and replace all before. `delta` (default): they change the parent's state. */
  readonly mode?: 'full' | 'delta'
  /** In ascending byte order of the id, each id once. */
  readonly rows: AsyncIterable<ManifestChange>
  /** The entries of this run. An array may be in any order; an iterable must ascend by blob id (repeats are dropped). */
  readonly blobEntries: readonly BlobEntry[] | AsyncIterable<BlobEntry>
  readonly pageToken: string
  /** When the run took its view of the drive. */
  readonly time: Date
  readonly counts: RunCounts
  readonly histogram: Readonly<Record<string, number>>
  readonly drive: DriveRecord
  /** The state is the parent's, only stored anew: the root is not shown as a snapshot. */
  readonly maintenance?: true
  /** Called when everything is durable and only the root is missing. What it throws, `commit` throws, and nothing is visible. */
  readonly beforeRoot?: () => Promise<void>
}

export type MaintenanceRequest = {
  readonly sessionId: string
  /** At least 1: there is nothing to maintain before the first snapshot. */
  readonly parentGen: number
  /** Generations to give up, in ranges of which no two touch; all before `parentGen`, none given up before. */
  readonly expire?: readonly { readonly from: number; readonly to: number }[]
  /** Places that go before those which the index has now: of blobs that were damaged and are stored again. In any order. */
  readonly places?: readonly BlobEntry[]
  /** Which collection of garbage this fences writers for, and which blobs it takes out of the index: those whose container will go. */
  readonly gc?: { readonly epoch: number; readonly drops: (entry: BlobEntry) => boolean }
}

/** A committed state of the drive. Reading is streaming and verified; memory does not grow with the drive. */
export interface Snapshot {
  readonly root: Root
  /** Rows in ascending order of id: those after `after`, and, when given, those whose id begins with one of `prefixes`. */
  rows(options?: { readonly after?: string; readonly prefixes?: readonly string[] }): AsyncIterable<ManifestRow>
  /** One row by point reads, or nothing when the item is not in the snapshot. */
  row(id: string): Promise<ManifestRow | undefined>
  /**
   * The stored bytes, or `[start, end)` of them. Every frame is verified before it is yielded; read whole, the last chunk comes only
   * after SHA-256 and size have been compared too. @throws {IntegrityError}
   */
  readBlob(content: ContentRef, range?: { readonly start?: number; readonly end?: number }): AsyncIterable<Uint8Array>
  /** Where a blob lies, or nothing when no index segment of this snapshot knows it. */
  locate(blobId: string): Promise<BlobEntry | undefined>
  /** SHA-256 over the merged canonical rows, hex: equal before and after compaction and after a rebuild. */
  stateHash(): Promise<string>
}
