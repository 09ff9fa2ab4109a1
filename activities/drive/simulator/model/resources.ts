/**
 * The resources of Drive v3 in Google's own field names, as far as shared drives use them. Absent means absent on the wire.
 * Times are RFC 3339 with milliseconds, sizes and versions are decimal strings, as Google sends them.
 */
export type User = {
  readonly kind: 'drive#user'
  readonly displayName: string
  readonly emailAddress?: string | undefined
  readonly permissionId: string
  readonly me: boolean
}

export type Role = 'organizer' | 'fileOrganizer' | 'writer' | 'commenter' | 'reader'
export type PrincipalType = 'user' | 'group' | 'domain' | 'anyone'

export type PermissionDetail = {
  readonly permissionType: 'file' | 'member'
  readonly role: Role
  readonly inherited: boolean
  readonly inheritedFrom?: string | undefined
}

export type Permission = {
  readonly kind: 'drive#permission'
  readonly id: string
  readonly type: PrincipalType
  readonly role: Role
  readonly emailAddress?: string | undefined
  readonly displayName?: string | undefined
  readonly domain?: string | undefined
  readonly allowFileDiscovery?: boolean | undefined
  readonly expirationTime?: string | undefined
  readonly deleted?: boolean | undefined
  readonly view?: string | undefined
  readonly inheritedPermissionsDisabled?: boolean | undefined
  readonly permissionDetails?: readonly PermissionDetail[] | undefined
}

export type DownloadRestriction = { readonly restrictedForReaders?: boolean; readonly restrictedForWriters?: boolean }

export type ContentRestriction = {
  readonly readOnly: boolean
  readonly reason?: string | undefined
  readonly ownerRestricted?: boolean | undefined
  readonly restrictingUser?: User | undefined
  readonly restrictionTime?: string | undefined
  readonly type?: 'globalContentRestriction' | undefined
}

export type LabelField = {
  readonly kind: 'drive#labelField'
  readonly id: string
  readonly valueType: 'text' | 'integer' | 'selection' | 'dateString' | 'user'
  readonly text?: readonly string[] | undefined
  readonly integer?: readonly string[] | undefined
  readonly selection?: readonly string[] | undefined
  readonly dateString?: readonly string[] | undefined
  readonly user?: readonly User[] | undefined
}

export type Label = {
  readonly kind: 'drive#label'
  readonly id: string
  readonly revisionId: string
  readonly fields: Readonly<Record<string, LabelField>>
}

/**
 * A file, folder, shortcut or Google-native document as one actor sees it.
 *
 * It is a short-lived view with lazy getters over the model's state: read it in the same tick in which it was returned, and read only the fields that
 * are rendered. `md5Checksum`, `sha1Checksum`, `sha256Checksum`, `capabilities`, `permissionIds` and `exportLinks` cost work when read and nothing when
 * not. The fields are getters, not own properties: use {@link File.toJSON} (or `JSON.stringify`) for the whole resource, never `Object.keys` or a spread.
 */
export type File = {
  readonly kind: 'drive#file'
  readonly id: string
  readonly name: string
  readonly mimeType: string
  readonly parents: readonly string[] | undefined
  readonly driveId: string
  readonly teamDriveId: string
  readonly description: string | undefined
  readonly starred: boolean
  readonly trashed: boolean
  readonly explicitlyTrashed: boolean
  readonly trashedTime: string | undefined
  readonly trashingUser: User | undefined
  readonly createdTime: string
  readonly modifiedTime: string
  readonly modifiedByMe: boolean
  readonly modifiedByMeTime: string | undefined
  readonly viewedByMe: boolean
  readonly version: string
  readonly size: string | undefined
  readonly quotaBytesUsed: string
  readonly headRevisionId: string | undefined
  readonly md5Checksum: string | undefined
  readonly sha1Checksum: string | undefined
  readonly sha256Checksum: string | undefined
  readonly originalFilename: string | undefined
  readonly fileExtension: string | undefined
  readonly fullFileExtension: string | undefined
  readonly spaces: readonly string[]
  readonly webViewLink: string
  readonly webContentLink: string | undefined
  readonly iconLink: string
  readonly hasThumbnail: boolean
  readonly thumbnailVersion: string
  readonly isAppAuthorized: boolean
  readonly exportLinks: Readonly<Record<string, string>> | undefined
  readonly folderColorRgb: string | undefined
  readonly resourceKey: string | undefined
  readonly properties: Readonly<Record<string, string>> | undefined
  readonly appProperties: Readonly<Record<string, string>> | undefined
  readonly shortcutDetails: { readonly targetId: string; readonly targetMimeType: string } | undefined
  readonly lastModifyingUser: User | undefined
  readonly sharingUser: User | undefined
  readonly sharedWithMeTime: string | undefined
  readonly hasAugmentedPermissions: boolean
  readonly permissionIds: readonly string[]
  readonly inheritedPermissionsDisabled: boolean | undefined
  readonly copyRequiresWriterPermission: boolean
  readonly viewersCanCopyContent: boolean
  readonly downloadRestrictions: {
    readonly itemDownloadRestriction: Required<DownloadRestriction>
    readonly effectiveDownloadRestrictionWithContext: Required<DownloadRestriction>
  }
  readonly contentRestrictions: readonly ContentRestriction[] | undefined
  readonly clientEncryptionDetails: Readonly<Record<string, unknown>> | undefined
  readonly linkShareMetadata: { readonly securityUpdateEligible: boolean; readonly securityUpdateEnabled: boolean }
  readonly capabilities: Readonly<Record<string, boolean>>
  /** Only the labels asked for with `includeLabels`; absent when none was asked for. */
  readonly labelInfo: { readonly labels: readonly Label[] } | undefined
  /** Not on the wire: what `fullText contains` searches (indexable text of the content, lower case not applied). Costs a read of the content. */
  fullText(): string
  toJSON(): Readonly<Record<string, unknown>>
}

