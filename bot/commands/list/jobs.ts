import { z } from 'zod'
import { countJobs, listJobs } from '../../../db/jobs.ts'
import { personByHandle } from '../../../db/people.ts'
import { statusKey, vocabularies } from '../../../workflows/policy/vocabulary.ts'
import { jobListCard } from '../../cards/job-list.ts'
import { notice } from '../../cards/notice.ts'
import { option, sent } from '../args.ts'
import { command } from '../command.ts'
import { service } from '../show-snapshots.ts'

/** JOB-01. */
const days = 7
const pageSize = 10
const statuses = Object.values(vocabularies.job) as [string, ...string[]]

/** JOB-01…08, JOB-10, JOB-11: restores and exports of the last seven days. */
export const jobs = command({
  path: 'jobs',
  aliases: ['job list', 'restore list', 'job'],
  summary: 'List the restores of the last seven days',
  args: z.object({
    status: option.choice('only jobs with this status', statuses).optional(),
    initiator: option.text('only jobs that this person asked for, by handle, or me', 'handle').optional(),
    kind: option.choice('only jobs of this kind', ['restore', 'export']).optional(),
    service: option.choice('only jobs of this service', [service]).optional(),
    drive: option.drive('only jobs of this drive').optional(),
    order: option.choice('latest or oldest first', ['latest', 'oldest']).default('latest'),
    after: sent.number().optional(),
  }),
  permission: 'backups:read',
  risk: 'read',
  examples: ['jobs', 'jobs --status failed', 'jobs --initiator me --order oldest'],
  run: async ({ status, initiator, kind, service: wanted, drive, order, after }, { db, account, person, clock }) => {
    const asked =
      initiator === undefined
        ? undefined
        : initiator.toLowerCase() === 'me'
          ? person
          : await personByHandle(db, account.id, initiator.replace(/^@/, ''))
    if (initiator !== undefined && !asked) {
      return {
        card: notice('warn', 'jobs: initiator', `There is nobody called “${initiator}” here. Write a handle, or me: jobs --initiator me`),
        refused: 'unknown initiator',
      }
    }
    const key = status === undefined ? undefined : statusKey('job', status)
    const filter = {
      requestedBy: asked?.id,
      kinds: kind && [kind],
      service: wanted,
      driveId: drive?.id,
      since: new Date(clock.now().getTime() - days * 86_400_000),
    }
    const [found, counts] = await Promise.all([
      listJobs(db, account.id, { ...filter, statuses: key && [key], order, after, limit: pageSize + 1 }),
      countJobs(db, account.id, filter),
    ])
    const said = { status, initiator: asked?.handle, kind, service: wanted, drive: drive?.id, order }
    const args = Object.fromEntries(Object.entries(said).filter(([, value]) => value !== undefined))
    return {
      card: jobListCard({ jobs: found.slice(0, pageSize), counts, days, order, filter: args, more: found.length > pageSize }),
      replaces: true,
    }
  },
})
