import fc from 'fast-check'
import { expect, test } from 'vitest'
import { matches, requiredIn, type Subject } from '../../../activities/drive/simulator/wire/query/match.ts'
import { parseQuery } from '../../../activities/drive/simulator/wire/query/parse.ts'
import { driveVocabulary, fileVocabulary } from '../../../activities/drive/simulator/wire/query/vocabulary.ts'

type Facts = {
  text: Record<string, string>
  number: Record<string, number>
  flags: string[]
  lists: Record<string, string[]>
  maps: Record<string, Record<string, string>>
}

const facts: Facts = {
  text: { name: 'Q3 Budget HelloWorld', mimeType: 'image/png', description: 'for the board', 'shortcutDetails.targetId': 't1' },
  number: { modifiedTime: Date.parse('2026-03-01T12:00:00Z'), createdTime: Date.parse('2026-01-01T00:00:00Z') },
  flags: ['starred'],
  lists: { parents: ['folder1'], writers: ['ana@practice.example'], labels: ['labels/L1'] },
  maps: { appProperties: { department: 'Sales' } },
}

const subject: Subject = {
  text: (field) => facts.text[field],
  searchable: () => [facts.text.name ?? '', facts.text.description ?? ''],
  number: (field) => facts.number[field],
  flag: (field) => facts.flags.includes(field),
  isIn: (collection, value) => facts.lists[collection]?.includes(value) ?? false,
  has: (map, key, value) => facts.maps[map]?.[key] === value,
}

const ask = (q: string) => matches(parseQuery(q, fileVocabulary), subject)

test.each([
  [`name contains 'budget'`, true],
  [`name contains 'World'`, false],
  [`name contains 'Hello'`, true],
  [`name contains 'q3 bud'`, true],
  [`name = 'q3 budget helloworld'`, true],
  [`name != 'x'`, true],
  [`mimeType contains 'image/'`, true],
  [`mimeType != 'application/vnd.google-apps.folder'`, true],
  [`'folder1' in parents`, true],
  [`'folder2' in parents`, false],
  [`'ana@practice.example' in writers`, true],
  [`trashed = false`, true],
  [`trashed=true`, false],
  [`starred`, true],
  [`sharedWithMe`, false],
  [`not sharedWithMe`, true],
  [`modifiedTime > '2026-03-01T11:59:59'`, true],
  [`modifiedTime > '2026-03-01T13:00:00+02:00'`, true],
  [`modifiedTime <= '2026-03-01'`, false],
  [`createdTime = '2026-01-01T00:00:00Z'`, true],
  [`fullText contains 'board budget'`, true],
  [`fullText contains '"the board"'`, true],
  [`fullText contains '"board the"'`, false],
  [`appProperties has { key='department' and value='Sales' }`, true],
  [`appProperties has { value='Sales' and key='team' }`, false],
  [`'labels/L1' in labels`, true],
  [`shortcutDetails.targetId = 't1'`, true],
  [`'folder1' in parents and trashed = false and (name contains 'x' or mimeType = 'image/png')`, true],
  [`starred or starred and trashed = true`, false],
  [`starred or (starred and trashed = true)`, true],
])('%s is %s', (q, expected) => {
  expect(ask(q)).toBe(expected)
})

test.each([
  '',
  'name',
  `name = x`,
  `name like 'x'`,
  `name contains`,
  `colour = 'red'`,
  `'x' in name`,
  `parents = 'x'`,
  `trashed = 'yes'`,
  `modifiedTime > 'yesterday'`,
  `modifiedTime contains '2026'`,
  `name = 'unclosed`,
  `(name = 'x'`,
  `name = 'x')`,
  `name = 'x' and`,
  `name = 'x' name = 'y'`,
  `appProperties has { key='a' }`,
  `__proto__ = 'x'`,
  `name = 'it's'`,
  '§',
])('the query %s is refused as an invalid value of q', (q) => {
  expect(() => parseQuery(q, fileVocabulary)).toThrow(
    expect.objectContaining({ status: 400, reason: 'invalid', place: { location: 'q', locationType: 'parameter' } }),
  )
})

test('any text can be searched for when its quotes and backslashes are escaped', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (text) => {
      const escaped = text.replace(/[\\']/g, '\\$&')
      expect(parseQuery(`name = '${escaped}'`, fileVocabulary)).toEqual({ kind: 'name', field: 'name', operator: '=', value: text })
    }),
  )
})

test('no text makes the parser fail otherwise than by refusing it', () => {
  const pieces = fc.constantFrom('name', "'x'", 'and', 'or', 'not', '(', ')', '=', 'contains', 'in', 'parents', '{', '}', '\\', '"', ' ')
  fc.assert(
    fc.property(fc.array(pieces, { maxLength: 30 }), (parts) => {
      try {
        parseQuery(parts.join(' '), fileVocabulary)
      } catch (error) {
        expect(error).toMatchObject({ reason: 'invalid' })
      }
    }),
  )
})

test('a query nested without end is refused, not followed', () => {
  expect(() => parseQuery('('.repeat(100_000), fileVocabulary)).toThrow(expect.objectContaining({ reason: 'invalid' }))
})

test('the folder that every match must lie in is known from a chain of ands only', () => {
  expect(requiredIn(parseQuery(`trashed = false and 'f' in parents`, fileVocabulary), 'parents')).toBe('f')
  expect(requiredIn(parseQuery(`starred or 'f' in parents`, fileVocabulary), 'parents')).toBeUndefined()
  expect(requiredIn(parseQuery(`not 'f' in parents`, fileVocabulary), 'parents')).toBeUndefined()
})

test('drives are queried by their own fields', () => {
  expect(parseQuery(`hidden = true and memberCount > 3`, driveVocabulary)).toMatchObject({ kind: 'and' })
  expect(() => parseQuery(`trashed = true`, driveVocabulary)).toThrow(expect.objectContaining({ reason: 'invalid' }))
})
