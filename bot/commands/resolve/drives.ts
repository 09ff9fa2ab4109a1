import { driveById, listDrives } from '../../../db/drives.ts'
import type { Arg } from '../args.ts'
import type { Command } from '../command.ts'
import type { CommandContext } from '../context.ts'
import { idInDriveUrl } from '../grammar/drive-url.ts'
import type { RawArgs } from '../grammar/parse.ts'
import type { Drive, Task } from '../subjects.ts'
import { isNamed, matchName } from './match.ts'
import { resolveTask } from './others.ts'
import type { Offer, Resolved } from './resolve.ts'

/** A picker of more is no help. */
const mostOffers = 10

/** The drive of this account that a text means: its id, its address in Google Drive, or its name. */
export async function resolveDrive(arg: Arg, text: string, context: CommandContext): Promise<Resolved> {
  const { db, account } = context
  const byId = await driveById(db, account.id, idInDriveUrl(text) ?? text.trim())
  if (byId) return { ok: true, value: byId }
  const drives = await listDrives(db, account.id)
  const match = matchName(text, drives)
  if (match.kind === 'one') return { ok: true, value: match.row }
  if (drives.length === 0) {
    return { ok: false, problem: { arg: arg.name, sentence: 'There is no shared drive yet. Type task add to connect Google.' } }
  }
  if (match.kind === 'several') {
    const sentence = `“${text}” could be ${match.rows.length} drives.`
    return { ok: false, problem: { arg: arg.name, sentence, offers: match.rows.slice(0, mostOffers).map(offer) } }
  }
  const near = text.trim() === '' ? drives.slice(0, mostOffers) : match.near
  return {
    ok: false,
    problem: {
      arg: arg.name,
      sentence: `There is no drive “${text}”.${near.length > 0 ? ' Did you mean one of these?' : ' Type drives to see all of them.'}`,
      offers: near.map(offer),
    },
  }
}

const offer = ({ id, name, taskId: _taskId, lifecycle }: Drive): Offer => ({
  value: id,
  label: name,
  hint: `${lifecycle}, …${id.slice(-6)}`,
})

/** One or more drives, or `all` of them that Google still has; `all` with a task means those of the task. */
export async function resolveDrives(arg: Arg, texts: readonly string[], raw: RawArgs, context: CommandContext): Promise<Resolved> {
  const drives = await listDrives(context.db, context.account.id)
  if (texts.length === 1 && texts[0]?.trim().toLowerCase() === 'all' && !isNamed('all', drives)) {
    const task = raw.task === undefined ? undefined : await resolveTask({ ...arg, name: 'task' }, String(raw.task), context)
    if (task && !task.ok) return task
    const taskId = task && (task.value as Task).id
    const chosen = drives.filter((drive) => drive.lifecycle !== 'archived' && (taskId === undefined || drive.taskId === taskId))
    if (chosen.length > 0) return { ok: true, value: chosen }
    return {
      ok: false,
      problem: { arg: arg.name, sentence: 'There is no drive yet. Type drives to see what there is, or task add to connect Google.' },
    }
  }
  const found = new Map<string, Drive>()
  for (const text of texts.flatMap((piece) => apart(piece, drives))) {
    const resolved = await resolveDrive(arg, text, context)
    if (!resolved.ok) {
      // Choosing one of the offers must not lose the other names.
      const others = texts.filter((piece) => piece !== text)
      return others.length === 0
        ? resolved
        : { ok: false, problem: { arg: arg.name, sentence: `${resolved.problem.sentence} Nothing was done to the others.` } }
    }
    const drive = resolved.value as Drive
    found.set(drive.id, drive)
  }
  return { ok: true, value: [...found.values()] }
}

/** `Finance Marketing` is two drives when there is none of that name and each word is one. */
function apart(piece: string, drives: readonly Drive[]): string[] {
  const words = piece.split(' ').filter((word) => word !== '')
  const together = words.length < 2 || isNamed(piece, drives) || !words.every((word) => isNamed(word, drives))
  return together ? [piece] : words
}

/**
 * `browse Finance Reports/2026`: where a drive is followed by free text and no drive has the whole name, the longest beginning that is a
 * drive's name is the drive.
 */
export async function spillOver(command: Command, raw: RawArgs, context: CommandContext): Promise<RawArgs> {
  const [drive, text] = command.args.filter(({ positional, word }) => positional && word === undefined)
  const typed = drive?.kind === 'drive' ? raw[drive.name] : undefined
  if (!drive || text?.kind !== 'text' || typeof typed !== 'string' || raw[text.name] !== undefined) return raw
  const words = typed.split(' ')
  if (words.length < 2) return raw
  const drives = await listDrives(context.db, context.account.id)
  for (let length = words.length; length > 0; length -= 1) {
    const name = words.slice(0, length).join(' ')
    if (!isNamed(name, drives)) continue
    const rest = words.slice(length).join(' ')
    return { ...raw, [drive.name]: name, ...(rest !== '' && { [text.name]: rest }) }
  }
  return raw
}