export type DriveRestrictions = {
  readonly adminManagedRestrictions: boolean
  readonly copyRequiresWriterPermission: boolean
  readonly domainUsersOnly: boolean
  readonly driveMembersOnly: boolean
  readonly sharingFoldersRequiresOrganizerPermission: boolean
  readonly downloadRestriction: Required<DownloadRestriction>
}

/** A shared drive as one actor sees it: a plain object. */
export type Drive = {
  readonly kind: 'drive#drive'
  readonly id: string
  readonly name: string
  readonly createdTime: string
  readonly hidden: boolean
  readonly colorRgb: string
  readonly themeId?: string | undefined
  readonly backgroundImageLink: string
  /** Only with `useDomainAdminAccess`. */
  readonly orgUnitId?: string | undefined
  readonly restrictions: DriveRestrictions
  readonly capabilities: Readonly<Record<string, boolean>>
}

export type Change = {
  readonly kind: 'drive#change'
  readonly changeType: 'file' | 'drive'
  readonly time: string
  readonly removed: boolean
  readonly fileId?: string | undefined
  readonly file?: File | undefined
  readonly driveId?: string | undefined
  readonly drive?: Drive | undefined
}

export type Revision = {
  readonly kind: 'drive#revision'
  readonly id: string
  readonly mimeType: string
  readonly modifiedTime: string
  readonly keepForever?: boolean | undefined
  readonly published?: boolean | undefined
  readonly lastModifyingUser?: User | undefined
  readonly originalFilename?: string | undefined
  readonly md5Checksum?: string | undefined
  readonly size?: string | undefined
  readonly exportLinks?: Readonly<Record<string, string>> | undefined
}

export type Reply = {
  readonly kind: 'drive#reply'
  readonly id: string
  readonly createdTime: string
  readonly modifiedTime: string
  readonly author: User
  readonly deleted: boolean
  readonly content?: string | undefined
  readonly htmlContent?: string | undefined
  readonly action?: 'resolve' | 'reopen' | undefined
}

export type Comment = {
  readonly kind: 'drive#comment'
  readonly id: string
  readonly createdTime: string
  readonly modifiedTime: string
  readonly author: User
  readonly deleted: boolean
  readonly resolved?: boolean | undefined
  readonly content?: string | undefined
  readonly htmlContent?: string | undefined
  readonly anchor?: string | undefined
  readonly quotedFileContent?: { readonly mimeType?: string; readonly value?: string } | undefined
  readonly replies: readonly Reply[]
}

/** A long-running operation, as `files.download` returns it. */
export type Operation = {
  readonly name: string
  readonly done: boolean
  readonly metadata?: Readonly<Record<string, unknown>> | undefined
  readonly response?: Readonly<Record<string, unknown>> | undefined
  readonly error?: { readonly code: number; readonly message: string } | undefined
}

export type About = {
  readonly kind: 'drive#about'
  readonly user: User
  readonly storageQuota: {
    readonly usage: string
    readonly usageInDrive: string
    readonly usageInDriveTrash: string
    readonly limit?: string
  }
  readonly importFormats: Readonly<Record<string, readonly string[]>>
  readonly exportFormats: Readonly<Record<string, readonly string[]>>
  readonly maxImportSizes: Readonly<Record<string, string>>
  readonly maxUploadSize: string
  readonly appInstalled: boolean
  readonly folderColorPalette: readonly string[]
  readonly driveThemes: readonly { readonly id: string; readonly backgroundImageLink: string; readonly colorRgb: string }[]
  readonly canCreateDrives: boolean
}
