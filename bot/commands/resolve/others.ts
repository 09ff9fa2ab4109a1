import { jobById, jobByNumber } from '../../../db/jobs.ts'
import { listTasks } from '../../../db/tasks.ts'
import type { Arg } from '../args.ts'
import type { CommandContext } from '../context.ts'
import type { Task } from '../subjects.ts'
import { matchName } from './match.ts'
import type { Offer, Resolved } from './resolve.ts'

export async function resolveTask(arg: Arg, text: string, context: CommandContext): Promise<Resolved> {
  const tasks = await listTasks(context.db, context.account.id)
  const match = matchName(text, tasks)
  if (match.kind === 'one') return { ok: true, value: match.row }
  if (tasks.length === 0)
    return { ok: false, problem: { arg: arg.name, sentence: 'There is no backup task yet. Type task add to make one.' } }
  const offers = (match.kind === 'several' ? match.rows : text.trim() === '' ? tasks : match.near).map(offer)
  const sentence = match.kind === 'several' ? `“${text}” could be ${match.rows.length} tasks.` : `There is no backup task “${text}”.`
  return { ok: false, problem: { arg: arg.name, sentence, offers } }
}

const offer = ({ id, name, connection }: Task): Offer => ({ value: id, label: name, hint: connection })

/** `R-1042`, `1042` or the job's id. */
export async function resolveJob(arg: Arg, text: string, { db, account }: CommandContext): Promise<Resolved> {
  const number = /^(?:r-?)?(\d{1,9})$/i.exec(text.trim())?.[1]
  const job = number === undefined ? await jobById(db, account.id, text.trim()) : await jobByNumber(db, account.id, Number(number))
  if (job) return { ok: true, value: job }
  return { ok: false, problem: { arg: arg.name, sentence: `There is no job “${text}”. Type jobs to see those of the last seven days.` } }
}
