import type { JobStatus } from './vocabulary.ts'

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

/** How a restore came to its end, before its items are counted. */
export type RestoreEnding = { readonly ended: 'applied' | 'denied' | 'expired' | 'canceled' | 'failed'; readonly error?: string }

/** JOB-08, JOB-12: the status in which a restore ends. Nothing restored at all is a failure, something but not all is a part. */
export function endOfRestore(
  ending: RestoreEnding,
  counts: { readonly done: number; readonly failed: number },
): { readonly status: JobStatus; readonly error: string | null } {
  switch (ending.ended) {
    case 'applied':
      if (counts.failed === 0) return { status: 'succeeded', error: null }
      return { status: counts.done === 0 ? 'failed' : 'partially-succeeded', error: null }
    case 'failed':
      return { status: counts.done === 0 ? 'failed' : 'partially-succeeded', error: ending.error ?? null }
    case 'denied':
      return { status: 'canceled', error: 'The request was denied.' }
    case 'expired':
      return { status: 'canceled', error: 'Nobody decided in time, so nothing was restored.' }
    case 'canceled':
      return { status: 'canceled', error: ending.error ?? null }
  }
}
