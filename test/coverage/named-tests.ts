/** Which tests carry the ids of requirements at the start of their names. */
import type { Argument, Expression } from 'oxc-parser'
import { isScript, lineOf, visit } from '../architecture/parse.ts'
import type { SourceFile } from '../architecture/source-tree.ts'

export type NamedTest = { readonly id: string; readonly name: string; readonly file: string; readonly line: number }

/** `ACT-04, ACT-09 says that …`: all ids at the start count. */
const leading = /^((?:[A-Z]{1,5}-?\d{1,2})(?:(?:, | and | · |\/| )(?=[A-Z]{1,5}-?\d)[A-Z]{1,5}-?\d{1,2})*)(?![\w-])/

/** The ids at the start of a test's name, in order. */
export function idsOf(name: string): readonly string[] {
  return leading.exec(name)?.[1]?.match(/[A-Z]{1,5}-?\d{1,2}/g) ?? []
}

/** The tests of the given files that name requirements. Skipped and planned tests prove nothing and are left out. */
export function namedTests(files: readonly SourceFile[]): readonly NamedTest[] {
  return files.filter((file) => isScript(file) && file.path.endsWith('.test.ts')).flatMap(testsIn)
}

function testsIn(file: SourceFile): readonly NamedTest[] {
  const found: NamedTest[] = []
  visit(file, {
    CallExpression: ({ callee, arguments: [title], start }) => {
      if (!isTest(callee)) return
      const name = textOf(title)
      for (const id of idsOf(name)) found.push({ id, name, file: file.path, line: lineOf(file, start) })
    },
  })
  return found
}

const unproving = ['skip', 'todo', 'fails']

/** `test(…)`, `it(…)`, `describe(…)`, and with modifiers: `test.each(…)(…)`, `test.concurrent(…)`. */
function isTest(callee: Expression): boolean {
  switch (callee.type) {
    case 'Identifier':
      return ['test', 'it', 'describe'].includes(callee.name)
    case 'MemberExpression':
      return callee.property.type === 'Identifier' && !unproving.includes(callee.property.name) && isTest(callee.object)
    case 'CallExpression':
      return isTest(callee.callee)
    case 'TaggedTemplateExpression':
      return isTest(callee.tag)
    default:
      return false
  }
}

function textOf(node: Argument | undefined): string {
  if (node?.type === 'Literal' && typeof node.value === 'string') return node.value
  return (node?.type === 'TemplateLiteral' && node.quasis[0]?.value.cooked) || ''
}
