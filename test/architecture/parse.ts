import { parseSync, Visitor, type VisitorObject } from 'oxc-parser'
import type { SourceFile } from './source-tree.ts'

/** One place where a file names another module. `typeOnly` means that nothing of it is left at run time. */
export type Import = { readonly specifier: string | undefined; readonly typeOnly: boolean; readonly line: number }

/** Whether the parser of this folder understands the file. */
export const isScript = (file: SourceFile): boolean => /\.[cm]?[jt]sx?$/.test(file.path)

/** Visits the file's syntax tree. A file that does not parse is an error that names it. */
export function visit(file: SourceFile, visitor: VisitorObject): void {
  const { program, errors } = parseSync(file.path, file.text)
  const first = errors[0]
  if (first) throw new Error(`${file.path} does not parse: ${first.message}`)
  new Visitor(visitor).visit(program)
}

/** The line, from 1, of an offset that the parser gave. */
export function lineOf(file: SourceFile, offset: number): number {
  return file.text.slice(0, offset).split('\n').length
}

/**
 * Every `import`, `export … from`, `import()`, `import('…')` type and `import = require()` of a file.
 * `import { type X }` counts as an import at run time: under `verbatimModuleSyntax` the module is still loaded.
 * The specifier is undefined when it is computed.
 */
export function importsOf(file: SourceFile): readonly Import[] {
  const found: Import[] = []
  const add = (node: { start: number }, specifier: string | undefined, typeOnly: boolean) => {
    found.push({ specifier, typeOnly, line: lineOf(file, node.start) })
  }
  visit(file, {
    ImportDeclaration: (node) => add(node, node.source.value, node.importKind === 'type'),
    ExportAllDeclaration: (node) => add(node, node.source.value, node.exportKind === 'type'),
    ExportNamedDeclaration: (node) => {
      if (node.source) add(node, node.source.value, node.exportKind === 'type')
    },
    ImportExpression: (node) => add(node, literal(node.source), false),
    TSImportType: (node) => add(node, node.source.value, true),
    TSExternalModuleReference: (node) => add(node, node.expression.value, false),
  })
  return found
}

function literal(node: { type: string; value?: unknown }): string | undefined {
  return node.type === 'Literal' && typeof node.value === 'string' ? node.value : undefined
}
