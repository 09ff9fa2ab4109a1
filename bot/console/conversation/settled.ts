import { approvalById } from '../../../db/approvals.ts'
import type { Subject } from '../../../db/chat-messages.ts'
import type { Db, Sql } from '../../../db/client.ts'
import { estimateById } from '../../../db/estimates.ts'
import { jobById } from '../../../db/jobs.ts'
import { runSummary } from '../../../db/runs.ts'

/** Whether a subject has come to its end, so that its card will not change again by itself. */
export async function isSettled(db: Db, accountId: string, { type, id }: Subject): Promise<boolean> {
  switch (type) {
    case 'backup-run':
      return (await runSummary(db, accountId, id))?.phase === 'done'
    case 'job':
      return (await jobById(db, accountId, id))?.phase === 'done'
    case 'approval':
      return (await approvalById(db, accountId, id))?.status !== 'pending'
    case 'estimate':
      return ((await estimateById(db, accountId, id))?.finishedAt ?? null) !== null
    case 'task':
      return true
  }
}

/** Whether a message shows its subject as it is: nothing has asked for another rendering since. */
export async function isRendered(db: Sql, accountId: string, messageId: string): Promise<boolean> {
  const rows = await db.query('select id from chat_message where account_id = $1 and id = $2 and rendered_version >= desired_version', [
    accountId,
    messageId,
  ])
  return rows.length > 0
}
