/** `npm run coverage:requirements [-- --json]`: the rows of docs/requirements.md with and without a test that names them, by area. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { checkout, readSources } from '../architecture/source-tree.ts'
import { namedTests } from './named-tests.ts'
import { report } from './report.ts'
import { parseTable } from './table.ts'

const rows = parseTable(readFileSync(join(checkout, 'docs', 'requirements.md'), 'utf8'))
const areas = report(rows, namedTests(readSources(['test'])))
const tested = areas.flatMap((area) => area.tested).length

if (process.argv.includes('--json')) {
  console.log(JSON.stringify({ rows: rows.length, tested, done: rows.filter(({ status }) => status === 'done').length, areas }))
} else {
  for (const area of areas) {
    console.log(`\n${area.area}: ${area.tested.length} of ${area.tested.length + area.untested.length} rows have a test`)
    for (const { id, status, tests } of area.tested)
      console.log(`  ${id.padEnd(8)} ${status}  ${tests.map(({ file, line }) => `${file}:${line}`).join(' ')}`)
    if (area.untested.length > 0) console.log(`  without:  ${area.untested.map(({ id }) => id).join(' ')}`)
  }
  console.log(`\n${tested} of ${rows.length} rows have a test that names them.`)
}
