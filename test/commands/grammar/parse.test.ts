import fc from 'fast-check'
import { expect, test } from 'vitest'
import { allCommands } from '../../../bot/commands/all.ts'
import { idInDriveUrl } from '../../../bot/commands/grammar/drive-url.ts'
import { parseLine } from '../../../bot/commands/grammar/parse.ts'
import { createRegistry } from '../../../bot/commands/registry.ts'

const registry = createRegistry(allCommands)
const read = (line: string) => parseLine(line, registry)
const args = (line: string) => {
  const reading = read(line)
  return reading.kind === 'command' ? { path: reading.command.path, ...reading.raw } : reading.kind
}

test.each([
  ['backup now Finance EMEA', { path: 'backup now', drives: ['Finance EMEA'] }],
  ['BACKUP NOW Finance --full', { path: 'backup now', drives: ['Finance'], full: true }],
  ['backup now --full Finance', { path: 'backup now', drives: ['Finance'], full: true }],
  ['backup now --full=no Finance', { path: 'backup now', drives: ['Finance'], full: false }],
  ['backup Finance', { path: 'backup now', drives: ['Finance'] }],
  ['activate Finance, "A, B",Marketing EMEA', { path: 'activate', drives: ['Finance', 'A, B', 'Marketing EMEA'] }],
  [
    'restore Letter from Bo from Finance --at last friday --label Bring it back',
    { path: 'restore', item: 'Letter from Bo', drive: 'Finance', at: 'last friday', label: 'Bring it back' },
  ],
  ['restore --at yesterday "Q3 plan" from Finance', { path: 'restore', item: 'Q3 plan', drive: 'Finance', at: 'yesterday' }],
  ['restore "a from b" from Finance', { path: 'restore', item: 'a from b', drive: 'Finance' }],
  ['restore from Finance', { path: 'restore', drive: 'Finance' }],
  ['restore Q3 from Finance sharing:none label:"x y"', { path: 'restore', item: 'Q3', drive: 'Finance', sharing: 'none', label: 'x y' }],
  ['restore Notes: today from Finance', { path: 'restore', item: 'Notes: today', drive: 'Finance' }],
  ['drives --status not active', { path: 'drives', status: 'not active' }],
  ['drives --status Scheduled fin', { path: 'drives', status: 'Scheduled', text: 'fin' }],
  ['task rename Acme to Acme Europe', { path: 'task rename', task: 'Acme', name: 'Acme Europe' }],
  ['task Acme', { path: 'task show', task: 'Acme' }],
  ['practice lose Q3 plan from Finance', { path: 'practice lose', name: 'Q3 plan', drive: 'Finance' }],
  ['approve R-1 --comment looks good', { path: 'approve', job: 'R-1', comment: 'looks good' }],
])('%s', (line, expected) => {
  expect(args(line)).toEqual(expected)
})

test('a path after a drive begins at its slash', () => {
  const reading = read('browse Finance EMEA /Reports/2026 --at yesterday 14:00')
  expect(reading).toMatchObject({ kind: 'command', raw: { drive: 'Finance EMEA', path: '/Reports/2026', at: 'yesterday 14:00' } })
})

test('the flags that every command has are read apart from its arguments', () => {
  expect(read('pause Finance --reason "quarter end" --dry-run --json')).toMatchObject({
    kind: 'command',
    raw: { drives: ['Finance'] },
    flags: { json: true, dryRun: true, help: false, reason: 'quarter end' },
  })
})

test.each(['restore --help', 'restore -h', 'restore "Q3" from Finance --help'])('%s asks for help', (line) => {
  expect(read(line)).toMatchObject({ command: { path: 'restore' }, flags: { help: true } })
})

test('an unknown option is named, with those that there are', () => {
  expect(read('restore Q3 from Finance --lable x')).toMatchObject({
    kind: 'misread',
    problem: { sentence: expect.stringMatching(/no option --lable here. There is --label/) },
  })
})

test('an option without its value, and a flag that is neither yes nor no, are named', () => {
  expect(read('restore Q3 from Finance --at')).toMatchObject({
    kind: 'misread',
    problem: { arg: 'at', sentence: expect.stringContaining('--at needs a value') },
  })
  expect(read('backup now Finance --full=maybe')).toMatchObject({ kind: 'misread', problem: { arg: 'full' } })
})

test('arguments that only buttons send cannot be typed', () => {
  expect(read('restore Q3 from Finance --confirmed')).toMatchObject({ kind: 'misread' })
  expect(args('restore confirmed:true from Finance')).toMatchObject({ item: 'confirmed:true' })
})

test('an unknown verb is answered with the nearest three', () => {
  const near = (line: string) => {
    const reading = read(line)
    return reading.kind === 'unknown' ? reading.near.map(({ path }) => path) : reading.kind
  }
  expect(near('bakup now Finance')[0]).toBe('backup now')
  expect(near('resotre Q3 from Finance')[0]).toBe('restore')
  expect(near('drvies')[0]).toBe('drives')
  expect(near('snapshit Finance')[0]).toBe('snapshots')
  expect(near('qwertzuiopasdf')).toEqual([])
})

test('an empty line asks for nothing, and the beginning of several commands is their group', () => {
  expect(read('  ').kind).toBe('nothing')
  expect(read('practice')).toMatchObject({ kind: 'group', group: 'practice' })
})

test.each([
  ['https://drive.google.com/drive/folders/0AbcdefghijkUk9PVA?usp=sharing', '0AbcdefghijkUk9PVA'],
  ['https://docs.google.com/document/d/1abcDEF_ghi-jkl/edit#heading=h.1', '1abcDEF_ghi-jkl'],
  ['https://drive.google.com/open?id=1abcDEF_ghi-jkl', '1abcDEF_ghi-jkl'],
  ['https://drive.google.com/file/d/1abcDEF_ghi-jkl/view', '1abcDEF_ghi-jkl'],
  ['https://evil.example/file/d/1abcDEF_ghi-jkl/view', undefined],
  ['Finance', undefined],
])('the id in %s is %s', (text, id) => {
  expect(idInDriveUrl(text)).toBe(id)
})

test('whatever is typed, reading it ends in one of the five answers', () => {
  const word = fc.oneof(
    fc.constantFrom(
      'restore',
      'from',
      'to',
      '--at',
      '--label=',
      'sharing:none',
      '"',
      '“',
      'all',
      ',',
      '--',
      '-h',
      'backup',
      'now',
      'task',
      'help',
    ),
    fc.string({ unit: 'grapheme', maxLength: 12 }),
  )
  fc.assert(
    fc.property(fc.array(word, { maxLength: 10 }), (words) => {
      expect(['nothing', 'unknown', 'group', 'misread', 'command']).toContain(read(words.join(' ')).kind)
    }),
    { numRuns: 1_000 },
  )
})
