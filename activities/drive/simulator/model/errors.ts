/**
 * Every way in which the practice Drive says no, in Google's own words: status, `reason`, `message` and, for a wrong parameter, its `location`.
 * Source: https://developers.google.com/workspace/drive/api/guides/handle-errors and the reasons that other Drive programs handle.
 * The wire renders a {@link DriveError} as `{error: {code, message, errors: [{domain, reason, message, locationType, location}]}}`.
 */
type Row = readonly [status: number, message: string, location?: string]

/** `{0}` stands for the first detail (an id, a name, a value), `{1}` for the second. */
const table = {
  fileNotFound: [404, 'File not found: {0}.', 'fileId'],
  driveNotFound: [404, 'Shared drive not found: {0}', 'driveId'],
  permissionNotFound: [404, 'Permission not found: {0}.', 'permissionId'],
  revisionNotFound: [404, 'Revision not found: {0}.', 'revisionId'],
  commentNotFound: [404, 'Comment not found: {0}.', 'commentId'],
  replyNotFound: [404, 'Reply not found: {0}.', 'replyId'],
  labelNotFound: [404, 'Label not found: {0}.', 'labelId'],
  operationNotFound: [404, 'Operation not found: {0}.', 'name'],
  invalid: [400, 'Invalid value for {0}: {1}', '{0}'],
  required: [400, 'Required parameter: {0}', '{0}'],
  invalidPageToken: [400, 'Invalid Value', 'pageToken'],
  fieldNotWritable: [403, 'The resource body includes fields which are not directly writable.'],
  fileIdInUse: [409, 'A file already exists with the provided ID.'],
  fileIdNotUsable: [400, 'The provided file ID is not usable.'],
  teamDriveAlreadyExists: [409, 'A shared drive was already created with the request ID {0}.'],
  insufficientFilePermissions: [403, 'The user does not have sufficient permissions for this file.'],
  insufficientParentPermissions: [403, 'Insufficient permissions for the specified parent.'],
  teamDriveMembershipRequired: [403, 'The attempted action requires shared drive membership.'],
  insufficientAdministratorPrivileges: [403, 'The user does not have administrator privileges for this domain.'],
  cannotModifyInheritedTeamDrivePermission: [403, 'Cannot update or delete an inherited permission on a shared drive item.'],
  cannotDeletePermission: [403, 'The last organizer of a shared drive cannot be removed.'],
  invalidSharingRequest: [400, 'Bad Request. User message: "{0}"'],
  ownerOnTeamDriveItemNotSupported: [403, 'The owner role is not supported for shared drive items.'],
  fileOrganizerOnFoldersInSharedDriveOnly: [403, 'The fileOrganizer role is only valid on folders and shared drives.'],
  organizerOnNonTeamDriveItemNotSupported: [403, 'The organizer role is only valid on shared drives.'],
  cannotShareTeamDriveTopFolderWithAnyoneOrDomains: [403, 'A shared drive cannot be shared with anyone or with a domain.'],
  teamDriveDomainUsersOnlyRestriction: [
    403,
    'The user does not have permission to share this item outside the shared drive: it allows only users in its domain.',
  ],
  teamDriveTeamMembersOnlyRestriction: [403, 'The shared drive allows only its members to access its items.'],
  teamDrivesFolderSharingNotSupported: [403, 'Only organizers can share folders in this shared drive.'],
  teamDrivesSharingRestrictionNotAllowed: [403, 'Sharing restrictions cannot be set on a shared drive item.'],
  sharingRateLimitExceeded: [403, 'Rate limit exceeded. User message: "You have exceeded your sharing quota."'],
  expirationDatesMustBeInTheFuture: [403, 'Expiration dates must be in the future and at most one year away.'],
  cannotSetExpiration: [403, 'Expiration dates cannot be set on this item: on folders only the reader role may expire.'],
  cannotSetExpirationOnAnyoneOrDomain: [403, 'Expiration dates cannot be set on permissions of type anyone or domain.'],
  expirationDateNotAllowedForSharedDriveMembers: [403, 'Expiration dates cannot be set on shared drive members.'],
  membersLimitExceeded: [403, 'The shared drive has reached its limit of 600 members or 100 groups.'],
  teamDriveFileLimitExceeded: [403, 'The file limit for this shared drive has been exceeded.'],
  teamDriveHierarchyTooDeep: [403, 'The shared drive hierarchy depth will exceed the limit.'],
  teamDrivesParentLimit: [403, 'A shared drive item must have exactly one parent.'],
  cyclicMove: [403, 'A folder cannot be moved into itself or one of its descendants.'],
  cannotAddParent: [403, 'Increasing the number of parents is not allowed.'],
  parentNotAFolder: [403, 'The specified parent is not a folder.'],
  cannotMoveTrashedItemOutOfTeamDrive: [403, 'A trashed item cannot be moved out of a shared drive.'],
  teamDrivesFolderMoveInNotSupported: [403, 'The folder cannot be moved into this shared drive.'],
  driveNotEmpty: [403, 'The shared drive cannot be deleted because it contains untrashed items.'],
  restrictionsAtCreate: [400, 'Restrictions cannot be set when a shared drive is created: create it, then update it.'],
  adminManagedRestriction: [403, 'Administrative privileges on this shared drive are required to change its restrictions.'],
  shortcutTargetInvalid: [404, 'The shortcut target could not be found or is not usable: {0}.'],
  contentRestricted: [403, 'The file is locked by a content restriction: remove the restriction first.'],
  exportSizeLimitExceeded: [403, 'This file is too large to be exported.'],
  cannotDownloadAbusiveFile: [403, 'This file has been identified as malware or spam and cannot be downloaded.'],
  invalidAbuseAcknowledgment: [403, 'Only the owner or an organizer may acknowledge the risk of this file.'],
  cannotDownloadFile: [403, 'This file cannot be downloaded by the user.'],
  fileNotDownloadable: [403, 'Only files with binary content can be downloaded. Use Export with Docs Editors files.'],
  fileNotExportable: [403, 'Export only supports Docs Editors files.'],
  conversionUnsupported: [400, 'The requested conversion is not supported: {0}.'],
  cannotCopyFile: [403, 'This file cannot be copied by the user.'],
  revisionsNotSupported: [403, 'The file does not support revisions.'],
  revisionDeletionNotSupported: [403, 'Only revisions of files with binary content can be deleted, and never the last one.'],
  keepForeverLimit: [403, 'Only 200 revisions of a file can be kept forever.'],
  revisionNotDownloadable: [403, 'Only the head revision and revisions with keepForever can be downloaded.'],
  commentsNotSupported: [403, 'The user cannot comment on this file.'],
  propertyLimit: [403, 'Properties exceed a limit: at most 124 bytes per pair, 100 per file, 30 public and 30 private ones.'],
  fieldsRequired: [400, "The 'fields' parameter is required for this method."],
} as const satisfies Record<string, Row>

