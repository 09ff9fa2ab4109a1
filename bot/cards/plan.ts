import type { Job } from '../../db/jobs.ts'
import type { PlanSummary } from '../../workflows/policy/restore-summary.ts'
import type { Meant, NodeOf, Text } from './model.ts'
import { bytes, code, count, duration, namesInWords, plural, time } from './values.ts'

export type PlanView = {
  readonly job: Job
  /** The chosen items' names; empty for a whole drive. */
  readonly sourceNames: readonly string[]
}

export const jobName = ({ number }: Pick<Job, 'number'>): string => `R-${number}`

export const planOf = (job: Job): PlanSummary | undefined => (job.plan === null ? undefined : (job.plan as PlanSummary))

/** "Q3 plan and 2 more" or "the whole drive". */
export const whatInWords = ({ job, sourceNames }: PlanView): string =>
  job.selection.kind === 'drive'
    ? 'the whole drive'
    : sourceNames.length > 0
      ? namesInWords(sourceNames)
      : plural(job.selection.itemIds.length, 'item')

export const whereInWords = (job: Job): string => {
  if (job.destinationDriveId !== job.driveId) return `the drive ${job.destinationDriveName}`
  return job.destinationFolderId === null ? 'its original place' : `another folder of ${job.driveName}`
}

/** JOB-11: what every card of a job says about it. */
export function jobFields(view: PlanView): NodeOf<Meant> {
  const { job } = view
  return {
    type: 'fields',
    fields: [
      { label: 'What', value: whatInWords(view) },
      // RES-01
      { label: 'From the archive of', value: job.driveName },
      { label: 'Snapshot', value: job.backupAt ? [`${job.generation} of `, time(job.backupAt)] : `${job.generation}` },
      { label: 'Restore to', value: whereInWords(job) },
      { label: 'Sharing', value: job.withSharing ? 'with the original sharing settings' : 'without the original sharing settings' },
      { label: 'Asked for by', value: { type: 'person', personId: job.requestedBy, name: job.requesterName } },
      ...(job.label ? [{ label: 'Label', value: job.label }] : []),
      ...(job.reason ? [{ label: 'Reason', value: job.reason }] : []),
      { label: 'Asked for', value: time(job.createdAt) },
      { label: 'Service', value: job.service },
    ],
  }
}

/** What exactly would be done, and what it costs: the evidence of a decision. */
export function planNodes(plan: PlanSummary, planHash: string | null): NodeOf<Meant>[] {
  const unrestorable = Object.entries(plan.unrestorable).map(([why, items]) => `${plural(items, 'item')}: ${why}`)
  return [
    {
      type: 'fields',
      fields: [
        { label: 'Files', value: count(plan.files) },
        { label: 'Folders', value: count(plan.folders) },
        { label: 'Out of the trash', value: count(plan.fromTrash) },
        { label: 'Still there, left alone', value: count(plan.alreadyThere) },
        { label: 'Size', value: bytes(plan.bytes) },
        { label: 'Sharing re-created', value: sharing(plan) },
        { label: 'Name conflicts', value: conflicts(plan) },
        {
          label: 'Cost',
          value: [count(plan.calls, 'call'), ', ', count(plan.units, 'quota unit'), ', about ', duration(plan.seconds * 1_000)],
        },
        ...(planHash ? [{ label: 'Plan', value: code(planHash.slice(0, 12)) }] : []),
      ],
    },
    ...(plan.openGrants > 0
      ? [
          {
            type: 'text',
            look: 'strong',
            text: `Look twice: ${plural(plan.openGrants, 'of these grants opens', 'of these grants open')} items to anyone with the link or to a whole domain.`,
          } as const,
        ]
      : []),
    ...(plan.sample.length > 0
      ? [
          {
            type: 'section',
            title: 'What comes back',
            open: plan.sample.length <= 3,
            nodes: [{ type: 'list', items: withRest(plan) }],
          } as const,
        ]
      : []),
    ...(unrestorable.length > 0
      ? [{ type: 'section', title: 'What cannot come back', open: true, nodes: [{ type: 'list', items: unrestorable }] } as const]
      : []),
  ]
}

function withRest(plan: PlanSummary): Text[] {
  const more = plan.files + plan.folders + plan.fromTrash - plan.sample.length
  return more > 0 ? [...plan.sample, `and ${plural(more, 'item')} more`] : [...plan.sample]
}

const sharing = (plan: PlanSummary): Text => (plan.grants === 0 ? 'none' : count(plan.grants, 'grant'))

/** G19: nothing is ever overwritten. */
const conflicts = (plan: PlanSummary): string =>
  plan.conflicts === 0
    ? 'none'
    : `${plural(plan.conflicts, 'name is', 'names are')} taken there: both are kept side by side, nothing is overwritten`
