import type { Approval } from '../../db/approvals.ts'
import type { JobItem, JobItemTotals } from '../../db/job-items.ts'
import type { Job } from '../../db/jobs.ts'
import { button, menu, run } from './buttons.ts'
import { restoreBalance, resultNodes } from './job-result.ts'
import type { ActionOf, CardDraft, Meant, NodeOf, Tone } from './model.ts'
import { jobFields, jobName, type PlanView, planNodes, planOf, whatInWords, whereInWords } from './plan.ts'
import { bytes, count, duration, jobTones, namesInWords, time } from './values.ts'
import { votesNode } from './votes.ts'

export type JobView = PlanView & {
  readonly job: Job
  readonly totals: JobItemTotals
  /** Every approval that was asked for, the newest first. */
  readonly approvals: readonly Approval[]
  /** Names of those who may decide the newest one. */
  readonly approverNames: readonly string[]
  /** Lines that failed, were skipped or have a remark; the first few. */
  readonly remarks: readonly JobItem[]
  /** Lines that are done and can be opened in Drive; the first few. */
  readonly opened: readonly JobItem[]
  readonly now: Date
}

export type JobState =
  | 'planning'
  | 'waiting'
  | 'running'
  | 'succeeded'
  | 'partially-succeeded'
  | 'failed'
  | 'canceled'
  | 'denied'
  | 'expired'

export function jobState({ job, approvals }: Pick<JobView, 'job' | 'approvals'>): JobState {
  if (job.phase === 'planning') return 'planning'
  if (job.phase === 'approval') return 'waiting'
  if (job.phase === 'applying') return 'running'
  const decided = approvals[0]?.status
  if (job.status === 'canceled' && (decided === 'denied' || decided === 'expired')) return decided
  return job.status === 'pending' || job.status === 'in-progress' ? 'running' : job.status
}

const titles: Readonly<Record<JobState, string>> = {
  planning: 'planning',
  waiting: 'waiting for approval',
  running: 'running',
  succeeded: 'done',
  'partially-succeeded': 'partly done',
  failed: 'FAILED',
  canceled: 'canceled',
  denied: 'denied',
  expired: 'expired',
}

/** A restore from its request to its report: one message that follows it (RES-07). */
export function jobCard(view: JobView): CardDraft {
  const state = jobState(view)
  return {
    kind: 'job',
    title: `Restore ${jobName(view.job)} ${titles[state]} · ${view.job.driveName}`,
    tone: toneOf(view.job, state),
    summaryText: jobSentence(view),
    nodes: [{ type: 'text', text: jobSentence(view) }, ...nodesOf(view, state)],
    actions: actionsOf(view, state),
    footer: ['Restore ', time(view.job.finishedAt ?? view.job.startedAt ?? view.job.createdAt), ` · task ${view.job.taskName}`],
  }
}

const toneOf = (job: Job, state: JobState): Tone =>
  state === 'waiting' || state === 'denied' || state === 'expired' ? 'warn' : jobTones[job.status]

export function jobSentence(view: JobView): string {
  const { job } = view
  const name = jobName(job)
  const what = `${whatInWords(view)} from the archive of ${job.driveName}`
  switch (jobState(view)) {
    case 'planning':
      return `${name}: working out what bringing back ${what} to ${whereInWords(job)} would do. Nothing has started.`
    case 'waiting':
      return `${name}: the plan for ${what} waits for approval by ${namesInWords(view.approverNames)}. Nothing starts before that.`
    case 'running':
      return `${name}: restoring ${what} to ${whereInWords(job)}, ${job.doneItems.toLocaleString('en-US')} of ${job.totalItems.toLocaleString('en-US')} items so far.`
    case 'succeeded':
      if (view.totals.done === 0) return `${name}: nothing of ${what} had to be brought back. ${restoreBalance(view.totals)}`
      return `${name}: restored ${what} to ${whereInWords(job)}. ${restoreBalance(view.totals)}`
    case 'partially-succeeded':
      return `${name}: restored ${what} only in part. ${restoreBalance(view.totals)}${job.error ? ` ${job.error}` : ''}`
    case 'failed':
      return `${name}: the restore of ${what} failed. ${job.error ?? restoreBalance(view.totals)}`
    case 'denied':
      return `${name}: the request for ${what} was denied${deniedBy(view)}. Nothing was restored.`
    case 'expired':
      return `${name}: nobody decided on the request for ${what} in time, so nothing was restored. Ask again if it is still wanted.`
    case 'canceled':
      return `${name}: the restore of ${what} was canceled. ${view.totals.done === 0 ? 'Nothing was restored.' : `What had come back stays: ${restoreBalance(view.totals)}`}`
  }
}

