/** Arguments of the model's operations, in Drive v3's own field names. */
import type { StoredContent } from './content-store.ts'
import type { ContentRestriction, DownloadRestriction, File, PrincipalType, Role } from './resources.ts'

/** Who asks. Scopes are checked by the wire; the model only looks at `email` and, with `useDomainAdminAccess`, at `domainAdmin`. */
export type Actor = {
  readonly email: string
  readonly domainAdmin?: boolean
  readonly scopes?: readonly string[]
  /** The client id: `appProperties` of other apps are invisible. */
  readonly app?: string
}

export type AdminAccess = { readonly useDomainAdminAccess?: boolean | undefined }
export type WithLabels = { readonly includeLabels?: readonly string[] | undefined }
export type Page = { readonly pageSize?: number | undefined; readonly pageToken?: string | undefined }

/** A person or group that the practice domain knows. Unknown addresses are external people. */
export type Person = { readonly email: string; readonly name: string; readonly admin: boolean }
export type Group = { readonly email: string; readonly name: string; readonly members: readonly string[] }
export type Directory = { readonly domain: string; readonly people: readonly Person[]; readonly groups: readonly Group[] }

/** Switches that the fault plan and tests turn while the model runs. */
export type Knobs = {
  /** Life of a files.list page token. Google: "typically valid for several hours". */
  listTokenTtlMs: number
  /** When set, change tokens older than this (by position) are rejected; they never expire otherwise. */
  minChangeToken?: number | undefined
  itemLimit: number
  maxDepth: number
  exportLimitBytes: number
  trashTtlMs: number
  /** Direct grants that one person may make before sharingRateLimitExceeded; undefined = no limit. */
  sharingLimit?: number | undefined
}

/** Writable fields of a file. A `null` in the property maps clears the pair; other nulls clear the field. */
export type FileBody = {
  readonly id?: string | undefined
  readonly name?: string | undefined
  readonly mimeType?: string | undefined
  readonly parents?: readonly string[] | undefined
  readonly description?: string | null | undefined
  readonly starred?: boolean | undefined
  readonly trashed?: boolean | undefined
  readonly createdTime?: string | undefined
  readonly modifiedTime?: string | undefined
  readonly originalFilename?: string | undefined
  readonly folderColorRgb?: string | null | undefined
  readonly properties?: Readonly<Record<string, string | null>> | undefined
  readonly appProperties?: Readonly<Record<string, string | null>> | undefined
  readonly shortcutDetails?: { readonly targetId?: string | undefined } | undefined
  readonly inheritedPermissionsDisabled?: boolean | undefined
  readonly copyRequiresWriterPermission?: boolean | undefined
  readonly writersCanShare?: boolean | undefined
  readonly downloadRestrictions?: { readonly itemDownloadRestriction?: DownloadRestriction | undefined } | undefined
  readonly contentRestrictions?: readonly Partial<ContentRestriction>[] | undefined
}

/** Uploaded bytes that are already in the content store, with the media type that the uploader named. */
export type Media = { readonly content: StoredContent; readonly mimeType?: string | undefined }

/** Bytes to be sent: a generated stream, stored content, or an export. */
export type Bytes = {
  readonly size: number
  readonly mimeType: string
  readonly filename: string
  readonly md5?: string | undefined
  readonly sha256?: string | undefined
  /** Bytes `[start, end)`; the whole when absent. Chunks are at most 64 KiB… 1 MiB and are the caller's to keep. */
  read(range?: { readonly start: number; readonly end: number }): AsyncIterable<Uint8Array>
}

export type ListFiles = Page &
  WithLabels & {
    /** `user` (default): what is shared with the actor, and all of the actor's drives when `includeItemsFromAllDrives`. */
    readonly corpora?: 'user' | 'domain' | 'drive' | 'allDrives' | undefined
    readonly driveId?: string | undefined
    readonly includeItemsFromAllDrives?: boolean | undefined
    /** From the q parser; called with the same lazy view that is returned. Absent = everything, including trash. */
    readonly matches?: ((file: File) => boolean) | undefined
    /** Hint from the q parser: q implies `'<id>' in parents` for this one folder or drive, so only its children need a look. */
    readonly parentId?: string | undefined
    /** Hint: q implies `sharedWithMe`. */
    readonly sharedWithMe?: boolean | undefined
    /** Negative, zero or positive like a sort comparator. Absent = the model's own stable order, in O(page). */
    readonly compare?: ((a: File, b: File) => number) | undefined
    /** Anything that must be the same on every page (q, orderBy, corpora …); a token of another query is rejected as Google does. */
    readonly fingerprint?: string | undefined
  }

export type FilePage = { readonly files: readonly File[]; readonly nextPageToken?: string | undefined; readonly incompleteSearch: boolean }

export type PermissionBody = {
  readonly type?: PrincipalType | undefined
  readonly role?: Role | 'owner' | undefined
  readonly emailAddress?: string | undefined
  readonly domain?: string | undefined
  readonly allowFileDiscovery?: boolean | undefined
  readonly expirationTime?: string | undefined
  readonly view?: string | undefined
}

export type LabelModification = {
  readonly labelId: string
  readonly removeLabel?: boolean | undefined
  readonly fieldModifications?: readonly {
    readonly fieldId: string
    readonly unsetValues?: boolean | undefined
    readonly setTextValues?: readonly string[] | undefined
    readonly setIntegerValues?: readonly string[] | undefined
    readonly setSelectionValues?: readonly string[] | undefined
    readonly setDateValues?: readonly string[] | undefined
    readonly setUserValues?: readonly string[] | undefined
  }[]
}

export type CommentBody = {
  readonly content?: string | undefined
  readonly anchor?: string | undefined
  readonly quotedFileContent?: { readonly mimeType?: string; readonly value?: string } | undefined
}
export type ReplyBody = { readonly content?: string | undefined; readonly action?: 'resolve' | 'reopen' | undefined }
export type Deleted = { readonly includeDeleted?: boolean | undefined }
