/** The failures of Drive that the program tells apart. What each means and asks for: `activities/kit/failure-policies.ts`. */
export const driveFailureTypes = [
  'GrantRevoked',
  'ScopeMissing',
  'Misconfigured',
  'AccessLost',
  'NotFound',
  'RateLimited',
  'QuotaExceeded',
  'StorageFull',
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
  'Unreachable',
] as const

export type DriveFailureType = (typeof driveFailureTypes)[number]

/** Drive said no, or could not be reached. `message` is a sentence for people; `type` is for decisions. */
export class DriveFailure extends Error {
  override readonly name = 'DriveFailure'
  readonly type: DriveFailureType
  /** HTTP status; absent when no answer came. */
  readonly status: number | undefined
  /** Google's own reason, such as `userRateLimitExceeded`; absent when it gave none. */
  readonly reason: string | undefined
  /** Google's own words: hostile text that may hold names. For the log, never for a workflow's history. */
  readonly detail: string | undefined
  /** How long Google asks to wait. */
  readonly retryAfterMs: number | undefined

  constructor(type: DriveFailureType, message: string, details: FailureDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause })
    this.type = type
    this.status = details.status
    this.reason = details.reason
    this.detail = details.detail
    this.retryAfterMs = details.retryAfterMs
  }
}

export type FailureDetails = {
  readonly status?: number | undefined
  readonly reason?: string | undefined
  readonly detail?: string | undefined
  readonly retryAfterMs?: number | undefined
  readonly cause?: unknown
}
