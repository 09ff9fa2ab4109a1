import { listDrives } from '../../db/drives.ts'
import { listTasks } from '../../db/tasks.ts'
import { authorize } from '../access/authorize.ts'
import type { Option } from '../cards/model.ts'
import type { CommandDeps } from '../commands/context.ts'
import { nearest } from '../commands/grammar/nearest.ts'
import type { Account, Person } from '../commands/subjects.ts'

const most = 25

/** Choices of a form field, for what has been typed so far. R12: no more than 25. */
export async function optionsFor(
  { db, account, person }: CommandDeps & { readonly account: Account; readonly person: Person },
  source: string,
  text: string,
): Promise<readonly Option[]> {
  if (!authorize(person, 'backups:read').allowed) return []
  const rows =
    source === 'drives'
      ? (await listDrives(db, account.id)).filter(({ lifecycle }) => lifecycle !== 'archived')
      : source === 'tasks'
        ? await listTasks(db, account.id)
        : []
  const named = rows.map(({ id, name }) => ({ value: id, label: name }))
  return text.trim() === '' ? named.slice(0, most) : nearest(text, named, ({ label }) => label, most)
}
