import type { Job, JobStatus } from '../../db/jobs.ts'
import { statusLabel, vocabularies, type JobStatus as Word } from '../../workflows/policy/vocabulary.ts'
import { button, run } from './buttons.ts'
import type { CardDraft } from './model.ts'
import { jobName } from './plan.ts'
import { bytes, count, jobStatusValue, person, plural, time } from './values.ts'

export type JobListView = {
  readonly jobs: readonly Job[]
  readonly counts: Partial<Record<JobStatus, number>>
  readonly days: number
  readonly order: 'latest' | 'oldest'
  /** The filters in use, as arguments of the command. */
  readonly filter: Readonly<Record<string, unknown>>
  readonly more: boolean
}

const statuses = Object.keys(vocabularies.job) as Word[]

/** JOB-01, JOB-03, JOB-04, JOB-10, JOB-11: restores of the last days, counted by status; backups are seen with their drive (JOB-02). */
export function jobListCard({ jobs, counts, days, order, filter, more }: JobListView): CardDraft {
  const total = statuses.reduce((sum, status) => sum + (counts[status] ?? 0), 0)
  const counted = statuses.filter((status) => (counts[status] ?? 0) > 0)
  const summary = counted.map((status) => `${counts[status] ?? 0} ${statusLabel('job', status)}`).join(', ')
  const last = jobs.at(-1)
  return {
    kind: 'job-list',
    title: 'Jobs',
    tone: (counts.failed ?? 0) > 0 ? 'fail' : (counts.pending ?? 0) > 0 ? 'warn' : 'info',
    summaryText:
      total === 0 ? `There were no restores in the last ${days} days.` : `${plural(total, 'job')} in the last ${days} days: ${summary}.`,
    nodes: [
      {
        type: 'table',
        caption: `Restores of the last ${days} days, ${order === 'latest' ? 'latest' : 'oldest'} first`,
        columns: [
          { label: 'Job' },
          { label: 'Status' },
          { label: 'Account' },
          { label: 'Started' },
          { label: 'Backup' },
          { label: 'Initiator' },
          { label: 'Destination' },
          { label: 'Items', align: 'end' },
          { label: 'Size', align: 'end' },
        ],
        rows: jobs.map((job) => ({
          cells: [
            `Restore ${jobName(job)}${job.label ? ` · ${job.label}` : ''}`,
            jobStatusValue(job.status),
            `${job.driveName} (${job.service})`,
            time(job.createdAt),
            job.backupAt ? time(job.backupAt) : '–',
            person({ id: job.requestedBy, displayName: job.requesterName }),
            job.destinationDriveName,
            count(job.totalItems),
            bytes(job.totalBytes),
          ],
          actions: [button('Show', run('job show', { job: job.id }), { a11yLabel: `Show ${jobName(job)}` })],
        })),
        empty: 'No job fits.',
      },
    ],
    actions: [
      ...(counted.length > 0
        ? [
            {
              type: 'select',
              name: 'status',
              label: 'Status',
              intent: run('jobs', withoutStatus(filter)),
              options: counted.map((status) => ({
                value: statusLabel('job', status),
                label: `${statusLabel('job', status)} (${counts[status] ?? 0})`,
              })),
            } as const,
          ]
        : []),
      ...(more && last ? [button('More', run('jobs', { ...filter, after: last.number }))] : []),
    ],
    footer: 'Backups are not listed here: type drives, and open a drive.',
  }
}

/** What a selection sends never overrides what its intent says, so the intent leaves it open. */
function withoutStatus({ status: _status, after: _after, ...rest }: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return rest
}
