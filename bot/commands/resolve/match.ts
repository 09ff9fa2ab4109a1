import { nearest } from '../grammar/nearest.ts'

export type Match<Row> =
  | { readonly kind: 'one'; readonly row: Row }
  | { readonly kind: 'several'; readonly rows: readonly Row[] }
  | { readonly kind: 'none'; readonly near: readonly Row[] }

type Named = { readonly id: string; readonly name: string }

/** Which row a text means: its id, else its exact name, else the name in another case, else its beginning, else a part of it. */
export function matchName<Row extends Named>(text: string, rows: readonly Row[]): Match<Row> {
  const wanted = text.trim().toLowerCase()
  const tests: ((row: Row) => boolean)[] = [
    ({ id }) => id === text.trim(),
    ({ name }) => name === text.trim(),
    ({ name }) => name.toLowerCase() === wanted,
    ({ name }) => name.toLowerCase().startsWith(wanted),
    ({ name }) => name.toLowerCase().includes(wanted),
  ]
  if (wanted === '') return { kind: 'none', near: [] }
  for (const test of tests) {
    const found = rows.filter(test)
    if (found.length > 1) return { kind: 'several', rows: found }
    const [row] = found
    if (row) return { kind: 'one', row }
  }
  return { kind: 'none', near: nearest(text, rows, ({ name }) => name) }
}

/** True when the text names a row without guessing. */
export const isNamed = (text: string, rows: readonly Named[]): boolean =>
  rows.some(({ id, name }) => id === text || name.toLowerCase() === text.trim().toLowerCase())
