import { z } from 'zod'
import { createEstimate } from '../../../db/estimates.ts'
import { listTasks } from '../../../db/tasks.ts'
import { button, run } from '../../cards/buttons.ts'
import { notice } from '../../cards/notice.ts'
import { draftSubject } from '../../cards/subjects.ts'
import { namesInWords } from '../../cards/values.ts'
import { option, target } from '../args.ts'
import { command, type Outcome } from '../command.ts'
import type { CommandContext } from '../context.ts'
import { idOfEvent } from '../ids.ts'
import type { Drive, Task } from '../subjects.ts'

/** How long a first backup would take, and of what, before it is begun: drives are listed, and nothing is downloaded. */
export const estimate = command({
  path: 'estimate',
  aliases: ['backup estimate', 'drive estimate', 'how long'],
  summary: 'Say what a first backup would take, before it is begun',
  args: z.object({
    drives: target.drives('the drives to measure, or all'),
    task: option.task('with all: only drives of this task').optional(),
  }),
  permission: 'backups:execute',
  risk: 'write',
  examples: ['estimate Finance', 'estimate Finance, Marketing', 'estimate all'],
  async run({ drives }, context) {
    const { db, account } = context
    const tasks = new Map((await listTasks(db, account.id)).map((task) => [task.id, task]))
    const able = drives.filter((drive) => canBeListed(drive, tasks.get(drive.taskId)))
    if (able.length === 0) return nothingToMeasure(drives, tasks)
    if (context.dryRun) {
      const sentence = `${namesInWords(able.map(({ name }) => name))} would be listed, with a call for each 1,000 items. Nothing was done.`
      return { card: notice('info', 'Dry run', sentence) }
    }
    return begin(able, context)
  },
})

const canBeListed = ({ lifecycle }: Drive, task: Task | undefined): boolean => lifecycle !== 'archived' && task?.connection === 'Connected'

function nothingToMeasure(drives: readonly Drive[], tasks: ReadonlyMap<string, Task>): Outcome {
  const names = namesInWords(drives.map(({ name }) => name))
  const archived = drives.every(({ lifecycle }) => lifecycle === 'archived')
  const [task] = drives.flatMap(({ taskId }) => tasks.get(taskId) ?? [])
  const why = archived ? 'Google does not have it any more' : `the task ${task?.name ?? 'of it'} is Disconnected. Reconnect it first`
  return {
    card: notice('warn', 'Not measured', `${names} cannot be measured: ${why}.`, {
      actions: archived || !task ? [] : [button('Reconnect', run('task reconnect', { task: task.id }), { style: 'primary' })],
    }),
    refused: why,
  }
}

/** The rows come first: a workflow that wakes without them finds nothing to do. */
async function begin(drives: readonly Drive[], context: CommandContext): Promise<Outcome> {
  const { db, account, person, clock, temporal } = context
  const id = idOfEvent(context, 'est')
  await createEstimate(db, account.id, {
    id,
    requestedBy: person.id,
    driveIds: drives.map((drive) => drive.id),
    now: clock.now(),
  })
  await temporal.startEstimate(account.id, id)
  const subject = { type: 'estimate', id } as const
  const card = await draftSubject(context, account.id, subject)
  return card
    ? { card, subject }
    : { card: notice('warn', 'Gone', 'What was to be measured is not there any more.'), refused: 'it is gone' }
}
