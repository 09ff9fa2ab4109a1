import type { Arg } from '../args.ts'
import type { Command } from '../command.ts'
import type { CommandContext } from '../context.ts'
import type { RawArgs } from '../grammar/parse.ts'
import { sameWords } from '../grammar/same-words.ts'
import { readWhen } from '../grammar/when.ts'
import { resolveDrive, resolveDrives, spillOver } from './drives.ts'
import { resolveJob, resolveTask } from './others.ts'

export type Offer = { readonly label: string; readonly hint?: string; readonly value: string }

/** Why an argument cannot be used. With offers, one click on the right one goes on. */
export type Problem = { readonly arg: string; readonly sentence: string; readonly offers?: readonly Offer[] }

export type Resolved = { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly problem: Problem }

export type ResolvedArgs =
  | { readonly ok: true; readonly args: unknown; readonly raw: RawArgs }
  | { readonly ok: false; readonly problem: Problem; readonly raw: RawArgs }

/** Turns what was written or sent into what the command takes: names into rows of this account, words into moments, all of it checked. */
export async function resolveArgs(command: Command, given: RawArgs, context: CommandContext): Promise<ResolvedArgs> {
  const raw = await spillOver(command, withoutBlanks(given), context)
  const args: Record<string, unknown> = {}
  for (const arg of command.args) {
    const written = raw[arg.name]
    if (written === undefined) continue
    const resolved = await resolveOne(arg, written, raw, context)
    if (!resolved.ok) return { ok: false, problem: resolved.problem, raw }
    args[arg.name] = resolved.value
  }
  const checked = command.schema.safeParse(args)
  if (checked.success) return { ok: true, args: checked.data, raw }
  const [issue] = checked.error.issues
  const name = String(issue?.path[0] ?? '')
  const arg = command.args.find((candidate) => candidate.name === name)
  return {
    ok: false,
    raw,
    problem:
      args[name] === undefined && arg ? await missing(arg, context) : { arg: name, sentence: issue?.message ?? 'It cannot be read.' },
  }
}

/** An empty field of a form says nothing. */
const withoutBlanks = (raw: RawArgs): RawArgs =>
  Object.fromEntries(Object.entries(raw).filter(([, value]) => value !== '' && value !== undefined && value !== null))

async function resolveOne(arg: Arg, written: unknown, raw: RawArgs, context: CommandContext): Promise<Resolved> {
  switch (arg.kind) {
    case 'drive':
      return resolveDrive(arg, String(written), context)
    case 'drives':
      return resolveDrives(arg, Array.isArray(written) ? written.map(String) : [String(written)], raw, context)
    case 'task':
      return resolveTask(arg, String(written), context)
    case 'job':
      return resolveJob(arg, String(written), context)
    case 'time': {
      const at = readWhen(String(written), context.clock.now(), context.person.timeZone, arg.edge ?? 'end')
      if (at) return { ok: true, value: at }
      return bad(arg, `“${String(written)}” is no date that can be read. Write yesterday 14:00, last friday or 2026-11-20 08:00.`)
    }
    case 'choice': {
      const value = arg.values?.find((candidate) => sameWords(candidate, String(written)))
      return value === undefined
        ? bad(arg, `“${String(written)}” is not possible here. There is ${arg.values?.join(', ')}.`)
        : { ok: true, value }
    }
    case 'flag':
      return { ok: true, value: written === true || written === 'true' }
    case 'number':
      return { ok: true, value: Number(written) }
    case 'text':
      return { ok: true, value: String(written) }
    case 'texts':
      return { ok: true, value: Array.isArray(written) ? written.map(String) : [String(written)] }
  }
}

const bad = (arg: Arg, sentence: string): Resolved => ({ ok: false, problem: { arg: arg.name, sentence } })

/** What is missing, with what could stand there. */
async function missing(arg: Arg, context: CommandContext): Promise<Problem> {
  if (arg.kind === 'drives') return { arg: arg.name, sentence: 'No drive is chosen. Choose at least one, or name it.' }
  const nothing = { drive: 'Which drive?', task: 'Which backup task?', job: 'Which job? Name it as it is shown, such as R-1001.' }
  if (arg.kind === 'drive' || arg.kind === 'task') {
    const resolve = arg.kind === 'drive' ? resolveDrive : resolveTask
    const unresolved = await resolve(arg, '', context)
    return {
      arg: arg.name,
      sentence: nothing[arg.kind],
      ...(!unresolved.ok && unresolved.problem.offers && { offers: unresolved.problem.offers }),
    }
  }
  if (arg.kind === 'job') return { arg: arg.name, sentence: nothing.job }
  return { arg: arg.name, sentence: `Something is missing: ${arg.description}.` }
}
