import { type JobStatus, statusLabel } from '../../workflows/policy/vocabulary.ts'
import type { Mail } from './mailer.ts'

/** What the mail about a finished restore says. Names are hostile text. */
export type RestoreReport = {
  readonly jobId: string
  readonly jobName: string
  readonly to: string
  readonly displayName: string
  readonly driveName: string
  readonly destinationName: string
  readonly snapshotTime: Date
  readonly status: JobStatus
  readonly error: string | null
  readonly total: number
  readonly done: number
  readonly skipped: number
  readonly failed: number
  readonly warnings: number
  /** Paths that failed, with the reason; the first few. */
  readonly failures: readonly { readonly path: string; readonly note: string }[]
  readonly link: string
}

/** RES-06: the summary that goes to the requester when a restore has ended, however it ended. */
export function restoreMail(report: RestoreReport): Mail {
  const status = statusLabel('job', report.status)
  const lines = [
    `Hello ${report.displayName},`,
    `the restore ${report.jobName} from the archive of ${report.driveName} has ended: ${status}.`,
    report.error ?? '',
    `${count(report.total)} listed = ${count(report.done)} restored + ${count(report.skipped)} skipped + ${count(report.failed)} failed.`,
    report.warnings > 0 ? `${count(report.warnings)} restored with a remark, for example about sharing.` : '',
    `Snapshot: ${report.snapshotTime.toISOString()}. Restored to: ${report.destinationName}.`,
    ...report.failures.map(({ path, note }) => `Not restored: ${path} (${note})`),
    `Details: ${report.link}`,
  ].filter((line) => line !== '')
  return {
    id: `${report.jobId}.${report.status}`,
    to: report.to,
    subject: `Restore ${report.jobName} of ${report.driveName}: ${status}`,
    text: lines.join('\n\n'),
    html: `<!doctype html><html lang="en"><body>${lines.map((line) => `<p>${escapeHtml(line)}</p>`).join('')}</body></html>`,
  }
}

const count = (value: number): string => value.toLocaleString('en-US')

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }
const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (character) => entities[character] ?? '')
