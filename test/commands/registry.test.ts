import { expect, test } from 'vitest'
import { permissions } from '../../bot/access/permissions.ts'
import { allCommands } from '../../bot/commands/all.ts'
import { usageOf } from '../../bot/commands/command.ts'
import { parseLine } from '../../bot/commands/grammar/parse.ts'
import { createRegistry } from '../../bot/commands/registry.ts'

const registry = createRegistry(allCommands)

const examples = allCommands.flatMap(({ path, examples }) => examples.map((example) => [example, path] as const))

test.each(examples)('the example “%s” is read as %s', (example, path) => {
  const reading = parseLine(example, registry)
  expect(reading).toMatchObject({ kind: 'command', command: { path } })
  if (reading.kind !== 'command') return
  const required = reading.command.args.filter((arg) => arg.required).map(({ name }) => name)
  expect(Object.keys(reading.raw)).toEqual(expect.arrayContaining(required))
})

test.each(allCommands.map((command) => [command.path, command] as const))(
  '%s has help, a permission, a risk and an example',
  (_path, command) => {
    expect(command.summary).toMatch(/^[A-Z].{10,}[^.]$/)
    expect(permissions).toContain(command.permission)
    expect(['read', 'write', 'approval']).toContain(command.risk)
    for (const arg of command.args.filter(({ hidden }) => !hidden)) expect(arg.description, `${command.path} ${arg.name}`).not.toBe('')
    expect(usageOf(command)).toContain(command.path)
  },
)

test('what only reads asks for a permission that only reads, and what writes does not', () => {
  for (const { path, risk, permission } of allCommands) expect([path, permission === 'backups:read']).toEqual([path, risk === 'read'])
})

test('usage shows what is required and what is not', () => {
  const usage = (path: string) => usageOf(registry.byPath(path) ?? { path: 'none', args: [] })
  expect(usage('practice lose')).toBe('practice lose <file> from <drive>')
  expect(usage('backup now')).toBe('backup now <drive, drive, … | all> [--full] [--accept-removals] [--task <task>]')
  expect(usage('task rename')).toBe('task rename <task> to <new name>')
})

test('two commands of one name are refused when the registry is made', () => {
  const [first] = allCommands
  if (!first) throw new Error('There is no command.')
  expect(() => createRegistry([first, { ...first, path: 'other', aliases: [first.path] }])).toThrow(
    new Error(`Two commands are called “${first.path}”.`),
  )
})

test('every help alias of the design is there', () => {
  const typed = [
    'status',
    'whoami',
    'doctor',
    'tasks',
    'task add',
    'task show',
    'drives',
    'activate',
    'pause',
    'resume',
    'backup now',
    'snapshots',
    'browse',
    'restore',
    'jobs',
    'job show',
    'approve',
    'deny',
    'settings',
    'task rename',
    'job cancel',
  ]
  for (const path of typed) expect(registry.byPath(path)?.path).toBe(path)
})
