export const verifyType = 'verify'

/**
 * The rounds of verification of one account's vault. Without `progress` a round begins: that is how the schedule starts it. A round that
 * has grown long goes on in a new run with what it has come to.
 */
export type VerifyInput = {
  readonly accountId: string
  readonly progress?: VerifyProgress
}

export type VerifyProgress = {
  readonly step: 'listing' | 'reading' | 'drift' | 'done'
  /** Drive that was dealt with last, in the step at hand. */
  readonly after: string
  /** RFC 3339: what was read since then is not read again in this round. */
  readonly since: string
  readonly bytes: number
}

export type VerifyResult = { readonly bytes: number }

/** The Temporal schedule of an account's verification, and the workflow that each of its slots starts. */
export const verifyId = (accountId: string): string => `verify/${accountId}`
