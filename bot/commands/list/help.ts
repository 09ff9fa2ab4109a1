import { z } from 'zod'
import { authorize } from '../../access/authorize.ts'
import { type CommandHelp, commandHelpCard, helpCard } from '../../cards/help.ts'
import { unknownCommandCard } from '../../cards/problem.ts'
import { target } from '../args.ts'
import { type Command, command, usageOf } from '../command.ts'
import type { CommandContext } from '../context.ts'

/** What can be typed, all of it or one command, with what this person may do. */
export const help = command({
  path: 'help',
  aliases: ['?', 'commands'],
  summary: 'Explain what can be typed',
  args: z.object({ about: target.text('the command to explain', 'command').optional() }),
  permission: 'backups:read',
  risk: 'read',
  examples: ['help', 'help restore', 'help backup now'],
  run: async ({ about }, context) => ({ card: about === undefined ? allOf(context) : helpAbout(about, context), replaces: true }),
})

/** The card that explains a command, or the commands that begin with these words. */
export function helpAbout(about: string, context: CommandContext) {
  const words = about.trim().split(/\s+/)
  const { registry } = context
  const found = registry.find(words.map((text) => ({ text, quoted: false, start: 0, end: 0 })))
  if (found && found.length === words.length) return commandHelpCard(helpOf(found.command, context))
  const group = registry.group(words)
  if (group !== undefined) {
    const commands = listed(context).filter(({ path }) => path.startsWith(`${group} `))
    return helpCard([{ title: group, commands: commands.map((one) => helpOf(one, context)) }], group)
  }
  return unknownCommandCard(
    about,
    registry.near(words).map(({ path }) => path),
  )
}

const groups: readonly { readonly title: string; readonly has: (path: string) => boolean }[] = [
  { title: 'Backup tasks', has: (path) => /^(task|settings)/.test(path) },
  { title: 'Drives and backups', has: (path) => /^(drives|activate|pause|resume|backup)/.test(path) },
  { title: 'Recovery', has: (path) => /^(snapshots|browse|restore|job|approve|deny)/.test(path) },
  { title: 'Practice', has: (path) => path.startsWith('practice') },
  { title: 'You and Backstop', has: () => true },
]

function allOf(context: CommandContext) {
  const left = new Set(listed(context))
  const shown = groups.map(({ title, has }) => {
    const commands = [...left].filter(({ path }) => has(path))
    for (const one of commands) left.delete(one)
    return { title, commands: commands.map((one) => helpOf(one, context)) }
  })
  return helpCard(shown.filter(({ commands }) => commands.length > 0))
}

const listed = ({ registry, practice }: CommandContext): Command[] =>
  registry.commands.filter(({ unlisted, practiceOnly }) => !unlisted && (!practiceOnly || practice !== undefined))

function helpOf(one: Command, { person }: CommandContext): CommandHelp {
  return {
    path: one.path,
    aliases: one.aliases ?? [],
    summary: one.summary,
    usage: usageOf(one),
    risk: one.risk,
    permission: one.permission,
    allowed: authorize(person, one.permission).allowed,
    examples: one.examples,
    args: one.args
      .filter(({ hidden }) => !hidden)
      .map((arg) => ({
        name: arg.name,
        written: arg.positional ? (arg.placeholder ?? arg.name) : `--${arg.name}`,
        description: arg.description,
        required: arg.required,
      })),
  }
}
