/** Only the composition roots and `temporal.config.ts` read the environment: everything else is told. */
import { isScript, lineOf, visit } from '../parse.ts'
import type { SourceFile } from '../source-tree.ts'

/** Entry points of processes: they turn the environment into values and hand them on. */
const roots = /(?:^|\/)main\.ts$|^activities\/worker\.ts$|^bot\/cli\.ts$|^bot\/backstop\.mjs$|^[^/]+\.config\.ts$/

/** Reads of `process.env` outside the composition roots, as `file:line sentence`. */
export function strayEnvironmentReads(files: readonly SourceFile[]): readonly string[] {
  return files
    .filter((file) => isScript(file) && !roots.test(file.path))
    .flatMap((file) => {
      const found: string[] = []
      const add = (start: number) => found.push(`${file.path}:${lineOf(file, start)} reads the environment: only composition roots may`)
      visit(file, {
        MemberExpression: (node) => {
          if (node.object.type === 'Identifier' && node.object.name === 'process' && propertyName(node.property) === 'env') add(node.start)
        },
        VariableDeclarator: (node) => {
          const takes =
            node.id.type === 'ObjectPattern' && node.id.properties.some((p) => p.type === 'Property' && propertyName(p.key) === 'env')
          if (takes && node.init?.type === 'Identifier' && node.init.name === 'process') add(node.start)
        },
        ImportDeclaration: (node) => {
          const env = node.specifiers.find((s) => s.type === 'ImportSpecifier' && propertyName(s.imported) === 'env')
          if (env && /^(?:node:)?process$/.test(node.source.value)) add(env.start)
        },
      })
      return found
    })
}

function propertyName(node: { type: string; name?: unknown; value?: unknown }): unknown {
  return node.type === 'Literal' ? node.value : node.name
}
