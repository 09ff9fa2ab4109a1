/**
 * Who may import whom. Direction: bot → workflows/{contract,policy} ← activities → db ← bot.
 * A broken arrow is named with its file and line.
 */
import { posix } from 'node:path'
import { importsOf, isScript } from '../parse.ts'
import type { SourceFile } from '../source-tree.ts'

/** What the files of one area may name. Areas are folders; the most specific one that holds a file decides. */
type Area = {
  /** Areas that may be loaded at run time. */
  readonly mayUse: readonly string[]
  /** Areas that may be named by `import type` alone. */
  readonly mayNameTypesOf?: readonly string[]
  /** Packages and Node built-ins: nothing but these, or anything but these. */
  readonly packages: { readonly only: readonly RegExp[] } | { readonly never: readonly RegExp[] }
}

const pure = { only: [/^@temporalio\/(?:workflow|common)$/] }
const anything = { never: [] }
const contracts = ['workflows/contract', 'workflows/policy']

const areas: Readonly<Record<string, Area>> = {
  'workflows/contract': { mayUse: contracts, packages: pure },
  'workflows/policy': { mayUse: contracts, packages: pure },
  workflows: { mayUse: ['workflows', ...contracts], mayNameTypesOf: ['activities'], packages: pure },
  activities: {
    mayUse: ['activities', 'db', 'temporal.config.ts', ...contracts],
    packages: { never: [/^@slack\//, /^@microsoft\/teams/] },
  },
  bot: { mayUse: ['bot', 'db', 'temporal.config.ts', ...contracts], packages: { never: [/^@temporalio\/(?:worker|activity)$/] } },
  db: { mayUse: ['db'], packages: { never: [/^@temporalio\//, /^@slack\//, /^@microsoft\//] } },
  'temporal.config.ts': { mayUse: contracts, packages: anything },
}

/** The broken arrows of the given files, as `file:line sentence`. */
export function brokenArrows(files: readonly SourceFile[]): readonly string[] {
  return files.filter(isScript).flatMap((file) => {
    const from = areaOf(file.path)
    const area = from === undefined ? undefined : areas[from]
    if (from === undefined || !area) return []
    return importsOf(file).flatMap(({ specifier, typeOnly, line }) => {
      const fault =
        specifier === undefined ? 'imports a computed path, which nobody can check' : faultOf(file.path, from, area, specifier, typeOnly)
      return fault ? [`${file.path}:${line} ${fault}`] : []
    })
  })
}

function faultOf(path: string, from: string, area: Area, specifier: string, typeOnly: boolean): string | undefined {
  if (!specifier.startsWith('.')) return packageFault(from, area, specifier)
  const target = posix.join(posix.dirname(path), specifier)
  const to = areaOf(target)
  if (to === undefined) return `imports ${target}: ${from} may not reach outside the areas of code`
  if (area.mayUse.includes(to)) return undefined
  if (area.mayNameTypesOf?.includes(to))
    return typeOnly ? undefined : `imports ${target} at run time: ${from} may name types of ${to} only (import type)`
  return `imports ${target}: ${from} may not depend on ${to}`
}

function packageFault(from: string, area: Area, specifier: string): string | undefined {
  const { packages } = area
  const allowed = 'only' in packages ? packages.only.some((p) => p.test(specifier)) : !packages.never.some((p) => p.test(specifier))
  return allowed ? undefined : `imports ${specifier}: ${from} may not depend on it`
}

/** The most specific area that holds the path. */
function areaOf(path: string): string | undefined {
  return Object.keys(areas)
    .filter((area) => path === area || path.startsWith(`${area}/`))
    .sort((a, b) => b.length - a.length)[0]
}
