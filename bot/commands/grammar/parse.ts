import type { Arg } from '../args.ts'
import type { Command } from '../command.ts'
import type { Registry } from '../registry.ts'
import { readOption } from './options.ts'
import { splitPositionals } from './positionals.ts'
import { splitWords, type Word } from './words.ts'

/** Arguments as they were written or sent: names, ids, dates in words. Plain JSON, so that a button can keep them. */
export type RawArgs = Readonly<Record<string, unknown>>

export type GlobalFlags = { readonly json: boolean; readonly dryRun: boolean; readonly help: boolean; readonly reason?: string }

/** One thing that is wrong with one argument, in words. */
export type Misread = { readonly arg?: string; readonly sentence: string; readonly example: string }

export type Reading =
  | { readonly kind: 'nothing'; readonly flags: GlobalFlags }
  | { readonly kind: 'unknown'; readonly typed: string; readonly near: readonly Command[]; readonly flags: GlobalFlags }
  /** The beginning of several commands, such as `task`. */
  | { readonly kind: 'group'; readonly group: string; readonly flags: GlobalFlags }
  | { readonly kind: 'misread'; readonly command: Command; readonly problem: Misread; readonly flags: GlobalFlags }
  | { readonly kind: 'command'; readonly command: Command; readonly raw: RawArgs; readonly flags: GlobalFlags }

const globalArgs: readonly Arg[] = [
  { name: 'json', kind: 'flag', required: false, description: 'answer with the card’s data' },
  { name: 'dry-run', kind: 'flag', required: false, description: 'say what would happen and do nothing' },
  { name: 'help', kind: 'flag', required: false, description: 'explain the command' },
  { name: 'reason', kind: 'text', required: false, placeholder: 'why', description: 'why; kept in the audit log' },
]

/** Reads a line: finds the command that it begins with, then what follows as options and targets. Decides nothing about names. */
export function parseLine(line: string, registry: Registry): Reading {
  const words = splitWords(line)
  const found = registry.find(words)
  if (!found) return withoutCommand(words, registry)

  const { command } = found
  const allowed = [...command.args.filter(({ hidden }) => !hidden), ...globalArgs]
  const raw: Record<string, unknown> = {}
  const positionals: Word[] = []
  let at = found.length
  while (at < words.length) {
    const option = readOption(words, at, allowed, { hasTarget: positionals.length > 0 || !command.args.some(isRequiredTarget) })
    if (option === undefined) {
      positionals.push(words[at] as Word)
      at += 1
    } else if ('sentence' in option) {
      return { kind: 'misread', command, flags: flagsOf(raw), problem: { ...option, example: command.examples[0] } }
    } else {
      raw[option.name] = option.value
      at = option.next
    }
  }
  const flags = flagsOf(raw)
  const placed = splitPositionals(positionals, command.args)
  if ('sentence' in placed) return { kind: 'misread', command, flags, problem: { ...placed, example: command.examples[0] } }
  const own = Object.fromEntries(Object.entries(raw).filter(([name]) => command.args.some((arg) => arg.name === name)))
  return { kind: 'command', command, flags, raw: { ...placed.values, ...own } }
}

const isRequiredTarget = (arg: Arg): boolean => arg.positional === true && arg.required

function flagsOf(raw: Readonly<Record<string, unknown>>): GlobalFlags {
  const reason = raw.reason
  return {
    json: raw.json === true,
    dryRun: raw['dry-run'] === true,
    help: raw.help === true,
    ...(typeof reason === 'string' && { reason }),
  }
}

function withoutCommand(words: readonly Word[], registry: Registry): Reading {
  const flags = flagsOf({ json: words.some(is('--json')), help: words.some((word) => is('--help')(word) || is('-h')(word)) })
  const typed = words.filter(({ text, quoted }) => quoted || !text.startsWith('-')).map(({ text }) => text)
  if (typed.length === 0) return { kind: 'nothing', flags }
  const group = registry.group(typed)
  if (group !== undefined) return { kind: 'group', group, flags }
  return { kind: 'unknown', typed: typed.join(' '), near: registry.near(typed), flags }
}

const is =
  (text: string) =>
  (word: Word): boolean =>
    !word.quoted && word.text.toLowerCase() === text
