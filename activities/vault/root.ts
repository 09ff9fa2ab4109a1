import type { JsonObject, PermissionGrant } from './manifest-row.ts'

/** One committed snapshot of one drive. It exists when, and only when, its object `snap/<gen>.root` does. */
export type Root = {
  /** 1, 2, 3, … without gaps. */
  readonly gen: number
  /** `gen - 1`; 0 when this is the first. */
  readonly parentGen: number
  /** {@link Root.hash} of the parent: the chain that makes a rewritten history visible (P2). Null for the first. */
  readonly parentHash: string | null
  /** SHA-256 of the root object as stored, hex. Not stored in itself. */
  readonly hash: string
  readonly accountId: string
  readonly driveId: string
  /** Set when no backup made this generation (garbage collection, a heal): the state is that of the one before, and nobody restores from it. */
  readonly maintenance?: true
  /** The session that wrote it, for the ledger. */
  readonly sessionId: string
  /** Where the next incremental run begins in Drive's change feed; inside the root, so that it survives the loss of the database. */
  readonly pageToken: string
  /** RFC 3339 in UTC: when the run took its view of the drive. */
  readonly time: string
  readonly counts: RunCounts
  /** Items of the run by outcome: `stored`, or `<status>:<reason>`. */
  readonly histogram: Readonly<Record<string, number>>
  readonly drive: DriveRecord
  /** SHA-256 over the whole merged state; present when this commit wrote a base. `Snapshot.stateHash()` computes it always. */
  readonly stateHash: string | null
  /** SHA-256 over the changes of this run, in order. */
  readonly deltaHash: string
  /** Manifest segments, oldest first: the complete state at some generation, and the changes since. */
  readonly base: readonly SegmentRef[]
  readonly deltas: readonly SegmentRef[]
  /** Index segments, oldest first. Together they locate every blob that this snapshot can need. */
  readonly idx: readonly SegmentRef[]
  /** What wrote it, for example `backstop/0.1.0`. */
  readonly engine: string
  /** Generations that were given up on purpose, in order, all before this one. Each root repeats those of its parent. */
  readonly expired?: readonly ExpiredRange[]
  /** The last collection of garbage that had its candidates taken out of the index of this root; a database that knows only an older one is out of date. */
  readonly gcEpoch?: number
}

/** The generations `from` to `to`, which may be missing. */
export type ExpiredRange = {
  readonly from: number
  readonly to: number
  /** What the root of `from` names as its parent, and the hash of the root of `to`: the chain goes on across the gap. */
  readonly parentHash: string | null
  readonly lastHash: string
}

/** Conservation law (P10): listed = stored + metadataOnly + skipped + failed. `removed` and `bytes` are beside it. */
export type RunCounts = {
  readonly listed: number
  readonly stored: number
  readonly metadataOnly: number
  readonly skipped: number
  readonly failed: number
  readonly removed: number
  /** Content bytes fetched in this run. */
  readonly bytes: number
}

/** The drive itself: what `drives.get` and `permissions.list` of the drive say. */
export type DriveRecord = {
  readonly name: string
  readonly createdTime?: string
  readonly hidden?: boolean
  readonly orgUnitId?: string
  readonly colorRgb?: string
  readonly themeId?: string
  readonly restrictions?: JsonObject
  readonly members?: readonly PermissionGrant[]
}

/** One immutable sorted segment, as the root names it. */
export type SegmentRef = {
  /** SHA-256 of the object as stored, hex; its name. */
  readonly sha256: string
  /** The id inside the object that its frames are bound to, 32 hex digits. */
  readonly containerId: string
  readonly versionId?: string
  readonly sizeBytes: number
  /** Records in it, and the first and last of their keys, so that a reader opens only the segments that it needs. */
  readonly rows: number
  readonly firstKey: string
  readonly lastKey: string
}
