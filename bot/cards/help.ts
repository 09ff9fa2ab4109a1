import type { Permission } from '../access/permissions.ts'
import { button, run } from './buttons.ts'
import type { CardDraft } from './model.ts'
import { code } from './values.ts'

export type CommandHelp = {
  readonly path: string
  readonly aliases: readonly string[]
  readonly summary: string
  readonly usage: string
  readonly risk: 'read' | 'write' | 'approval'
  readonly permission: Permission
  readonly allowed: boolean
  readonly examples: readonly string[]
  readonly args: readonly { readonly name: string; readonly written: string; readonly description: string; readonly required: boolean }[]
}

/** Every command in a line, grouped by its first word as people look for it. */
export function helpCard(
  groups: readonly { readonly title: string; readonly commands: readonly CommandHelp[] }[],
  about?: string,
): CardDraft {
  const all = groups.flatMap(({ commands }) => commands)
  return {
    kind: 'help',
    title: about === undefined ? 'What you can type' : `Commands that begin with “${about}”`,
    tone: 'info',
    summaryText: `There are ${all.length} commands${about === undefined ? '' : ` that begin with “${about}”`}: ${all.map(({ path }) => path).join(', ')}.`,
    nodes: groups.map(({ title, commands }) => ({
      type: 'section',
      title,
      open: true,
      nodes: [
        {
          type: 'table',
          caption: title,
          columns: [{ label: 'Command' }, { label: 'What it does' }],
          rows: commands.map((command) => ({
            cells: [code(command.usage), command.allowed ? command.summary : `${command.summary} (not with your role)`],
            actions: [button('Explain', run('help', { about: command.path }), { a11yLabel: `Explain ${command.path}` })],
          })),
        },
      ],
    })),
    actions: [],
    footer: [
      'Names with spaces need no quotes: ',
      code('backup now Finance EMEA'),
      '. Every command knows ',
      code('--help'),
      ', ',
      code('--json'),
      ' and, when it changes something, ',
      code('--dry-run'),
      '.',
    ],
  }
}

const risks = {
  read: 'It only reads.',
  write: 'It changes something, and can be taken back.',
  approval: 'Nothing happens until another person has approved it.',
} as const

/** One command in full. */
export function commandHelpCard(help: CommandHelp): CardDraft {
  return {
    kind: 'command-help',
    title: help.path,
    tone: 'info',
    summaryText: `${help.path}: ${help.summary}. For example: ${help.examples[0] ?? help.usage}`,
    nodes: [
      { type: 'text', text: `${help.summary}. ${risks[help.risk]}` },
      { type: 'code', text: help.usage },
      ...(help.args.length > 0
        ? [
            {
              type: 'table',
              caption: 'What can be said',
              columns: [{ label: 'Argument' }, { label: 'Meaning' }],
              rows: help.args.map((arg) => ({ cells: [code(arg.written), `${arg.description}${arg.required ? '' : ' (optional)'}`] })),
            } as const,
          ]
        : []),
      { type: 'list', items: help.examples.map(code) },
      {
        type: 'fields',
        fields: [
          { label: 'Permission', value: [code(help.permission), help.allowed ? ' (you have it)' : ' (you do not have it)'] },
          ...(help.aliases.length > 0 ? [{ label: 'Also written', value: help.aliases.join(', ') }] : []),
        ],
      },
    ],
    actions: [button('All commands', run('help'))],
  }
}
