import type { Node, Table, Text } from '../../cards/model.ts'
import { moment, pieces, plain, words } from './format.ts'
import { clean, columns, cut, pad, wrap } from './text-layout.ts'
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
  if (node.rows.length === 0) return wrap(node.empty ?? `${node.caption}: none`, width)
  const labels = [...node.columns.map(({ label }) => clean(label)), '']
  const rows = node.rows.map((row) => [...node.columns.map((_, index) => clean(lineText(row.cells[index] ?? '', viewer))), numbered(row)])
  const widths = fitted(
    labels.map((label, index) => Math.max(columns(label), ...rows.map((row) => columns(row[index] ?? '')))),
    width,
  )
  const title = node.caption === '' ? [] : wrap(node.caption, width)
  return [
    ...title,
    ...row(labels, widths, node),
    ...row(
      widths.map((size) => '-'.repeat(size)),
      widths,
      node,
    ),
    ...rows.flatMap((cells) => row(cells, widths, node)),
  ]
}

/** The cells of a row beside each other; what is too long for its column goes on below. */
function row(cells: readonly string[], widths: readonly number[], { columns: heads }: Table): string[] {
  const blocks = cells.map((cell, index) => wrap(cell, widths[index] ?? 1))
  const height = Math.max(...blocks.map(({ length }) => length))
  return Array.from({ length: height }, (_, line) =>
    blocks
      .map((block, index) => pad(block[line] ?? '', widths[index] ?? 0, heads[index]?.align ?? 'start'))
      .join('  ')
      .trimEnd(),
  )
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

/** Takes columns from the widest until all of them fit beside each other. */
function fitted(wanted: readonly number[], width: number): number[] {
  const widths = [...wanted]
  const gaps = 2 * (widths.length - 1)
  while (widths.reduce((sum, size) => sum + size, gaps) > width) {
    // The last column holds the numbers of the buttons, which are typed and must stay whole.
    const widest = widths.indexOf(Math.max(...widths.slice(0, -1)))
    if ((widths[widest] ?? 0) <= 4) break
    widths[widest] = (widths[widest] ?? 0) - 1
  }
  return widths
}
