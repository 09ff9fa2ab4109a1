/**
 * Time and randomness come through the ports `Clock` and `Random`, so that a test can hold them still. Only the ports' own files may
 * touch the system's, and the page that runs in a browser.
 */
import { isScript, lineOf, visit } from '../parse.ts'
import type { SourceFile } from '../source-tree.ts'

const exempt = ['db/kit/clock.ts', 'db/kit/random.ts', 'bot/console/page/']

const timers = ['setTimeout', 'setInterval', 'setImmediate']
const members: Readonly<Record<string, readonly string[]>> = {
  Date: ['now'],
  Math: ['random'],
  performance: ['now'],
  crypto: ['randomUUID', 'getRandomValues', 'randomBytes', 'randomInt'],
  globalThis: timers,
}
/** Tests may make up bytes with node:crypto and measure with `performance`: what must be repeatable in them goes through the ports, too. */
const modules: readonly { readonly of: RegExp; readonly names: readonly string[] | 'all' }[] = [
  { of: /^(?:node:)?timers(?:\/promises)?$/, names: 'all' },
  { of: /^(?:node:)?crypto$/, names: ['randomUUID', 'randomBytes', 'randomInt', 'randomFillSync', 'randomFill', 'getRandomValues'] },
]

/** Uses of the system's clock, timers and random source outside the ports, as `file:line sentence`. */
export function strayTimeAndChance(files: readonly SourceFile[]): readonly string[] {
  return files.filter((file) => isScript(file) && !exempt.some((path) => file.path.startsWith(path))).flatMap(inFile)
}

function inFile(file: SourceFile): readonly string[] {
  const found: string[] = []
  const add = (start: number, what: string) => {
    const port = /random/i.test(what) ? 'Random (db/kit/random.ts)' : 'Clock (db/kit/clock.ts)'
    found.push(`${file.path}:${lineOf(file, start)} uses ${what}: take a ${port}`)
  }
  visit(file, {
    CallExpression: ({ callee, start }) => {
      if (callee.type === 'Identifier' && timers.includes(callee.name)) add(start, callee.name)
      if (callee.type === 'Identifier' && callee.name === 'Date') add(start, 'Date()')
    },
    NewExpression: ({ callee, arguments: given, start }) => {
      if (callee.type === 'Identifier' && callee.name === 'Date' && given.length === 0) add(start, 'new Date() without a time')
    },
    MemberExpression: ({ object, property, start }) => {
      if (object.type !== 'Identifier' || property.type !== 'Identifier') return
      const measures = object.name === 'performance' && file.path.startsWith('test/')
      if (members[object.name]?.includes(property.name) && !measures) add(start, `${object.name}.${property.name}`)
    },
    ImportDeclaration: ({ source, specifiers, importKind, start }) => {
      const rule = modules.find(({ of }) => of.test(source.value) && !(file.path.startsWith('test/') && source.value === 'node:crypto'))
      if (!rule || importKind === 'type') return
      if (rule.names === 'all') return add(start, source.value)
      for (const s of specifiers) {
        const name = s.type === 'ImportSpecifier' && s.imported.type === 'Identifier' ? s.imported.name : undefined
        if (name !== undefined && rule.names.includes(name)) add(s.start, name)
      }
    },
  })
  return found
}
