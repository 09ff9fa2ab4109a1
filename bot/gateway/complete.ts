import { listDrives } from '../../db/drives.ts'
import { findEver } from '../../db/items.ts'
import { listJobs } from '../../db/jobs.ts'
import { listTasks } from '../../db/tasks.ts'
import { authorize } from '../access/authorize.ts'
import type { Arg } from '../commands/args.ts'
import type { Command } from '../commands/command.ts'
import type { CommandDeps } from '../commands/context.ts'
import { splitWords, type Word } from '../commands/grammar/words.ts'
import type { Registry } from '../commands/registry.ts'
import type { Account, Person } from '../commands/subjects.ts'
import type { Suggestion } from './gateway.ts'

type Desk = CommandDeps & { readonly registry: Registry; readonly account: Account; readonly person: Person }

const most = 10

/** One thing that could stand at the cursor. */
type Candidate = { readonly insert: string; readonly label: string; readonly hint?: string }

/** What could stand at the cursor: a command, an option, or the name of something of this account that this person may use. */
export async function complete(desk: Desk, text: string, cursor: number): Promise<readonly Suggestion[]> {
  const before = text.slice(0, cursor)
  const words = splitWords(before)
  const open = before !== '' && !/\s$/.test(before) ? words.at(-1) : undefined
  const found = desk.registry.find(words)
  const typing = found && (open === undefined || words.length > found.length)
  const candidates = typing
    ? await argumentsOf(desk, found.command, words.slice(found.length), open)
    : commandsLike(desk, before.trimStart())
  return candidates
    .slice(0, most)
    .map((candidate) => place(candidate, text, cursor, typing ? (open?.start ?? cursor) : before.length - before.trimStart().length))
}

function place({ insert, label, hint }: Candidate, text: string, cursor: number, from: number): Suggestion {
  const head = `${text.slice(0, from)}${insert} `
  return { text: head + text.slice(cursor).trimStart(), cursor: head.length, label, ...(hint !== undefined && { hint }) }
}

function commandsLike({ registry, person }: Desk, typed: string): Candidate[] {
  const wanted = typed.toLowerCase().replace(/\s+/g, ' ')
  const able = registry.commands.filter(({ unlisted, permission }) => !unlisted && authorize(person, permission).allowed)
  const named = (nameOf: (command: Command) => readonly string[]) =>
    able.flatMap((command) =>
      nameOf(command)
        .filter((name) => name.startsWith(wanted))
        .map((name) => ({ insert: name, label: name, hint: command.summary })),
    )
  const byPath = named(({ path }) => [path])
  return byPath.length > 0 ? byPath : named(({ aliases = [] }) => aliases)
}

async function argumentsOf(desk: Desk, command: Command, words: readonly Word[], open: Word | undefined): Promise<Candidate[]> {
  if (!authorize(desk.person, command.permission).allowed) return []
  const shown = command.args.filter(({ hidden }) => !hidden)
  const typed = open?.text ?? ''
  if (open && !open.quoted && typed.startsWith('-')) return optionNames(shown, typed)
  const earlier = open ? words.slice(0, -1) : words
  const option = /^--(.+)$/.exec(earlier.at(-1)?.text ?? '')?.[1]
  const arg = shown.find(({ name, kind }) => name === option && kind !== 'flag') ?? positionalAt(shown, earlier)
  if (!arg) return optionNames(shown, '--')
  const values = await valuesOf(desk, arg, typed.toLowerCase())
  const named = earlier.some(({ text }) => !text.startsWith('-'))
  return values.length > 0 || !named ? values : optionNames(shown, '--')
}

/** The positional that is being typed: the one after the last preposition that was written, else the first. */
function positionalAt(args: readonly Arg[], earlier: readonly Word[]): Arg | undefined {
  const words = earlier.filter(({ quoted }) => !quoted).map(({ text }) => text.toLowerCase())
  const positionals = args.filter(({ positional }) => positional)
  return (
    positionals.findLast(({ word }) => word !== undefined && words.includes(word)) ?? positionals.find(({ word }) => word === undefined)
  )
}

const optionNames = (args: readonly Arg[], typed: string): Candidate[] =>
  args
    .filter(({ positional, name }) => !positional && `--${name}`.startsWith(typed.toLowerCase()))
    .map(({ name, description }) => ({ insert: `--${name}`, label: `--${name}`, hint: description }))

async function valuesOf({ db, account }: Desk, arg: Arg, typed: string): Promise<Candidate[]> {
  const like = ({ name }: { readonly name: string }) => name.toLowerCase().includes(typed.replace(/^["“']/, ''))
  switch (arg.kind) {
    case 'drive':
    case 'drives':
      return (await listDrives(db, account.id))
        .filter(like)
        .map(({ name, lifecycle }) => ({ insert: quoted(name), label: name, hint: lifecycle }))
    case 'task':
      return (await listTasks(db, account.id))
        .filter(like)
        .map(({ name, connection }) => ({ insert: quoted(name), label: name, hint: connection }))
    case 'job':
      return (await listJobs(db, account.id, { limit: most }))
        .map(({ number, driveName, status }) => ({ insert: `R-${number}`, label: `R-${number}`, hint: `${driveName}, ${status}` }))
        .filter(({ label }) => label.toLowerCase().includes(typed))
    case 'choice':
      return (arg.values ?? []).filter((value) => like({ name: value })).map((value) => ({ insert: quoted(value), label: value }))
    case 'text':
      return arg.placeholder?.startsWith('file') ? items(db, account.id, typed) : []
    default:
      return []
  }
}

/** Names of files are looked up when there is something to look for, in the drives that have snapshots. */
async function items(db: Desk['db'], accountId: string, typed: string): Promise<Candidate[]> {
  if (typed.length < 2) return []
  const drives = (await listDrives(db, accountId)).filter(({ latestGeneration }) => latestGeneration > 0).slice(0, most)
  const found = await Promise.all(
    drives.map(async (drive) => (await findEver(db, accountId, drive.id, typed, 3)).map((item) => ({ item, drive }))),
  )
  return found
    .flat()
    .map(({ item, drive }) => ({ insert: `${quoted(item.name)} from ${quoted(drive.name)}`, label: item.name, hint: drive.name }))
}

/** A name as it can be typed: quoted where it would be read otherwise. */
function quoted(name: string): string {
  if (/^[\p{L}\d][\p{L}\d._-]*$/u.test(name)) return name
  return name.includes('"') ? `“${name}”` : `"${name}"`
}
