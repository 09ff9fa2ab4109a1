export const retentionType = 'retention'

/** A night's upkeep of one account's vault. Without `after` it begins at the first drive: that is how the schedule starts it. */
export type RetentionInput = {
  readonly accountId: string
  /** Drive that was dealt with last. */
  readonly after?: string
  readonly so?: RetentionResult
}

/** Over all drives so far. */
export type RetentionResult = {
  /** Snapshots that were given up. */
  readonly given: number
  readonly removedObjects: number
  readonly removedBytes: number
  /** Drives of which so much is to be deleted that a person has to agree. */
  readonly asking: number
  /** Objects whose lock had all but ended. */
  readonly late: number
}

/** The Temporal schedule of an account's upkeep, and the workflow that each of its slots starts. */
export const retentionId = (accountId: string): string => `retention/${accountId}`
