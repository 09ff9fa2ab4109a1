import type { SubjectType } from '../../db/chat-messages.ts'
import type { Database } from '../../db/client.ts'
import type { Clock } from '../../db/kit/clock.ts'
import { approvalCard } from './approval.ts'
import { backupRunCard } from './backup-run.ts'
import { estimateCard } from './estimate.ts'
import { jobCard } from './job.ts'
import { loadApprovalView, loadEstimateView, loadJobView, loadRunView, loadTaskView } from './load.ts'
import type { Card, CardDraft } from './model.ts'
import { taskCard } from './task.ts'
import { issueTokens } from './tokens.ts'

export type RenderDeps = { readonly db: Database; readonly clock: Clock }

/**
 * The card of a subject as it is now: for its first showing and for every later one (R2). Undefined when the account has no such subject.
 * `viewer` sees only the buttons that can be theirs; whether a click is allowed is decided when it comes.
 */
export async function renderSubject(
  deps: RenderDeps,
  accountId: string,
  subject: { readonly type: SubjectType; readonly id: string },
  viewer?: { readonly id: string },
): Promise<Card | undefined> {
  const draft = await draftSubject(deps, accountId, subject, viewer)
  return draft && issueTokens(deps.db, accountId, draft, deps.clock.now())
}

/** The same before its buttons get their tokens. */
export async function draftSubject(
  { db, clock }: RenderDeps,
  accountId: string,
  subject: { readonly type: SubjectType; readonly id: string },
  viewer?: { readonly id: string },
): Promise<CardDraft | undefined> {
  const now = clock.now()
  switch (subject.type) {
    case 'backup-run': {
      const view = await loadRunView(db, accountId, subject.id, now)
      return view && backupRunCard(view)
    }
    case 'job': {
      const view = await loadJobView(db, accountId, subject.id, now)
      return view && jobCard(view)
    }
    case 'approval': {
      const view = await loadApprovalView(db, accountId, subject.id, { viewer, now })
      return view && approvalCard(view)
    }
    case 'estimate': {
      const view = await loadEstimateView(db, accountId, subject.id, now)
      return view && estimateCard(view)
    }
    case 'task': {
      const view = await loadTaskView(db, accountId, subject.id, now)
      return view && taskCard(view)
    }
  }
}
