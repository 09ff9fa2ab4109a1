/** The practice Drive as a program: prints one JSON line when it is ready, and serves until it is told to stop. */
import { parseArgs } from 'node:util'
import { z } from 'zod'
import { type PracticeDrive, startPracticeDrive } from './wire/start.ts'

const number = () => z.coerce.number({ error: ({ code }) => (code === 'invalid_type' ? 'it must be a number' : undefined) })
const whole = (min: number, max: number) => number().int('it must be a whole number').min(min).max(max)

const flags = z.object({
  port: whole(0, 65_535).default(0).describe('port of 127.0.0.1 to listen at; 0 takes a free one'),
  seed: whole(0, 2 ** 31)
    .default(1)
    .describe('the same seed makes the same world'),
  items: whole(0, 500_000).default(1_000).describe('files and folders over all drives'),
  drives: whole(1, 10_000).optional().describe('number of shared drives'),
  profile: z.enum(['office', 'flat', 'deep', 'hostile']).default('office').describe('shape of the world: office, flat, deep or hostile'),
  'min-bytes': whole(0, 2 ** 40)
    .optional()
    .describe('smallest generated file'),
  'max-bytes': whole(0, 2 ** 40)
    .optional()
    .describe('largest generated file'),
  plain: z.boolean().optional().describe('only folders and files with bytes, for benchmarks'),
  data: z.string().min(1).optional().describe('folder that keeps changes, keys and consents over a restart'),
  'public-url': z
    .url({ protocol: /^https?$/, error: 'it must be a web address' })
    .optional()
    .describe('address under which clients reach it, when that is another'),
  'admin-key': z.string().min(16, 'it must have at least 16 letters').optional().describe('key of the practice verbs; made when not given'),
  'quota-scale': number().min(0).max(1_000).default(1).describe("multiplies Google's quota of units; 0 means no limit"),
  'token-life': whole(1, 86_400).default(3600).describe('seconds that an access token lives'),
  help: z.boolean().optional().describe('show this'),
})

/** All flags, one a line. */
function usage(): string {
  const lines = Object.entries(flags.shape).map(([name, { description }]) => `  --${name.padEnd(12)} ${description}`)
  return `The practice Drive: a Google Drive API v3 server to rehearse on.\n\n${lines.join('\n')}`
}

type Flags = z.infer<typeof flags>

/**
 * Reads the command line.
 * @throws {Error} one sentence that names the flag and what it takes
 */
function readFlags(args: readonly string[]): Flags {
  const text = { type: 'string' } as const
  const isSwitch = (name: string) => name === 'plain' || name === 'help'
  const names = Object.keys(flags.shape).map((name) => [name, isSwitch(name) ? ({ type: 'boolean' } as const) : text] as const)
  let values: unknown
  try {
    values = parseArgs({ args: [...args], options: Object.fromEntries(names), strict: true }).values
  } catch (error) {
    if (!(error instanceof TypeError)) throw error
    throw new Error(`${error.message.split('. ')[0]}. The flags are: ${names.map(([name]) => `--${name}`).join(' ')}.`, { cause: error })
  }
  const result = flags.safeParse(values)
  if (result.success) return result.data
  const issue = result.error.issues[0]
  throw new Error(`--${issue?.path.join('.')} cannot be used: ${issue?.message}.`)
}

function start(args: Flags): Promise<PracticeDrive> {
  const { seed, items, drives, profile, plain } = args
  return startPracticeDrive({
    world: {
      seed,
      items,
      profile,
      ...(drives === undefined ? {} : { drives }),
      ...(plain === undefined ? {} : { plain }),
      ...(args['min-bytes'] === undefined ? {} : { minBytes: args['min-bytes'] }),
      ...(args['max-bytes'] === undefined ? {} : { maxBytes: args['max-bytes'] }),
    },
    port: args.port,
    folder: args.data,
    publicUrl: args['public-url'],
    adminKey: args['admin-key'],
    quotaScale: args['quota-scale'],
    tokenLifeSeconds: args['token-life'],
  })
}

/** What went wrong, in one sentence that says what to do. */
function sentence(error: unknown, port: number): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  if (code === 'EADDRINUSE') return `Port ${port} is in use: stop what listens there, or give another --port (0 takes a free one).`
  if (code === 'EACCES') return `Port ${port} may not be opened by this user: give a --port above 1023.`
  return error instanceof Error ? error.message : String(error)
}

async function main(): Promise<void> {
  let port = 0
  try {
    const args = readFlags(process.argv.slice(2))
    if (args.help) return console.log(usage())
    port = args.port
    const drive = await start(args)
    const { url, credentialsFile, adminKey, credentials, model } = drive
    const { clientId, clientSecret } = credentials
    const admins = model.directory.people.filter(({ admin }) => admin).map(({ email }) => email)
    console.log(JSON.stringify({ url, credentialsFile, adminKey, clientId, clientSecret, admins }))
    const stop = () => void drive.stop().then(() => process.exit(0))
    process.once('SIGTERM', stop)
    process.once('SIGINT', stop)
  } catch (error) {
    console.error(sentence(error, port))
    process.exitCode = 1
  }
}

await main()
