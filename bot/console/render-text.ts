/** The card for a terminal: plain words, 80 columns, its buttons numbered. Pure. */
import type { Card, Table } from '../cards/model.ts'
import { controlsOf } from './controls.ts'
import { clean, cut, wrap } from './render/text-layout.ts'
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
  const links = card.actions.flatMap((action) => (action.type === 'link' ? [`${clean(action.label)}: ${action.url}`] : []))
  const { sign, word } = toneSigns[card.tone]
  const head = card.tone === 'info' ? clean(card.title) : `${sign} ${clean(card.title)} (${word.toLowerCase()})`
  const body = [
    ...card.nodes.flatMap((node) => textNode(node, viewer, inside, numbered)),
    ...(buttons.length > 0 ? wrap(buttons.join('   '), inside) : []),
    // An address is for copying: it is not broken into lines.
    ...links,
    ...(card.footer !== undefined ? wrap(lineText(card.footer, viewer), inside) : []),
  ]
  return [cut(head, width), ...body.map((line) => `  ${line}`.trimEnd())].join('\n')
}

function rowTokens(card: Card): string[] {
  const tables = card.nodes.flatMap((node) => (node.type === 'section' ? node.nodes : [node])).filter((node) => node.type === 'table')
  return tables.flatMap(({ rows }) =>
    rows.flatMap(({ actions }) => (actions ?? []).flatMap((action) => (action.type === 'button' ? [action.token] : []))),
  )
}
