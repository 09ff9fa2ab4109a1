import fc from 'fast-check'
import { expect, test } from 'vitest'
import { endingOf, nextName, safeName, sameNameKey } from '../../activities/vault/extract/safe-name.ts'
import { treeBuilder } from '../../activities/vault/extract/tree.ts'
import type { ManifestRow } from '../../activities/vault/index.ts'
import { row } from './support/vaults.ts'

const file = (name: string, suffix?: string) => safeName(name, { folder: false, ...(suffix !== undefined && { suffix }) })

test.each([
  ['Q3 report.pdf', 'Q3 report.pdf'],
  ['', '_'],
  ['.', '_'],
  ['..', '__'],
  ['../../etc/passwd', '.._.._etc_passwd'],
  ['C:\\Windows\\system32', 'C__Windows_system32'],
  ['what? *when* <now> "|"', 'what_ _when_ _now_ ___'],
  ['zero\u0000byte\u001f\u007f\u0085', 'zero_byte___'],
  ['line\nbreak\r\ttab', 'line_break__tab'],
  ['invoice\u202efdp.exe', 'invoice_fdp.exe'],
  ['ends with a stop. . ', 'ends with a stop____'],
  ['CON', '_CON'],
  ['con.txt', '_con.txt'],
  ['Aux ', '_Aux_'],
  ['lpt¹.log', '_lpt¹.log'],
  ['COM10', 'COM10'],
  ['console.txt', 'console.txt'],
  ['half a pair \ud800', 'half a pair \ufffd'],
  ['cafe\u0301', 'caf\u00e9'],
])('the name %j becomes %j', (name, safe) => {
  expect(file(name)).toBe(safe)
})

test('a long name is cut between characters and keeps its ending', () => {
  expect(file(`${'ü'.repeat(300)}.pdf`)).toBe(`${'ü'.repeat(98)}.pdf`)
  expect(file(`${'😀'.repeat(300)}.a sentence that goes on`)).toBe('😀'.repeat(50))
  expect(safeName(`${'a'.repeat(300)}.pdf`, { folder: true })).toBe('a'.repeat(200))
})

test('an exported document gets the ending of its format, unless its name has it already', () => {
  const docx = endingOf('application/vnd.openxmlformats-officedocument.wordprocessingml.document')
  expect([file('Minutes', docx), file('Minutes.DOCX', docx), file('v1.2', docx), file('', docx)]).toEqual([
    'Minutes.docx',
    'Minutes.DOCX',
    'v1.2.docx',
    '_.docx',
  ])
})

test('any name at all becomes one harmless part of a path, and stays it when it is made unique', () => {
  const nasty = fc.string({
    unit: fc.constantFrom('a', '.', ' ', '/', '\\', ':', '\0', '\n', '\u202e', 'é', 'e\u0301', 'ß', '😀', '\ud83d', 'con', 'NUL', '~'),
    maxLength: 400,
  })
  fc.assert(
    fc.property(fc.oneof(nasty, fc.string({ unit: 'binary', maxLength: 300 })), fc.boolean(), fc.string(), (name, folder, id) => {
      const safe = safeName(name, { folder })
      for (const part of [safe, nextName(safe, folder, id, 1)]) {
        // biome-ignore lint/suspicious/noControlCharactersInRegex: none may be left
        expect(part).not.toMatch(/^\.{0,2}$|[/\\:\0-\x1f]|[. ]$/)
        expect(Buffer.byteLength(part)).toBeLessThanOrEqual(209)
        expect(part.isWellFormed()).toBe(true)
        expect(Buffer.from(part).toString()).toBe(part)
      }
      expect(safeName(safe, { folder })).toBe(safe)
    }),
  )
})

test('names that differ only in case or composition count as one', () => {
  expect(sameNameKey('STRASSE')).toBe(sameNameKey('straße'))
  expect(sameNameKey('Caf\u00e9')).toBe(sameNameKey('CAFE\u0301'))
  expect(sameNameKey('ΣΑΣ')).toBe(sameNameKey('σας'))
  expect(sameNameKey('a')).not.toBe(sameNameKey('b'))
})

const folder = (id: string, over: Partial<ManifestRow> = {}) => row(id, { mimeType: 'application/vnd.google-apps.folder', ...over })
const content = { blobId: 'b', size: 1, sha256: 's', segments: [] }
const text = (id: string, over: Partial<ManifestRow> = {}) => row(id, { content, ...over })

/** Paths by id, the rows given in any order. */
function pathsOf(rows: readonly ManifestRow[]): Record<string, string | undefined> {
  const builder = treeBuilder('0AFinance')
  for (const item of rows) builder.see(item)
  const pathOf = builder.finish().walk()
  const inOrder = [...rows].sort((a, b) => (a.id < b.id ? -1 : 1))
  return Object.fromEntries(inOrder.map((item) => [item.id, pathOf(item)]))
}