/** The keys of the closed table. */
export type DriveErrorCode = keyof typeof table

/** Codes whose `reason` on the wire is a common word of Google's rather than the code itself. */
const reasons: Partial<Record<DriveErrorCode, string>> = {
  fileNotFound: 'notFound',
  driveNotFound: 'notFound',
  permissionNotFound: 'notFound',
  revisionNotFound: 'notFound',
  commentNotFound: 'notFound',
  replyNotFound: 'notFound',
  labelNotFound: 'notFound',
  operationNotFound: 'notFound',
  invalidPageToken: 'invalid',
  fileIdNotUsable: 'invalid',
  cyclicMove: 'cannotAddParent',
  parentNotAFolder: 'parentNotAFolder',
  driveNotEmpty: 'cannotDeleteResourceWithChildren',
  restrictionsAtCreate: 'badRequest',
  adminManagedRestriction: 'insufficientAdministratorPrivileges',
  contentRestricted: 'cannotModifyRestrictedContent',
  conversionUnsupported: 'badRequest',
  keepForeverLimit: 'keepForeverLimitExceeded',
  revisionNotDownloadable: 'fileNotDownloadable',
  commentsNotSupported: 'insufficientFilePermissions',
  propertyLimit: 'propertyLimitExceeded',
  fieldsRequired: 'required',
}

/** Thrown by every operation of the model that refuses; the model is unchanged when it is thrown. */
export class DriveError extends Error {
  override readonly name = 'DriveError'
  readonly code: DriveErrorCode
  /** HTTP status. */
  readonly status: number
  /** Google's `reason`. */
  readonly reason: string
  readonly domain = 'global'
  readonly location: string | undefined
  readonly locationType: 'parameter' | undefined

  constructor(code: DriveErrorCode, ...details: readonly string[]) {
    const [status, message, location]: Row = table[code]
    const fill = (text: string) => text.replaceAll(/\{(\d)\}/g, (_, n) => details[Number(n)] ?? '')
    super(fill(message))
    this.code = code
    this.status = status
    this.reason = reasons[code] ?? code
    this.location = location === undefined ? undefined : fill(location)
    this.locationType = location === undefined ? undefined : 'parameter'
  }
}
