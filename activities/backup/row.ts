import type { DriveItem, Grant } from '../drive/resources.ts'
import { folderMimeType, isGoogleNative, shortcutMimeType } from '../drive/resources.ts'
import type { ItemFlags, ManifestRow, PermissionGrant } from '../vault/index.ts'

/** Google-native formats that come back by conversion, and the format that keeps most of them. Everything else is metadata only. */
const exportFormats: Readonly<Record<string, string>> = {
  'application/vnd.google-apps.document': 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  'application/vnd.google-apps.spreadsheet': 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  'application/vnd.google-apps.presentation': 'application/vnd.openxmlformats-officedocument.presentationml.presentation',
  'application/vnd.google-apps.drawing': 'image/svg+xml',
}

/** The format in which a Google-native file is exported, or nothing when none of its formats can be turned back into it. */
export const exportFormat = (mimeType: string): string | undefined => exportFormats[mimeType]

/** Items that have no content of their own: all that there is to store is the row. */
export const isBare = (mimeType: string): boolean => mimeType === folderMimeType || mimeType === shortcutMimeType

export const isShortcut = (mimeType: string): boolean => mimeType === shortcutMimeType

/**
 * The manifest row of an item as Drive describes it, before its content is known. `outcome` is provisional: what needs no content is
 * stored by being written down, what cannot be read at all says so.
 */
export function rowOf(item: DriveItem): ManifestRow {
  const shortcut = item.shortcutDetails
  return dropAbsent({
    id: item.id,
    parentId: item.parents?.[0],
    name: item.name,
    mimeType: item.mimeType,
    size: item.size,
    createdTime: item.createdTime,
    modifiedTime: item.modifiedTime,
    trashedTime: item.trashedTime,
    version: item.version,
    headRevisionId: item.headRevisionId,
    originalFilename: item.originalFilename,
    md5Checksum: item.md5Checksum,
    sha256Checksum: item.sha256Checksum,
    flags: flagsOf(item),
    shortcut: shortcut && dropAbsent({ ...shortcut }),
    permissions: item.hasAugmentedPermissions ? undefined : [],
    description: item.description,
    properties: item.properties,
    appProperties: item.appProperties,
    folderColorRgb: item.folderColorRgb,
    contentRestrictions: item.contentRestrictions,
    downloadRestrictions: item.downloadRestrictions,
    labels: item.labelInfo?.labels,
    lastModifyingUser: item.lastModifyingUser && dropAbsent({ ...item.lastModifyingUser }),
    resourceKey: item.resourceKey,
    outcome: outcomeBeforeContent(item),
  })
}

/** What Drive itself rules out, so that no call is spent on it. */
function outcomeBeforeContent(item: DriveItem): ManifestRow['outcome'] {
  if (isBare(item.mimeType)) return { status: 'stored' }
  if (item.clientEncryptionDetails) return { status: 'metadata-only', reason: 'clientEncrypted' }
  if (isGoogleNative(item.mimeType) && !exportFormat(item.mimeType)) return { status: 'metadata-only', reason: 'noExportFormat' }
  if (item.capabilities?.canDownload === false) return { status: 'skipped', reason: 'downloadForbidden' }
  return { status: 'stored' }
}

function flagsOf(item: DriveItem): ItemFlags | undefined {
  const flags: ItemFlags = {
    ...(item.trashed && { trashed: true }),
    ...(item.explicitlyTrashed && { explicitlyTrashed: true }),
    ...(item.inheritedPermissionsDisabled && { inheritedPermissionsDisabled: true }),
    ...(item.copyRequiresWriterPermission && { copyRequiresWriterPermission: true }),
    ...(item.hasAugmentedPermissions && { hasAugmentedPermissions: true }),
    ...(item.clientEncryptionDetails && { clientEncrypted: true }),
  }
  return Object.keys(flags).length > 0 ? flags : undefined
}

/** A grant as the vault keeps it: without what Drive makes up for each answer. */
export function grantRow(grant: Grant): PermissionGrant {
  const { deleted: _deleted, ...kept } = grant
  return dropAbsent(kept)
}

type WithoutUndefined<T> = { [K in keyof T]: Exclude<T[K], undefined> }

/** Absent and undefined are one thing in a row; only what is there is written. */
function dropAbsent<T extends object>(value: T): WithoutUndefined<T> {
  return Object.fromEntries(Object.entries(value).filter(([, field]) => field !== undefined)) as WithoutUndefined<T>
}
