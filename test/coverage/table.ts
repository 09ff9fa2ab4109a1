/** `docs/requirements.md` as data. */
export type Row = { readonly id: string; readonly area: string; readonly statement: string; readonly status: 'open' | 'done' }

/** @throws Error that names the line for a row that cannot be read or an id that occurs twice */
export function parseTable(markdown: string): readonly Row[] {
  const rows: Row[] = []
  let area = ''
  for (const [index, line] of markdown.split('\n').entries()) {
    area = /^## (\w+):/.exec(line)?.[1] ?? area
    if (!/^\| [A-Z]/.test(line)) continue
    const match = /^\| ([A-Z]+-?\d+) \| (.+) \| (open|done) \|$/.exec(line)
    if (!match) throw new Error(`docs/requirements.md:${index + 1} is not a row: | id | statement | open or done |`)
    const [, id = '', statement = '', status] = match
    if (rows.some((row) => row.id === id)) throw new Error(`docs/requirements.md:${index + 1} has ${id} for the second time`)
    rows.push({ id, area, statement, status: status === 'done' ? 'done' : 'open' })
  }
  return rows
}
