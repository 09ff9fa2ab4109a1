import { approvalById } from '../../db/approvals.ts'
import type { SubjectType } from '../../db/chat-messages.ts'
import { requestMessage } from '../../db/chat-outbox.ts'
import { jobItemsPage } from '../../db/job-items.ts'
import { setJobPhase } from '../../db/job-progress.ts'
import { jobById } from '../../db/jobs.ts'
import { personById } from '../../db/people.ts'
import type { ActivityDeps } from '../deps.ts'
import { restoreMail } from './restore-mail.ts'
import { showSubject } from './show.ts'

/** Failures that the mail names; the card has them all. */
const failuresInMail = 20

export function notifyActivities(deps: ActivityDeps) {
  const { db, clock } = deps
  return {
    async touchSubject(subject: { readonly accountId: string; readonly subjectType: SubjectType; readonly subjectId: string }) {
      await showSubject(deps, subject)
    },

    /** The request can be decided now: it goes into each approver's conversation, and the job waits for it. Idempotent by request and person. */
    async announceApproval({ accountId, approvalId }: { readonly accountId: string; readonly approvalId: string }) {
      const approval = await approvalById(db, accountId, approvalId)
      if (!approval) throw new Error(`There is no approval ${approvalId}.`)
      await setJobPhase(db, accountId, approval.jobId, 'approval', clock.now())
      for (const personId of approval.approverIds) {
        await requestMessage(db, accountId, {
          id: `${approvalId}_${personId}`,
          platform: 'console',
          teamId: accountId,
          conversationId: personId,
          personId,
          subject: { type: 'approval', id: approvalId },
          now: clock.now(),
        })
      }
      await showSubject(deps, { accountId, subjectType: 'job', subjectId: approval.jobId })
    },

    /** RES-06. Idempotent by the mail's id, which is the job's and its status'. */
    async tellRequester({ accountId, jobId }: { readonly accountId: string; readonly jobId: string }) {
      const job = await jobById(db, accountId, jobId)
      if (!job) throw new Error(`There is no job ${jobId}.`)
      const requester = await personById(db, accountId, job.requestedBy)
      if (!requester) throw new Error(`The requester of ${jobId} is gone.`)
      const failures = await jobItemsPage(db, accountId, jobId, { states: ['failed'], limit: failuresInMail })
      await deps.mailer.send(
        restoreMail({
          jobId,
          jobName: job.label ? `R-${job.number} (${job.label})` : `R-${job.number}`,
          to: requester.email,
          displayName: requester.displayName,
          driveName: job.driveName,
          destinationName: job.destinationDriveName,
          snapshotTime: job.backupAt ?? job.createdAt,
          status: job.status,
          error: job.error,
          total: job.doneItems + job.skippedItems + job.failedItems,
          done: job.doneItems,
          skipped: job.skippedItems,
          failed: job.failedItems,
          warnings: job.warnings,
          failures: failures.map(({ path, note }) => ({ path, note: note ?? 'no reason was given' })),
          link: deps.link('/console'),
        }),
      )
    },
  }
}
