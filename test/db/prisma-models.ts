import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { checkout } from '../architecture/source-tree.ts'

/** One column, in PostgreSQL's words. */
export type Column = { readonly table: string; readonly column: string; readonly type: string; readonly nullable: boolean }

export type Models = {
  readonly columns: readonly Column[]
  /** Columns of each primary key, in order. */
  readonly primaryKeys: Readonly<Record<string, readonly string[]>>
}

const typeNames: Readonly<Record<string, string>> = {
  String: 'text',
  Boolean: 'bool',
  Int: 'int4',
  BigInt: 'int8',
  Float: 'float8',
  Bytes: 'bytea',
  Json: 'jsonb',
}

const timeNames: Readonly<Record<string, string>> = { Timestamptz: 'timestamptz', Date: 'date' }

/** What db/schema.prisma says of the tables. */
export function prismaModels(text = readFileSync(join(checkout, 'db', 'schema.prisma'), 'utf8')): Models {
  const models = [...text.matchAll(/^model \w+ \{\n([\s\S]*?)^\}/gm)].map(([, body = '']) =>
    readModel(body.split('\n').map((line) => line.trim())),
  )
  return {
    columns: models.flatMap(({ columns }) => columns),
    primaryKeys: Object.fromEntries(models.map(({ table, primaryKey }) => [table, primaryKey])),
  }
}

function readModel(lines: readonly string[]) {
  const table = first(lines, /^@@map\("(\w+)"\)$/)
  if (!table) throw new Error('A Prisma model names no table: it needs @@map.')
  const fields = lines.filter((line) => /^\w/.test(line)).map((line) => readField(table, line))
  const columnOf = (field: string) => fields.find(({ name }) => name === field)?.column ?? field
  const compound = first(lines, /^@@id\(\[(.*)\]\)$/)?.split(', ')
  return {
    table,
    columns: fields.map(({ column, type, nullable }) => ({ table, column, type, nullable })),
    primaryKey: compound?.map(columnOf) ?? fields.filter(({ isId }) => isId).map(({ column }) => column),
  }
}

function readField(table: string, line: string) {
  const [, name = '', scalar = '', suffix = ''] = /^(\w+)\s+(\w+)(\?|\[\])?/.exec(line) ?? []
  const type = scalar === 'DateTime' ? timeNames[/@db\.(\w+)/.exec(line)?.[1] ?? ''] : typeNames[scalar]
  if (!type) throw new Error(`${table}.${name} has the type ${scalar}, which this comparison does not know.`)
  return {
    name,
    column: /@map\("(\w+)"\)/.exec(line)?.[1] ?? name,
    type: suffix === '[]' ? `_${type}` : type,
    nullable: suffix === '?',
    isId: /\s@id\b/.test(line),
  }
}

function first(lines: readonly string[], pattern: RegExp): string | undefined {
  return lines.map((line) => pattern.exec(line)?.[1]).find((match) => match !== undefined)
}
