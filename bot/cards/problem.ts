import { button, run } from './buttons.ts'
import type { CardDraft, Intent } from './model.ts'
import { code } from './values.ts'

/** A word that is no command: the nearest ones, each a click away from its explanation. */
export function unknownCommandCard(typed: string, near: readonly string[]): CardDraft {
  const hint = near.length === 0 ? 'Type help to see everything that can be done here.' : `Did you mean ${near.join(', ')}?`
  return {
    kind: 'unknown-command',
    title: 'That is no command',
    tone: 'warn',
    summaryText: `“${typed}” is no command. ${hint}`,
    nodes: [{ type: 'text', text: [`There is no command `, code(typed), `. ${hint}`] }],
    actions: [...near.map((path) => button(path, run('help', { about: path }))), button('Help', run('help'))],
  }
}

/** One argument that cannot be used: which one, what is wrong, and how it would be right. */
export function misreadCard(problem: {
  readonly path: string
  readonly arg?: string
  readonly sentence: string
  readonly example: string
}): CardDraft {
  return {
    kind: 'misread',
    title: problem.arg === undefined ? `${problem.path}: that cannot be read` : `${problem.path}: ${problem.arg}`,
    tone: 'warn',
    summaryText: `${problem.sentence} For example: ${problem.example}`,
    nodes: [
      { type: 'text', text: problem.sentence },
      { type: 'text', text: ['For example: ', code(problem.example)], look: 'quiet' },
    ],
    actions: [button(`Help for ${problem.path}`, run('help', { about: problem.path }))],
  }
}

export type Choice = { readonly label: string; readonly hint?: string; readonly intent: Intent }

/** Several things could be meant, or none is and these are the nearest: one click goes on with the right one. */
export function pickerCard(picker: { readonly title: string; readonly sentence: string; readonly choices: readonly Choice[] }): CardDraft {
  return {
    kind: 'picker',
    title: picker.title,
    tone: 'warn',
    summaryText: `${picker.sentence}${picker.choices.length > 0 ? ` Choose one of: ${picker.choices.map(({ label }) => label).join(', ')}.` : ''}`,
    nodes: [
      { type: 'text', text: picker.sentence },
      ...(picker.choices.length > 0
        ? [
            {
              type: 'table',
              caption: 'What could be meant',
              columns: [{ label: 'Name' }, { label: 'Where' }],
              rows: picker.choices.map(({ label, hint, intent }) => ({
                cells: [label, hint ?? ''],
                actions: [button('Choose', intent, { a11yLabel: `Choose ${label}` })],
              })),
            } as const,
          ]
        : []),
    ],
    actions: [],
  }
}
