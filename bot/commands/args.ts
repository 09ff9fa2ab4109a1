/** Kinds of arguments. A schema says what a command gets; its entry here says how people write it and where completion comes from. */
import { z } from 'zod'
import type { Edge } from './grammar/when.ts'
import type { Drive, Job, Task } from './subjects.ts'

export type ArgKind = 'drive' | 'drives' | 'task' | 'job' | 'time' | 'text' | 'choice' | 'flag' | 'number' | 'texts'

export type ArgInfo = {
  readonly kind: ArgKind
  /** Written without its name. Several are told apart by `word`. */
  readonly positional?: true
  /** The preposition before a positional: `from` in `restore <item> from <drive>`. */
  readonly word?: string
  /** Which end of a day is meant by a date without an hour. */
  readonly edge?: Edge
  /** What stands in help for its value. */
  readonly placeholder?: string
  /** Only buttons send it: a cursor, a chosen id. Not in help, and not accepted from a line that someone typed. */
  readonly hidden?: true
}

/** How arguments are written. */
export const argInfos = z.registry<ArgInfo>()

const isRow = (value: unknown): boolean => typeof value === 'object' && value !== null && 'id' in value
const missing = { error: 'It is missing.' }

type Place = { readonly word?: string }

/** Things that a command is about, by name, by id or by address; what it gets are their rows. */
export const target = {
  drive: (description: string, place: Place = {}) =>
    z
      .custom<Drive>(isRow, missing)
      .describe(description)
      .register(argInfos, { kind: 'drive', positional: true, placeholder: 'drive', ...place }),
  drives: (description: string) =>
    z
      .custom<readonly Drive[]>((value) => Array.isArray(value) && value.length > 0 && value.every(isRow), { error: 'No drive is chosen.' })
      .describe(description)
      .register(argInfos, { kind: 'drives', positional: true, placeholder: 'drive, drive, … | all' }),
  task: (description: string, place: Place = {}) =>
    z
      .custom<Task>(isRow, missing)
      .describe(description)
      .register(argInfos, { kind: 'task', positional: true, placeholder: 'task', ...place }),
  job: (description: string) =>
    z.custom<Job>(isRow, missing).describe(description).register(argInfos, { kind: 'job', positional: true, placeholder: 'R-1042' }),
  /** Free text: the name of a file, a path, the title of a new thing. */
  text: (description: string, placeholder: string, place: Place = {}) =>
    z
      .string(missing)
      .min(1, missing)
      .describe(description)
      .register(argInfos, { kind: 'text', positional: true, placeholder, ...place }),
}

/** Options, written `--name value`, `--name=value` or `name:value`. */
export const option = {
  drive: (description: string) =>
    z.custom<Drive>(isRow, missing).describe(description).register(argInfos, { kind: 'drive', placeholder: 'drive' }),
  task: (description: string) =>
    z.custom<Task>(isRow, missing).describe(description).register(argInfos, { kind: 'task', placeholder: 'task' }),
  time: (description: string, edge: Edge) =>
    z.date(missing).describe(description).register(argInfos, { kind: 'time', edge, placeholder: 'time' }),
  text: (description: string, placeholder: string, schema: z.ZodString = z.string()) =>
    schema.describe(description).register(argInfos, { kind: 'text', placeholder }),
  choice: <const Values extends readonly [string, ...string[]]>(description: string, values: Values) =>
    z
      .enum(values)
      .describe(description)
      .register(argInfos, { kind: 'choice', placeholder: values.join('|') }),
  flag: (description: string) => z.boolean().describe(description).register(argInfos, { kind: 'flag' }),
}

/** What only a button sends. */
export const sent = {
  text: () => z.string().register(argInfos, { kind: 'text', hidden: true }),
  number: () => z.number().register(argInfos, { kind: 'number', hidden: true }),
  flag: () => z.boolean().register(argInfos, { kind: 'flag', hidden: true }),
  texts: () => z.array(z.string()).register(argInfos, { kind: 'texts', hidden: true }),
}

export type Arg = ArgInfo & {
  readonly name: string
  readonly description: string
  readonly required: boolean
  /** The values of a choice. */
  readonly values?: readonly string[]
}

/** The arguments of a command, positionals first, as help, parsing, completion and forms want them. */
export function argsOf(schema: z.ZodObject): Arg[] {
  const args = Object.entries(schema.shape).map(([name, field]) => argOf(name, field as z.ZodType))
  return [...args.filter(({ positional }) => positional), ...args.filter(({ positional }) => !positional)]
}

function argOf(name: string, field: z.ZodType): Arg {
  const core = unwrap(field)
  const info = argInfos.get(core)
  if (!info) throw new Error(`The argument ${name} has no entry in argInfos: make it with target, option or sent.`)
  return {
    ...info,
    name,
    description: field.description ?? core.description ?? '',
    required: !field.safeParse(undefined).success,
    ...(core instanceof z.ZodEnum && { values: core.options.map(String) }),
  }
}

function unwrap(field: z.ZodType): z.ZodType {
  if (field instanceof z.ZodOptional || field instanceof z.ZodDefault) return unwrap(field.unwrap() as z.ZodType)
  return field
}