function deniedBy({ approvals }: JobView): string {
  const vote = approvals[0]?.votes.find(({ choice }) => choice === 'deny')
  return vote ? ` by ${vote.displayName}${vote.comment ? ` (“${vote.comment}”)` : ''}` : ''
}

function nodesOf(view: JobView, state: JobState): NodeOf<Meant>[] {
  const { job, approvals } = view
  const plan = planOf(job)
  const [current, ...earlier] = approvals
  const decision: NodeOf<Meant>[] = current ? [votesNode(current)] : []
  // A vote binds to one plan only (P6): an approval that came before a new plan counts no more.
  const replanned: NodeOf<Meant>[] =
    earlier.length > 0
      ? [
          {
            type: 'text',
            look: 'strong',
            text: 'Drive has changed since the first plan, so the plan was made anew and is decided anew. Earlier votes do not count.',
          },
        ]
      : []
  switch (state) {
    case 'planning':
      return [jobFields(view)]
    case 'waiting':
      return [...replanned, jobFields(view), ...(plan ? planNodes(plan, job.planHash) : []), ...decision]
    case 'running':
      return [...runningNodes(view), jobFields(view), ...decision]
    case 'denied':
    case 'expired':
      return [jobFields(view), ...decision]
    default:
      return [...resultNodes(view), jobFields(view), ...decision]
  }
}

function runningNodes({ job, totals, now }: JobView): NodeOf<Meant>[] {
  const elapsedMs = job.startedAt ? now.getTime() - job.startedAt.getTime() : 0
  const ended = totals.done + totals.failed
  const leftMs = ended > 0 && job.totalItems > ended ? (elapsedMs / ended) * (job.totalItems - ended) : undefined
  return [
    {
      type: 'progress',
      label: `Restore ${jobName(job)}`,
      ...(job.totalItems > 0 && { fraction: Math.min(1, ended / job.totalItems) }),
      text: [
        count(ended),
        ' of ',
        count(job.totalItems, 'item'),
        ' · ',
        bytes(job.doneBytes),
        ' of ',
        bytes(job.totalBytes),
        ...(leftMs !== undefined ? [' · about ', duration(leftMs), ' left'] : []),
        ...(totals.failed > 0 ? [' · ', count(totals.failed, 'failure')] : []),
      ],
    },
  ]
}

function actionsOf({ job }: JobView, state: JobState): ActionOf<Meant>[] {
  if (state === 'planning' || state === 'waiting' || state === 'running') {
    return [
      button('Cancel', run('job cancel', { job: job.id }, job.id), {
        a11yLabel: `Cancel restore ${jobName(job)}`,
        confirm: {
          title: `Cancel ${jobName(job)}?`,
          text:
            state === 'running'
              ? 'What has come back stays in Drive and is reported. The rest is left out.'
              : 'Nothing has been restored yet, and nothing will be.',
          confirmLabel: 'Cancel the restore',
        },
      }),
      ...(state === 'running' ? [button('Details', run('job show', { job: job.id }, job.id))] : []),
    ]
  }
  const again = button('Restore again', run('restore', restoreArgs(job)), state === 'succeeded' ? {} : { style: 'primary' })
  return state === 'succeeded'
    ? [button('Browse the snapshot', run('browse', { drive: job.driveId, generation: job.generation })), menu('More', again)]
    : [again]
}

function restoreArgs(job: Job): Record<string, unknown> {
  const items = job.selection.kind === 'items' ? { items: job.selection.itemIds } : { whole: true }
  return { drive: job.driveId, generation: job.generation, ...items }
}
