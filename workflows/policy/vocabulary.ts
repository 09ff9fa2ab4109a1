/**
 * The status vocabularies of the product, each in its exact spelling (G2). They differ on purpose: a drive is "In Process", a job is
 * "In progress"; a drive is "Partial", a job is "Partially succeeded". Inside the program the keys are used; only here do they become words.
 */
export const vocabularies = {
  /** DRV-03 */
  drive: {
    'not-active': 'Not Active',
    scheduled: 'Scheduled',
    success: 'Success',
    'in-process': 'In Process',
    failed: 'Failed',
    paused: 'Paused',
    archived: 'Archived',
    partial: 'Partial',
  },
  /** JOB-08 */
  job: {
    'in-progress': 'In progress',
    succeeded: 'Succeeded',
    'partially-succeeded': 'Partially succeeded',
    failed: 'Failed',
    pending: 'Pending',
    canceled: 'Canceled',
  },
  /** SET-03 */
  connection: { connected: 'Connected', disconnected: 'Disconnected' },
  activity: { succeeded: 'Succeeded', 'partially-succeeded': 'Partially succeeded', failed: 'Failed', canceled: 'Canceled' },
  audit: { completed: 'Completed', failed: 'Failed' },
  /** REP-01 */
  usage: { active: 'active', inactive: 'inactive', archived: 'archived' },
  /** BIL-24 */
  invoice: { paid: 'Paid', due: 'Due', overdue: 'Overdue' },
} as const

export type Vocabulary = keyof typeof vocabularies
export type StatusKey<V extends Vocabulary> = keyof (typeof vocabularies)[V] & string
export type DriveStatus = StatusKey<'drive'>
export type JobStatus = StatusKey<'job'>

/** The word that people see for a status. */
export function statusLabel<V extends Vocabulary>(vocabulary: V, key: StatusKey<V>): string {
  return vocabularies[vocabulary][key] as string
}

/** The status that a word stands for, whatever its case; undefined when this vocabulary has no such word. */
export function statusKey<V extends Vocabulary>(vocabulary: V, label: string): StatusKey<V> | undefined {
  const wanted = label.trim().toLowerCase()
  const entries = Object.entries(vocabularies[vocabulary]) as [StatusKey<V>, string][]
  return entries.find(([key, word]) => word.toLowerCase() === wanted || key === wanted)?.[0]
}
