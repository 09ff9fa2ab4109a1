/**
 * What the rest of the program knows of Google Drive: its resources in Drive's own field names, times as RFC 3339 strings, sizes as numbers.
 * A field that Drive did not send is absent. Every text in them is hostile.
 */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject
export type JsonObject = { readonly [key: string]: Json }

export const folderMimeType = 'application/vnd.google-apps.folder'
export const shortcutMimeType = 'application/vnd.google-apps.shortcut'

/** Folders, shortcuts, Docs, Sheets and the like: nothing of them can be downloaded as it is; some can be exported. */
export const isGoogleNative = (mimeType: string): boolean => mimeType.startsWith('application/vnd.google-apps.')

export type DriveUser = { readonly displayName?: string; readonly emailAddress?: string }

/** A file, folder, shortcut or Google-native document of a shared drive, with the fields of `shared/spec/drive.md`, "Full listing". */
export type DriveItem = {
  readonly id: string
  readonly name: string
  readonly mimeType: string
  /** Exactly one on a shared drive: a folder, or the drive itself at the top. Absent when the caller may not see it. */
  readonly parents?: readonly string[]
  readonly driveId?: string
  /** Bytes. Absent for folders and shortcuts. */
  readonly size?: number
  /** Lower-case hex. Absent for Google-native files; `sha256Checksum` is "if available". */
  readonly md5Checksum?: string
  readonly sha256Checksum?: string
  readonly headRevisionId?: string
  /** An int64 as a decimal string: grows with every change that the server knows of, seen by the user or not. */
  readonly version?: string
  readonly createdTime?: string
  readonly modifiedTime?: string
  readonly trashed: boolean
  readonly explicitlyTrashed?: boolean
  readonly trashedTime?: string
  readonly shortcutDetails?: { readonly targetId: string; readonly targetMimeType?: string; readonly targetResourceKey?: string }
  /** Whether the item has direct grants: only then do {@link DriveSource.grants} find something. */
  readonly hasAugmentedPermissions?: boolean
  readonly permissionIds?: readonly string[]
  /** A limited-access folder: only direct grants and the drive's organizers reach it. */
  readonly inheritedPermissionsDisabled?: boolean
  readonly copyRequiresWriterPermission?: boolean
  readonly downloadRestrictions?: JsonObject
  readonly contentRestrictions?: readonly JsonObject[]
  readonly description?: string
  readonly folderColorRgb?: string
  readonly properties?: Readonly<Record<string, string>>
  /** Those of this program's own OAuth client; those of other apps are invisible. */
  readonly appProperties?: Readonly<Record<string, string>>
  readonly labelInfo?: { readonly labels?: readonly JsonObject[] }
  readonly lastModifyingUser?: DriveUser
  readonly originalFilename?: string
  readonly resourceKey?: string
  /** Present when the content is encrypted on the customer's side: Drive hands out ciphertext only, or nothing. */
  readonly clientEncryptionDetails?: JsonObject
  readonly exportLinks?: Readonly<Record<string, string>>
  readonly capabilities?: { readonly canDownload?: boolean; readonly canListChildren?: boolean; readonly canReadRevisions?: boolean }
  readonly webViewLink?: string
}

/** A shared drive. */
export type DriveInfo = {
  readonly id: string
  readonly name: string
  readonly createdTime?: string
  readonly hidden?: boolean
  readonly colorRgb?: string
  readonly themeId?: string
  /** Only seen with domain-wide administrator access. */
  readonly orgUnitId?: string
  readonly restrictions?: JsonObject
  readonly capabilities?: Readonly<Record<string, boolean>>
}

/** Who may do what. On a drive itself: its members. On an item: only what was granted there, nothing inherited. */
export type Grant = {
  readonly id?: string
  readonly type: 'user' | 'group' | 'domain' | 'anyone'
  /** organizer · fileOrganizer · writer · commenter · reader */
  readonly role: string
  readonly emailAddress?: string
  readonly domain?: string
  readonly displayName?: string
  readonly allowFileDiscovery?: boolean
  readonly expirationTime?: string
  /** `published` or `metadata`; absent for ordinary grants. */
  readonly view?: string
  /** The account behind the address is gone. */
  readonly deleted?: boolean
  readonly pendingOwner?: boolean
  readonly inheritedPermissionsDisabled?: boolean
}

/** What people have said about a file. Authors have no address: Google does not tell it. */
export type Comment = Remark & {
  /** Where in the file it belongs, in words of Google's that mean something in that file only. */
  readonly anchor?: string
  readonly quotedFileContent?: JsonObject
  readonly resolved?: boolean
  readonly replies?: readonly Reply[]
}

export type Reply = Remark & {
  /** `resolve` or `reopen`, when the reply did that. */
  readonly action?: string
}

type Remark = {
  readonly id?: string
  readonly content?: string
  readonly createdTime?: string
  readonly modifiedTime?: string
  readonly author?: DriveUser
}

/** One entry of the change feed. Drive keeps the newest entry of an item only. */
export type Change =
  | {
      readonly type: 'item'
      readonly itemId: string
      /** Deleted, moved out, or access lost: the feed does not tell which. */
      readonly removed: boolean
      readonly time?: string
      /** The item as it is now; also when it is trashed. Absent when removed. */
      readonly item?: DriveItem
    }
  | { readonly type: 'drive'; readonly driveId: string; readonly removed: boolean; readonly time?: string; readonly drive?: DriveInfo }
