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
  const member = roleOnDrive(sight, item.drive) > 0
  return {
    ...neverInSharedDrives,
    ...contentCapabilities(sight, item, role),
    ...treeCapabilities(item, role),
    canReadDrive: member,
    canReadTeamDrive: member,
  }
}

/** Google has these for My Drive only. */
const neverInSharedDrives = {
  canAcceptOwnership: false,
  canAddMyDriveParent: false,
  canChangeSecurityUpdateEnabled: false,
  canRemoveChildren: false,
  canRemoveMyDriveParent: false,
}

function contentCapabilities(sight: Sight, item: Item, role: number): Readonly<Record<string, boolean>> {
  const folder = isFolder(item)
  const whole = !folder && !isShortcut(item)
  const locked = item.more?.lock !== undefined
  const writer = role >= rank.writer
  const manager = role >= rank.fileOrganizer && item.parent !== undefined
  const organizer = role >= rank.organizer
  const trashed = isTrashed(item)
  const mayLock = writer && whole && (organizer || item.more?.lock?.ownerRestricted !== true)
  return {
    canChangeCopyRequiresWriterPermission: manager,
    canChangeItemDownloadRestriction: organizer && !folder,
    canChangeViewersCanCopyContent: manager,
    canComment: role >= rank.commenter && whole && !locked,
    canCopy: role > 0 && !folder && mayDownload(sight, item),
    canDownload: whole && mayDownload(sight, item),
    canEdit: writer && !trashed,
    canModifyContent: writer && !locked && !trashed && !folder,
    canModifyContentRestriction: mayLock,
    canModifyEditorContentRestriction: mayLock,
    canModifyLabels: writer && !folder,
    canModifyOwnerContentRestriction: organizer && whole,
    canReadLabels: role > 0 && !folder,
    canReadRevisions: writer && (isBlob(item) || isNative(item)),
    canRemoveContentRestriction: locked && mayLock,
    canRename: writer && !locked && item.parent !== undefined,
    canShare: mayShare(role, item),
  }
}

function treeCapabilities(item: Item, role: number): Readonly<Record<string, boolean>> {
  const folder = isFolder(item)
  const top = item.parent === undefined
  const fillable = folder && role >= rank.writer && !isTrashed(item)
  const manager = role >= rank.fileOrganizer
  const organizer = role >= rank.organizer
  const limited = item.more?.limited === true
  return {
    canAddChildren: fillable,
    canAddFolderFromAnotherDrive: fillable,
    canDelete: organizer && !top,
    canDeleteChildren: folder && organizer,
    canDisableInheritedPermissions: folder && organizer && !top && !limited,
    canEnableInheritedPermissions: folder && organizer && limited,
    canListChildren: folder && role > 0,
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
