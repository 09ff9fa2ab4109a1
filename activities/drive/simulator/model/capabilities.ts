/** What a role amounts to on one item or drive: the `capabilities` that clients read, and that the operations themselves obey. */
import { rank, roleOn, roleOnDrive, type Sight } from './access.ts'
import type { DownloadRestriction } from './resources.ts'
import { type DriveState, type Item, isBlob, isFolder, isNative, isShortcut } from './state.ts'
import { isTrashed } from './tree.ts'

/** Readers restricted, writers restricted: the item's own settings and the drive's together. */
export function downloadRestriction(item: Item): Required<DownloadRestriction> {
  const drive = item.drive.restrictions
  const restrictedForWriters = item.more?.restrictWriters === true || drive.downloadRestriction.restrictedForWriters
  const restrictedForReaders =
    restrictedForWriters ||
    item.more?.restrictReaders === true ||
    item.more?.copyRequiresWriter === true ||
    drive.downloadRestriction.restrictedForReaders ||
    drive.copyRequiresWriterPermission
  return { restrictedForReaders, restrictedForWriters }
}

/** Download, copy and print. Organizers always may. */
export function mayDownload(sight: Sight, item: Item): boolean {
  const role = roleOn(sight, item)
  if (role === rank.organizer) return true
  const { restrictedForReaders, restrictedForWriters } = downloadRestriction(item)
  return role >= rank.writer ? !restrictedForWriters : role > 0 && !restrictedForReaders
}

/** Writers share files; folders need a content manager, or an organizer when the drive says so. Members are the organizers' business. */
export function mayShare(role: number, item: Item): boolean {
  if (item.parent === undefined) return role >= rank.organizer
  if (!isFolder(item)) return role >= rank.writer
  return role >= (item.drive.restrictions.sharingFoldersRequiresOrganizerPermission ? rank.organizer : rank.fileOrganizer)
}

export function fileCapabilities(sight: Sight, item: Item): Readonly<Record<string, boolean>> {
  const role = roleOn(sight, item)
  const folder = isFolder(item)
  const top = item.parent === undefined
  const locked = item.more?.lock !== undefined
  const writer = role >= rank.writer
  const manager = role >= rank.fileOrganizer
  const organizer = role >= rank.organizer
  const trashed = isTrashed(item)
  const canDownload = !folder && !isShortcut(item) && mayDownload(sight, item)
  const lockable = writer && !folder && !isShortcut(item)
  return {
    canAcceptOwnership: false,
    canAddChildren: folder && writer && !trashed,
    canAddFolderFromAnotherDrive: folder && writer && !trashed,
    canAddMyDriveParent: false,
    canChangeCopyRequiresWriterPermission: manager && !top,
    canChangeItemDownloadRestriction: organizer && !folder,
    canChangeSecurityUpdateEnabled: false,
    canChangeViewersCanCopyContent: manager && !top,
    canComment: role >= rank.commenter && !folder && !isShortcut(item) && !locked,
    canCopy: role > 0 && !folder && mayDownload(sight, item),
    canDelete: organizer && !top,
    canDeleteChildren: folder && organizer,
    canDisableInheritedPermissions: folder && organizer && !top && item.more?.limited !== true,
    canDownload,
    canEdit: writer && !trashed,
    canEnableInheritedPermissions: folder && organizer && item.more?.limited === true,
    canListChildren: folder && role > 0,
    canModifyContent: writer && !locked && !trashed && !folder,
    canModifyContentRestriction: lockable && (organizer || item.more?.lock?.ownerRestricted !== true),
    canModifyEditorContentRestriction: lockable && (organizer || item.more?.lock?.ownerRestricted !== true),
    canModifyLabels: writer && !folder,
    canModifyOwnerContentRestriction: lockable && organizer,
    canMoveChildrenOutOfDrive: folder && organizer,
    canMoveChildrenOutOfTeamDrive: folder && organizer,
    canMoveChildrenWithinDrive: folder && manager,
    canMoveChildrenWithinTeamDrive: folder && manager,
    canMoveItemIntoTeamDrive: organizer && !top,
    canMoveItemOutOfDrive: organizer && !top,
    canMoveItemOutOfTeamDrive: organizer && !top,
    canMoveItemWithinDrive: manager && !top,
    canMoveItemWithinTeamDrive: manager && !top,
    canMoveTeamDriveItem: manager && !top,
    canReadDrive: roleOnDrive(sight, item.drive) > 0,
    canReadLabels: role > 0 && !folder,
    canReadRevisions: writer && (isBlob(item) || isNative(item)),
    canReadTeamDrive: roleOnDrive(sight, item.drive) > 0,
    canRemoveChildren: false,
    canRemoveContentRestriction: locked && lockable && (organizer || item.more?.lock?.ownerRestricted !== true),
    canRemoveMyDriveParent: false,
    canRename: writer && !locked && !top,
    canShare: mayShare(role, item),
    canTrash: manager && !top,
    canTrashChildren: folder && manager,
    canUntrash: manager && item.trashedAt > 0,
  }
}

export function driveCapabilities(role: number, drive: DriveState, admin: boolean): Readonly<Record<string, boolean>> {
  const writer = role >= rank.writer
  const manager = role >= rank.fileOrganizer
  const organizer = role >= rank.organizer
  const settings = admin || (organizer && !drive.restrictions.adminManagedRestrictions)
  return {
    canAddChildren: writer,
    canChangeCopyRequiresWriterPermissionRestriction: settings,
    canChangeDomainUsersOnlyRestriction: settings,
    canChangeDownloadRestriction: settings,
    canChangeDriveBackground: organizer,
    canChangeDriveMembersOnlyRestriction: settings,
    canChangeSharingFoldersRequiresOrganizerPermissionRestriction: settings,
    canComment: role >= rank.commenter,
    canCopy: role > 0,
    canDeleteChildren: organizer,
    canDeleteDrive: organizer || admin,
    canDownload: role > 0,
    canEdit: writer,
    canListChildren: role > 0,
    canManageMembers: organizer || admin,
    canReadRevisions: writer,
    canRename: writer,
    canRenameDrive: organizer || admin,
    canResetDriveRestrictions: settings,
    canShare: writer,
    canTrashChildren: manager,
  }
}