test('items of one name in one folder get the same names whatever else is there: the first by id keeps the plain one', () => {
  const rows = [text('c', { name: 'a.txt' }), text('b', { name: 'A.TXT' }), text('a', { name: 'a.txt' }), folder('d', { name: 'a.txt' })]
  expect(pathsOf(rows)).toEqual({
    a: expect.stringMatching(/^files\/a~[0-9a-f]{8}\.txt$/),
    b: expect.stringMatching(/^files\/A~[0-9a-f]{8}\.TXT$/),
    c: expect.stringMatching(/^files\/a~[0-9a-f]{8}\.txt$/),
    d: 'files/a.txt',
  })
})

test('an item whose name is made to look like another one made unique does not take its place', () => {
  const decoy = nextName('x.txt', false, 'm', 1)
  const paths = pathsOf([text('a', { name: 'x.txt' }), text('b', { name: decoy }), text('m', { name: 'x.txt' })])
  expect(paths).toEqual({ a: 'files/x.txt', b: `files/${decoy}`, m: `files/${nextName('x.txt', false, 'm', 2)}` })
})

test('items without a parent, with a lost one, and folders that lie in each other are orphans', () => {
  const { parentId: _, ...alone } = text('a', { name: 'alone' })
  const paths = pathsOf([
    alone,
    text('b', { name: 'lost', parentId: '../gone' }),
    text('c', { name: 'beside', parentId: 'a' }),
    folder('r2', { name: 'two', parentId: 'r1' }),
    folder('r1', { name: 'one', parentId: 'r3' }),
    folder('r3', { name: 'three', parentId: 'r2' }),
    folder('s', { name: 'self', parentId: 's' }),
    text('t', { name: 'deep in', parentId: 'r3' }),
  ])
  expect(paths).toEqual({
    a: 'orphans/alone',
    b: 'orphans/.._gone/lost',
    c: 'orphans/a/beside',
    r1: 'orphans/one',
    r2: 'orphans/one/two',
    r3: 'orphans/one/two/three',
    s: 'orphans/self',
    t: 'orphans/one/two/three/deep in',
  })
})

test('what is in the trash, itself or with its folder, lies apart under the same path', () => {
  const paths = pathsOf([
    folder('a', { name: 'Live' }),
    text('b', { name: 'x', parentId: 'a', flags: { trashed: true } }),
    folder('c', { name: 'Gone', parentId: 'a', flags: { trashed: true } }),
    text('d', { name: 'y', parentId: 'c' }),
  ])
  expect(paths).toEqual({ a: 'files/Live', b: 'trash/Live/x', c: 'trash/Live/Gone', d: 'trash/Live/Gone/y' })
})

test('folders nested beyond what paths can hold go on below deep/, without recursion', () => {
  const rows = Array.from({ length: 50_000 }, (_, n) =>
    folder(`f${String(n).padStart(6, '0')}`, { name: 'n', parentId: n === 0 ? '0AFinance' : `f${String(n - 1).padStart(6, '0')}` }),
  )
  const paths = Object.values(pathsOf(rows))
  expect(paths[3]).toBe('files/n/n/n/n')
  expect(Math.max(...paths.map((path) => (path ?? '').length))).toBeLessThanOrEqual(500)
  expect(new Set(paths).size).toBe(rows.length)
})

test('of any items whatever, no two get paths that some file system takes for one', () => {
  const ids = ['a', 'b', 'c', 'd', 'e', 'f', 'g']
  const item = fc.record({
    id: fc.constantFrom(...ids),
    name: fc.constantFrom(
      'x',
      'X',
      'x.',
      'x_',
      'é',
      'e\u0301',
      '',
      '_',
      'con',
      '_con',
      'a',
      'y.txt',
      'Y.TXT',
      nextName('x', false, 'b', 1),
    ),
    parentId: fc.constantFrom(...ids, '0AFinance', 'A', 'lost'),
    kind: fc.constantFrom('file', 'folder', 'shortcut'),
    trashed: fc.boolean(),
  })
  fc.assert(
    fc.property(fc.uniqueArray(item, { selector: ({ id }) => id }), (items) => {
      const rows = items.map(({ id, name, parentId, kind, trashed }) => {
        const over = { name, parentId, ...(trashed && { flags: { trashed } as const }) }
        return kind === 'folder' ? folder(id, over) : kind === 'file' ? text(id, over) : row(id, { ...over, shortcut: { targetId: 'a' } })
      })
      const paths = Object.values(pathsOf(rows)).map((path) => sameNameKey(path ?? ''))
      expect(new Set(paths).size).toBe(rows.length)
      expect(pathsOf([...rows].reverse())).toEqual(pathsOf(rows))
    }),
    { numRuns: 500 },
  )
})
