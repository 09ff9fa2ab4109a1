/** One item of a drive as a snapshot knows it. Field names follow Drive API v3; encoding: `docs/VAULT-FORMAT.md`, "Rows". */

export type ManifestRow = {
  /** Drive's file id: 1 to 256 printable ASCII characters. Rows are sorted by it, in byte order. */
  readonly id: string
  /** The parent folder, or the drive's id at the top; absent when Drive names none. */
  readonly parentId?: string
  /** As Drive has it: hostile text, may be empty, not unique among siblings. */
  readonly name: string
  readonly mimeType: string
  /** Bytes that Drive reports; absent for folders and shortcuts. */
  readonly size?: number
  /** RFC 3339, as Drive gave it. */
  readonly createdTime?: string
  readonly modifiedTime?: string
  readonly trashedTime?: string
  /** Drive's int64 version, as a decimal string. */
  readonly version?: string
  readonly headRevisionId?: string
  readonly originalFilename?: string
  /** What Drive claims of its head revision, lower-case hex. What we stored is in `content`. */
  readonly md5Checksum?: string
  readonly sha256Checksum?: string
  readonly flags?: ItemFlags
  readonly shortcut?: { readonly targetId: string; readonly targetMimeType?: string; readonly targetResourceKey?: string }
  /** Direct grants only; inherited ones are found on the parents and on the drive. Absent = not read, empty = none. */
  readonly permissions?: readonly PermissionGrant[]
  readonly description?: string
  readonly properties?: Readonly<Record<string, string>>
  readonly appProperties?: Readonly<Record<string, string>>
  readonly folderColorRgb?: string
  readonly contentRestrictions?: readonly JsonObject[]
  readonly downloadRestrictions?: JsonObject
  readonly labels?: readonly JsonObject[]
  readonly lastModifyingUser?: { readonly emailAddress?: string; readonly displayName?: string }
  readonly resourceKey?: string
  /** What people have said about the file, oldest first, with their replies. Absent = not read, empty = nothing. */
  readonly comments?: readonly JsonObject[]
  /** So many of the oldest comments were left out, because a row cannot hold them. */
  readonly commentsOmitted?: number
  /** The bytes that the vault holds for this item. With outcome `failed` it may be those of an earlier version. */
  readonly content?: ContentRef
  readonly outcome: ItemOutcome
}

/** Only flags that are set are present. */
export type ItemFlags = {
  readonly trashed?: true
  readonly explicitlyTrashed?: true
  /** A limited-access folder. */
  readonly inheritedPermissionsDisabled?: true
  readonly copyRequiresWriterPermission?: true
  readonly hasAugmentedPermissions?: true
  readonly clientEncrypted?: true
  readonly writersCanShare?: true
  readonly viewedAsAbusive?: true
}

export type PermissionGrant = {
  readonly id?: string
  readonly type: 'user' | 'group' | 'domain' | 'anyone'
  readonly role: string
  readonly emailAddress?: string
  readonly domain?: string
  readonly displayName?: string
  readonly allowFileDiscovery?: boolean
  readonly expirationTime?: string
  readonly view?: string
  readonly pendingOwner?: boolean
  readonly inheritedPermissionsDisabled?: boolean
}

/** Stored bytes: the concatenation of `segments`, each found through the index by its blob id. */
export type ContentRef = {
  /** Keyed id of the whole content, 64 hex digits; equals the segment's id when there is one. */
  readonly blobId: string
  readonly size: number
  /** Of the whole content, lower-case hex. */
  readonly sha256: string
  readonly md5?: string
  readonly segments: readonly ContentSegment[]
  /** For Google-native files: the format that was exported. */
  readonly exportMimeType?: string
  /** For exports whose bytes are not stable: a digest of what matters in them, to tell a new version from a new export. */
  readonly canonicalDigest?: string
}

export type ContentSegment = { readonly blobId: string; readonly size: number }

/** What became of the item in the run that wrote the row. `reason` is a stable code such as `cannotDownload`. */
export type ItemOutcome =
  /** `parentUnseen`: stored whole, but no folder that the listing shows holds it. */
  | { readonly status: 'stored'; readonly reason?: 'parentUnseen' }
  | { readonly status: 'metadata-only' | 'skipped' | 'failed'; readonly reason: string }

/** The item is gone (deleted, moved out, or access lost) as of this generation. */
export type Tombstone = { readonly id: string; readonly removed: true }

export type ManifestChange = ManifestRow | Tombstone

export type Json = null | boolean | number | string | readonly Json[] | JsonObject
export type JsonObject = { readonly [key: string]: Json }
