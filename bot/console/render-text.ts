/** The card for a terminal: plain words, 80 columns, its buttons numbered. Pure. */
import type { Card, FormField, Table } from '../cards/model.ts'
import { type Control, controlsOf } from './controls.ts'
import { clean, cut, sideBySide, wrap } from './render/text-layout.ts'
import { lineText, type TextViewer, textNode } from './render/text-nodes.ts'
import { toneSigns } from './render/tones.ts'

const width = 80
const inside = width - 2

export function renderText(card: Card, viewer: TextViewer): string {
  const controls = controlsOf(card)
  const label = (token: string) => {
    const control = controls.find((one) => one.token === token)
    return control ? `[${control.number}]` : ''
  }
  const numbered = (row: Table['rows'][number]) =>
    (row.actions ?? [])
      .map((action) => (action.type === 'button' ? `${label(action.token)} ${action.label}` : `${action.label}: ${action.url}`))
      .join(' ')
  const inRows = new Set(rowTokens(card))
  const buttons = controls.filter(({ token }) => !inRows.has(token)).map(({ number, label: words }) => `[${number}] ${clean(words)}`)
  const links = card.actions.flatMap((action) => (action.type === 'link' ? [`${clean(action.label)}: ${clean(action.url)}`] : []))
  const { sign, word } = toneSigns[card.tone]
  const head = card.tone === 'info' ? clean(card.title) : `${sign} ${clean(card.title)} (${word.toLowerCase()})`
  const body = [
    ...card.nodes.flatMap((node) => textNode(node, viewer, inside, numbered)),
    ...choosing(controls),
    ...(card.form ? card.form.fields.flatMap((field) => formField(field)) : []),
    ...sideBySide(buttons, inside),
    // An address is for copying: it is not broken into lines.
    ...links,
    ...(card.footer !== undefined ? wrap(lineText(card.footer, viewer), inside) : []),
  ]
  return [cut(head, width), ...body.map((line) => `  ${line}`.trimEnd())].join('\n')
}

/** How to choose rows of a table from a terminal. */
function choosing(controls: readonly Control[]): string[] {
  const selections = new Map(controls.flatMap(({ selections }) => selections.map((selection) => [selection.name, selection])))
  return [...selections.values()].map(({ name, label }) => cut(`${clean(label)}: --set ${name}=NAME`, inside))
}

function formField(field: FormField): string[] {
  const value = field.type === 'toggle' ? (field.value ? 'yes' : 'no') : (field.value ?? '')
  const chosen = field.type === 'choice' ? (field.options.find((option) => option.value === value)?.label ?? value) : value
  const choices =
    field.type === 'choice' && field.options.length > 1 ? [`one of: ${field.options.map(({ label }) => label).join(', ')}`] : []
  const notes = [...(field.error === undefined ? [] : [`✕ ${field.error}`]), ...(field.hint === undefined ? [] : [field.hint]), ...choices]
  return [
    ...wrap(`${field.label} (${field.name}): ${chosen}`, inside),
    ...notes.flatMap((note) => wrap(note, inside - 2).map((line) => `  ${line}`)),
  ]
}

function rowTokens(card: Card): string[] {
  const tables = card.nodes.flatMap((node) => (node.type === 'section' ? node.nodes : [node])).filter((node) => node.type === 'table')
  return tables.flatMap(({ rows }) =>
    rows.flatMap(({ actions }) => (actions ?? []).flatMap((action) => (action.type === 'button' ? [action.token] : []))),
  )
}
