import { z } from 'zod'
import { bumpSubject } from '../../../db/chat-outbox.ts'
import { type TaskChanges, updateTask } from '../../../db/tasks.ts'
import { notice } from '../../cards/notice.ts'
import { settingsCard } from '../../cards/settings.ts'
import { option, target } from '../args.ts'
import { command } from '../command.ts'

const onOff = ['on', 'off'] as const
const wholeNumber = /^\d{1,7}$/

/** What a task's backups take along, and when they ask first. */
export const taskSet = command({
  path: 'task set',
  summary: 'Choose what a task’s backups take along, and when removals are held',
  args: z.object({
    task: target.task('the backup task'),
    comments: option.choice('store comments and replies too, for one more call of Google for each changed file', onOff).optional(),
    flagged: option.choice('fetch what Google has flagged as malware or spam', onOff).optional(),
    labels: option.text('ids of the labels to store, with commas between them, or none', 'ids').optional(),
    'hold-percent': option.text('hold a backup that would remove more than this share of a drive', '1–100').optional(),
    'hold-items': option.text('but never one that would remove fewer items than this', 'number').optional(),
  }),
  permission: 'tasks:write',
  risk: 'write',
  examples: ['task set Acme --comments on', 'task set Acme --hold-percent 20 --hold-items 100', 'task set Acme --labels none'],
  run: async ({ task, ...wanted }, { db, account, clock, dryRun }) => {
    const changes = changesOf(wanted)
    if (typeof changes === 'string') return { card: notice('warn', 'That cannot be set', changes), refused: changes }
    if (Object.keys(changes).length === 0) return { card: settingsCard(task) }
    if (dryRun) return { card: notice('info', 'Dry run', `The settings of ${task.name} would be changed. Nothing was done.`) }
    const changed = await updateTask(db, account.id, task.id, changes, clock.now())
    if (!changed || changed === 'name taken') {
      return { card: notice('warn', 'Gone', `The task ${task.name} is not there any more.`), refused: 'the task is gone' }
    }
    await bumpSubject(db, account.id, { type: 'task', id: task.id })
    return { card: settingsCard(changed) }
  },
})

type Wanted = {
  readonly comments?: 'on' | 'off' | undefined
  readonly flagged?: 'on' | 'off' | undefined
  readonly labels?: string | undefined
  readonly 'hold-percent'?: string | undefined
  readonly 'hold-items'?: string | undefined
}

/** The changes, or a sentence that says what is wrong with them. */
function changesOf({ comments, flagged, labels, ...hold }: Wanted): TaskChanges | string {
  const percent = numberOf(hold['hold-percent'])
  const items = numberOf(hold['hold-items'])
  if (percent === 'wrong' || percent === 0 || (percent ?? 0) > 100) return 'The share of a drive is a whole number from 1 to 100.'
  if (items === 'wrong' || items === 0) return 'The number of items is a whole number from 1 on.'
  const ids = labels === undefined ? undefined : labelIds(labels)
  if (ids?.some((id) => !/^[\w-]{1,100}$/.test(id)))
    return 'Label ids are letters, digits, - and _, with commas between them; none stands for no labels.'
  return {
    ...(comments !== undefined && { withComments: comments === 'on' }),
    ...(flagged !== undefined && { fetchFlagged: flagged === 'on' }),
    ...(ids !== undefined && { labelIds: ids }),
    ...(percent !== undefined && { holdPercent: percent }),
    ...(items !== undefined && { holdItems: items }),
  }
}

function numberOf(text: string | undefined): number | 'wrong' | undefined {
  if (text === undefined) return undefined
  return wholeNumber.test(text) ? Number(text) : 'wrong'
}

function labelIds(text: string): readonly string[] {
  if (text.trim().toLowerCase() === 'none') return []
  return [...new Set(text.split(/[\s,]+/).filter((id) => id !== ''))]
}
