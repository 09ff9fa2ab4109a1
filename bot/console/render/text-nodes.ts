import type { Node, Table, Text } from '../../cards/model.ts'
import { moment, pieces, plain, words } from './format.ts'
import { clean, columns, cut, pad, wrap } from './text-layout.ts'
import { textTable } from './text-table.ts'
import { toneSigns } from './tones.ts'

export type TextViewer = { readonly timeZone: string }

/** A text with its typed values; a link shows where it leads. */
export function lineText(text: Text, viewer: TextViewer): string {
  return pieces(text)
    .map((value) => {
      if (typeof value === 'string') return value
      if (value.type === 'link') return `${value.text} <${value.url}>`
      if (value.type === 'code') return `\`${value.text}\``
      if (value.type === 'status') return `${toneSigns[value.tone].sign} ${value.text}`
      return words(value, viewer)
    })
    .join('')
}

/** One part of a card in lines of at most `width` columns. `numbered` gives the words for the buttons of a table's row. */
export function textNode(node: Node, viewer: TextViewer, width: number, numbered: (row: Table['rows'][number]) => string): string[] {
  switch (node.type) {
    case 'text':
      return wrap(lineText(node.text, viewer), width)
    case 'fields':
      return fields(
        node.fields.map(({ label, value }) => [clean(label), lineText(value, viewer)]),
        width,
      )
    case 'list':
      return node.items.flatMap((item, index) => hang(node.ordered ? `${index + 1}. ` : '- ', wrap(lineText(item, viewer), width - 4)))
    case 'table':
      return table(node, viewer, width, numbered)
    case 'progress':
      return [...progress(node, width), ...wrap(plain(node.text, viewer), width)]
    case 'phases':
      return wrap(node.phases.map(({ label, state }) => `${label}${state === 'waiting' ? '' : ` (${state})`}`).join(' > '), width)
    case 'code':
      return node.text.split('\n').map((line) => `  ${clean(line)}`)
    case 'divider':
      return ['-'.repeat(width)]
    case 'section':
      return [`${clean(node.title)}:`, ...section(node, viewer, width, numbered)]
    case 'time':
      return fields([[clean(node.label), moment(node.at, viewer.timeZone)]], width)
    case 'person':
      return fields([[clean(node.label), node.name]], width)
    case 'image':
      return [cut(`[${clean(node.alt)}]`, width)]
  }
}

function fields(pairs: readonly (readonly [string, string])[], width: number): string[] {
  const label = Math.min(24, Math.max(...pairs.map(([name]) => columns(name))))
  return pairs.flatMap(([name, value]) => hang(`${pad(cut(name, label), label)}  `, wrap(value, width - label - 2)))
}

/** The first line behind a mark, the others below it. */
function hang(mark: string, lines: readonly string[]): string[] {
  return lines.map((line, index) => (index === 0 ? mark : ' '.repeat(columns(mark))) + line)
}

function progress({ label, fraction }: Extract<Node, { type: 'progress' }>, width: number): string[] {
  const name = clean(label)
  if (fraction === undefined) return [cut(`${name} …`, width)]
  const share = Math.min(1, Math.max(0, fraction))
  const full = Math.floor(share * 20)
  return [`${cut(name, width - 30)} ${'▓'.repeat(full)}${'░'.repeat(20 - full)} ${String(Math.floor(share * 100)).padStart(3)} %`]
}

function table(node: Table, viewer: TextViewer, width: number, numbered: (row: Table['rows'][number]) => string): string[] {
  const rows = node.rows.map((row) => ({ cells: row.cells.map((cell) => lineText(cell, viewer)), buttons: numbered(row) }))
  return textTable(node, rows, width)
}

/** A table in a section that is called the same needs no caption of its own. */
function section(
  node: Extract<Node, { type: 'section' }>,
  viewer: TextViewer,
  width: number,
  numbered: (row: Table['rows'][number]) => string,
): string[] {
  return node.nodes.flatMap((inner) => {
    const plainer = inner.type === 'table' && inner.caption === node.title ? { ...inner, caption: '' } : inner
    return textNode(plainer, viewer, width - 2, numbered).map((line) => `  ${line}`)
  })
}
