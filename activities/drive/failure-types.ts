/** The closed list of failures that the program tells apart, wherever they arise. What each means and asks for: `failure-table.ts`. */
export const failureTypes = [
  'GrantRevoked',
  'AccessLost',
  'NotFound',
  'RateLimited',
  'QuotaExceeded',
  'ExportTooLarge',
  'Abusive',
  'Blocked',
  'NotDownloadable',
  'Conflict',
  'ItemLimit',
  'SharingRefused',
  'InvalidPageToken',
  'InvalidRequest',
  'TransientProvider',
] as const

export type DriveFailureType = (typeof failureTypes)[number]

/** Drive said no, or could not be reached. `message` is a sentence for people; `type` is for decisions. */
export class DriveFailure extends Error {
  override readonly name = 'DriveFailure'
  readonly type: DriveFailureType
  /** HTTP status; absent when no answer came. */
  readonly status: number | undefined
  /** Google's own reason, such as `userRateLimitExceeded`; absent when it gave none. */
  readonly reason: string | undefined
  /** How long Google asks to wait. */
  readonly retryAfterMs: number | undefined

  constructor(
    type: DriveFailureType,
    message: string,
    details: { readonly status?: number; readonly reason?: string; readonly retryAfterMs?: number; readonly cause?: unknown } = {},
  ) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause })
    this.type = type
    this.status = details.status
    this.reason = details.reason
    this.retryAfterMs = details.retryAfterMs
  }
}
