import type { z } from 'zod'
import type { Permission } from '../access/permissions.ts'
import type { CardDraft } from '../cards/model.ts'
import type { Subject } from '../gateway/gateway.ts'
import { type Arg, argsOf } from './args.ts'
import type { CommandContext } from './context.ts'

/** What a command may do to the world: `read` nothing, `write` something that can be taken back, `approval` only what a second person agrees to. */
export type Risk = 'read' | 'write' | 'approval'

export type Outcome = {
  readonly card: CardDraft
  /** The message is rendered again whenever this changes. */
  readonly subject?: Subject
  /** The card takes the place of the one whose button was pressed. */
  readonly replaces?: true
  /** The command understood and did not do it: written to the audit log, so that refusals can be found there. */
  readonly refused?: string
}

export type CommandSpec<Args extends z.ZodObject> = {
  readonly path: string
  readonly aliases?: readonly string[]
  readonly summary: string
  readonly args: Args
  readonly permission: Permission
  readonly risk: Risk
  readonly examples: readonly [string, ...string[]]
  /** The command needs the practice Drive: without one it is not there. */
  readonly practiceOnly?: true
  /** Only buttons need it: not in help and not offered while typing. */
  readonly unlisted?: true
  run(args: z.output<Args>, context: CommandContext): Promise<Outcome | readonly Outcome[]>
}

/** A command as the registry keeps it: parsing, help, permission, forms, completion, audit and tests all read this one value. */
export type Command = Omit<CommandSpec<z.ZodObject>, 'args' | 'run'> & {
  readonly schema: z.ZodObject
  readonly args: readonly Arg[]
  run(args: unknown, context: CommandContext): Promise<readonly Outcome[]>
}

export function command<Args extends z.ZodObject>(spec: CommandSpec<Args>): Command {
  const { args, run, ...rest } = spec
  return {
    ...rest,
    schema: args,
    args: argsOf(args),
    run: async (values, context) => [await run(values as z.output<Args>, context)].flat(),
  }
}

/** `restore <item> from <drive> [--at time] …`, as help shows it. */
export function usageOf({ path, args }: Pick<Command, 'path' | 'args'>): string {
  const shown = args
    .filter(({ hidden }) => !hidden)
    .map((arg) => {
      const place = `<${arg.placeholder ?? arg.name}>`
      const positional = arg.word ? `${arg.word} ${place}` : place
      const written = arg.positional ? positional : arg.kind === 'flag' ? `--${arg.name}` : `--${arg.name} ${place}`
      return arg.required ? written : `[${written}]`
    })
  return [path, ...shown].join(' ')
}
