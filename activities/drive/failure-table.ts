import type { DriveFailureType } from './failure-types.ts'

/**
 * One line of the table: answers with this status and one of these reasons are failures of this type. The first line that fits decides.
 * `5xx` stands for 500 to 599; without reasons, any reason or none fits.
 */
export type FailureRow = {
  readonly status: number | '5xx'
  readonly reasons?: readonly string[]
  /** The request parameter that Google names as the place of the mistake. */
  readonly location?: string
  readonly type: DriveFailureType
}

/**
 * What Google's refusals mean to us. Sources: https://developers.google.com/workspace/drive/api/guides/handle-errors, RFC 6749 §5.2 for the
 * token endpoint, and the reasons that other Drive programs handle. `docs/errors.md` is made from it.
 */
export const failureTable: readonly FailureRow[] = [
  { status: 400, reasons: ['invalid_grant'], type: 'GrantRevoked' },
  { status: 401, reasons: ['unauthorized_client', 'authError', 'invalid_grant'], type: 'GrantRevoked' },
  { status: 401, reasons: ['invalid_client'], type: 'Misconfigured' },
  { status: 401, type: 'GrantRevoked' },
  { status: 400, reasons: ['redirect_uri_mismatch', 'invalid_client', 'unauthorized_client'], type: 'Misconfigured' },
  { status: 403, reasons: ['accessNotConfigured', 'SERVICE_DISABLED', 'org_internal'], type: 'Misconfigured' },
  { status: 400, reasons: ['invalid_scope'], type: 'ScopeMissing' },
  { status: 403, reasons: ['insufficientPermissions', 'insufficientScopes', 'ACCESS_TOKEN_SCOPE_INSUFFICIENT'], type: 'ScopeMissing' },

  { status: 429, type: 'RateLimited' },
  { status: 403, reasons: ['userRateLimitExceeded', 'rateLimitExceeded', 'userAccess429'], type: 'RateLimited' },
  { status: 403, reasons: ['dailyLimitExceeded', 'quotaExceeded', 'uploadLimitExceeded'], type: 'QuotaExceeded' },
  { status: 403, reasons: ['downloadQuotaExceeded'], type: 'TransientProvider' },
  { status: 403, reasons: ['storageQuotaExceeded', 'teamDriveStorageQuotaExceeded'], type: 'StorageFull' },
  {
    status: 403,
    reasons: ['teamDriveFileLimitExceeded', 'teamDriveHierarchyTooDeep', 'numChildrenInNonRootLimitExceeded', 'propertyLimitExceeded'],
    type: 'ItemLimit',
  },

  { status: 403, reasons: ['exportSizeLimitExceeded'], type: 'ExportTooLarge' },
  { status: 403, reasons: ['cannotDownloadAbusiveFile'], type: 'Abusive' },
  { status: 403, reasons: ['cannotDownloadFile', 'invalidAbuseAcknowledgment', 'cannotExportFile', 'downloadRestricted'], type: 'Blocked' },
  { status: 403, reasons: ['fileNotDownloadable', 'fileNotExportable', 'revisionNotDownloadable'], type: 'NotDownloadable' },
  { status: 400, reasons: ['conversionUnsupported', 'badConversion'], type: 'NotDownloadable' },

  {
    status: 403,
    reasons: [
      'sharingRateLimitExceeded',
      'teamDriveDomainUsersOnlyRestriction',
      'teamDriveTeamMembersOnlyRestriction',
      'teamDrivesFolderSharingNotSupported',
      'teamDrivesSharingRestrictionNotAllowed',
      'cannotShareTeamDriveTopFolderWithAnyoneOrDomains',
      'cannotShareTeamDriveWithNonGoogleAccounts',
      'cannotModifyInheritedTeamDrivePermission',
      'ownerOnTeamDriveItemNotSupported',
      'fileOrganizerOnFoldersInSharedDriveOnly',
      'fileOrganizerOnNonTeamDriveNotSupported',
      'organizerOnNonTeamDriveItemNotSupported',
      'expirationDatesMustBeInTheFuture',
      'cannotSetExpiration',
      'cannotSetExpirationOnAnyoneOrDomain',
      'expirationDateNotAllowedForSharedDriveMembers',
      'membersLimitExceeded',
      'shareInNotPermitted',
      'shareOutNotPermitted',
      'shareOutNotPermittedToUser',
      'shareOutWarningRequired',
      'publishOutNotPermitted',
      'cannotInviteNonGoogleUser',
    ],
    type: 'SharingRefused',
  },
  { status: 400, reasons: ['invalidSharingRequest'], type: 'SharingRefused' },

  {
    status: 403,
    reasons: [
      'insufficientFilePermissions',
      'insufficientParentPermissions',
      'insufficientAdministratorPrivileges',
      'teamDriveMembershipRequired',
      'appNotAuthorizedToFile',
      'domainPolicy',
      'forbidden',
    ],
    type: 'AccessLost',
  },
  { status: 404, type: 'NotFound' },
  { status: 410, type: 'NotFound' },
  { status: 409, type: 'Conflict' },
  { status: 412, type: 'Conflict' },

  { status: 400, reasons: ['invalid', 'badRequest'], location: 'pageToken', type: 'InvalidPageToken' },
  {
    status: 400,
    reasons: ['invalid', 'invalidParameter', 'required', 'badRequest', 'parseError', 'invalid_request', 'unsupported_grant_type'],
    type: 'InvalidRequest',
  },
  {
    status: 403,
    reasons: [
      'fieldNotWritable',
      'cannotAddParent',
      'parentNotAFolder',
      'teamDrivesParentLimit',
      'cannotModifyRestrictedContent',
      'cannotMoveTrashedItemOutOfTeamDrive',
    ],
    type: 'InvalidRequest',
  },
  { status: 405, type: 'InvalidRequest' },
  { status: 413, type: 'InvalidRequest' },
  { status: 416, type: 'InvalidRequest' },

  { status: 408, type: 'TransientProvider' },
  { status: '5xx', type: 'TransientProvider' },
]

/** A refusal as the table looks at it. */
export type Refusal = { readonly status: number; readonly reason?: string | undefined; readonly location?: string | undefined }

/** The type of a refusal. One that no line fits is taken for a passing one: unknown means retry. */
export function failureType(refusal: Refusal): DriveFailureType {
  return failureTable.find((row) => fits(row, refusal))?.type ?? 'TransientProvider'
}

function fits(row: FailureRow, { status, reason, location }: Refusal): boolean {
  if (row.status === '5xx' ? status < 500 || status > 599 : row.status !== status) return false
  if (row.reasons !== undefined && (reason === undefined || !row.reasons.includes(reason))) return false
  return row.location === undefined || row.location === location
}
