import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { checkout, readSources } from '../architecture/source-tree.ts'
import { idsOf, namedTests } from './named-tests.ts'
import { contradictions, report } from './report.ts'
import { parseTable } from './table.ts'

const table =
  '## ACT: Actions\n\n| id | statement | status |\n|---|---|---|\n| ACT-01 | Nothing runs until activated. | done |\n| ACT-02 | Drives are chosen. | open |\n'
const tests = (text: string) => namedTests([{ path: 'test/a.test.ts', text }])

test('every row that docs/requirements.md lists as done is named by a test, and every named row exists', () => {
  const rows = parseTable(readFileSync(join(checkout, 'docs', 'requirements.md'), 'utf8'))
  expect(rows.length).toBe(287)
  expect(contradictions(rows, namedTests(readSources(['test'])))).toEqual([])
})

describe('the check of the requirements', () => {
  test('finds a row called done that no test names', () => {
    expect(contradictions(parseTable(table), tests("test('ACT-02 lets drives be chosen', f)"))).toEqual([
      "docs/requirements.md lists ACT-01 as done, but no test's name begins with it",
    ])
  })

  test('finds a test that names a row which does not exist', () => {
    expect(contradictions(parseTable(table), tests("\ntest('ACT-01, ACT-99 runs', f)"))).toEqual([
      'test/a.test.ts:2 names ACT-99, which docs/requirements.md does not have',
    ])
  })

  test.each(["test.skip('ACT-01 runs', f)", "test.todo('ACT-01 runs')", "test('runs ACT-01', f)", "other('ACT-01 runs', f)"])(
    'does not count %s',
    (text) => {
      expect(tests(text)).toEqual([])
    },
  )

  test.each([
    "test('ACT-01 runs', f)",
    "it.concurrent('ACT-01 runs', f)",
    "test.each([1])('ACT-01 runs %i', f)",
    'test(`ACT-01 runs`, f)',
    "describe('ACT-01 runs', f)",
  ])('counts %s', (text) => {
    expect(tests(text).map(({ id }) => id)).toEqual(['ACT-01'])
  })

  test.each([
    ['ACT-04, ACT-09 says that it waits', ['ACT-04', 'ACT-09']],
    ['P6 the requester cannot approve', ['P6']],
    ['REC-01/REC-02 offers both ways', ['REC-01', 'REC-02']],
    ['S3 is a store', ['S3']],
    ['restores RES-01', []],
    ['G19x is no id', []],
  ])('reads the ids of "%s"', (name, ids) => {
    expect(idsOf(name)).toEqual(ids)
  })

  test('reports the rows of each area with and without a test', () => {
    expect(report(parseTable(table), tests("test('ACT-01 runs', f)"))).toMatchObject([
      {
        area: 'ACT',
        tested: [{ id: 'ACT-01', status: 'done', tests: [{ file: 'test/a.test.ts', line: 1 }] }],
        untested: [{ id: 'ACT-02' }],
      },
    ])
  })

  test('refuses a row that it cannot read, and an id that occurs twice', () => {
    expect(() => parseTable('| ACT-01 | x | finished |')).toThrow('docs/requirements.md:1 is not a row')
    expect(() => parseTable('| ACT-01 | x | open |\n| ACT-01 | y | open |')).toThrow(
      'docs/requirements.md:2 has ACT-01 for the second time',
    )
  })
})
