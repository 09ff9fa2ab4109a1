import type { Table } from '../../cards/model.ts'
import { clean, columns, pad, wrap } from './text-layout.ts'

/** A table's row as words: the cells, and the numbers of its buttons. */
export type TextRow = { readonly cells: readonly string[]; readonly buttons: string }

/** A column that has to be narrower than this, and than its words, cannot be read. */
const leastWidth = 8

/** Rows beside each other where there is room for all columns, and one below the other where not. */
export function textTable(table: Table, rows: readonly TextRow[], width: number): string[] {
  if (rows.length === 0) return wrap(table.empty ?? `${table.caption}: none`, width)
  const title = table.caption === '' ? [] : wrap(table.caption, width)
  const labels = [...table.columns.map(({ label }) => clean(label)), '']
  const lines = rows.map(({ cells, buttons }) => [...table.columns.map((_, index) => clean(cells[index] ?? '')), buttons])
  const wanted = labels.map((label, index) => Math.max(columns(label), ...lines.map((line) => columns(line[index] ?? ''))))
  const widths = fitted(wanted, width)
  if (widths.some((size, index) => size < Math.min(wanted[index] ?? 0, leastWidth))) return [...title, ...records(labels, lines, width)]
  const across = (cells: readonly string[]) => beside(cells, widths, table)
  return [...title, ...across(labels), ...across(widths.map((size) => '-'.repeat(size))), ...lines.flatMap(across)]
}

/** Each row as a paragraph: its first cell, and the others with the names of their columns. */
function records(labels: readonly string[], lines: readonly (readonly string[])[], width: number): string[] {
  const widest = Math.max(...labels.map(columns))
  return lines.flatMap(([first = '', ...others]) => [
    ...wrap(`* ${first} ${others.at(-1) ?? ''}`, width),
    ...others.slice(0, -1).flatMap((cell, index) => {
      const [head = '', ...more] = wrap(cell, width - widest - 4)
      return [`  ${pad(labels[index + 1] ?? '', widest)}  ${head}`, ...more.map((line) => ' '.repeat(widest + 4) + line)]
    }),
  ])
}

/** The cells of a row beside each other; what is too long for its column goes on below. */
function beside(cells: readonly string[], widths: readonly number[], { columns: heads }: Table): string[] {
  const blocks = cells.map((cell, index) => wrap(cell, Math.max(1, widths[index] ?? 1)))
  const height = Math.max(...blocks.map(({ length }) => length))
  return Array.from({ length: height }, (_, line) =>
    blocks
      .map((block, index) => pad(block[line] ?? '', widths[index] ?? 0, heads[index]?.align ?? 'start'))
      .join('  ')
      .trimEnd(),
  )
}

/** Takes columns from the widest until all of them fit beside each other. */
function fitted(wanted: readonly number[], width: number): number[] {
  const widths = [...wanted]
  const gaps = 2 * (widths.length - 1)
  while (widths.reduce((sum, size) => sum + size, gaps) > width) {
    // The last column holds the numbers of the buttons, which are typed and must stay whole.
    const shrinkable = widths.slice(0, -1)
    const widest = shrinkable.indexOf(Math.max(...shrinkable))
    if ((widths[widest] ?? 0) <= 4) break
    widths[widest] = (widths[widest] ?? 0) - 1
  }
  return widths
}
