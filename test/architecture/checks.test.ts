/** The checks that are programs of their own. Each failure shows the program's own words. */
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { checkout } from './source-tree.ts'

test.each([
  { name: 'types', program: 'tsc', args: ['-p', '.', '--pretty', 'false'] },
  { name: 'types of the page', program: 'tsc', args: ['-p', 'bot/console/page/jsconfig.json', '--pretty', 'false'] },
  { name: 'lint and format', program: 'biome', args: ['check', '--max-diagnostics=50', '--colors=off'] },
  { name: 'unused files, exports and dependencies', program: 'knip', args: ['--no-progress', '--no-config-hints', '--exclude', 'types'] },
])('$program finds no fault ($name)', ({ program, args }) => {
  const { status, stdout, stderr, error } = spawnSync(process.execPath, [join(checkout, 'node_modules', '.bin', program), ...args], {
    cwd: checkout,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  })
  expect(error).toBeUndefined()
  expect(status, `${program} says:\n${stdout}${stderr}`).toBe(0)
})
