import type { SubjectType } from '../../db/chat-messages.ts'
import { bumpSubject } from '../../db/chat-outbox.ts'
import type { Database } from '../../db/client.ts'

/** Asks for every card about a subject to be rendered again. Cheap where no card hangs; repeating it only renders once more. */
export async function showSubject(
  deps: { readonly db: Database },
  subject: { readonly accountId: string; readonly subjectType: SubjectType; readonly subjectId: string },
): Promise<void> {
  await bumpSubject(deps.db, subject.accountId, { type: subject.subjectType, id: subject.subjectId })
}
