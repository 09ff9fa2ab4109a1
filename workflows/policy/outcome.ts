/** How many items a run has dealt with, and how. `listed = stored + skipped + failed` always holds at its end (P10). */
export type ItemCounts = { readonly listed: number; readonly stored: number; readonly skipped: number; readonly failed: number }

/** True when nothing has got lost between the listing and the report. */
export function balanced(counts: ItemCounts): boolean {
  return counts.listed === counts.stored + counts.skipped + counts.failed
}

/** A run in which anything failed is partial, never a success. */
export function backupOutcome(counts: ItemCounts): 'success' | 'partial' {
  return counts.failed > 0 ? 'partial' : 'success'
}

/** JOB-08: the status in which a finished restore ends. Nothing restored at all is a failure, something but not all is a part. */
export function restoreStatus(counts: { readonly total: number; readonly done: number; readonly failed: number }) {
  if (counts.failed === 0) return 'succeeded'
  return counts.done === 0 ? 'failed' : 'partially-succeeded'
}
