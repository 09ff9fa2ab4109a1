/** The database for those commands of `backstop vault` that work with one. */
import { accountById } from '../../db/accounts.ts'
import { type Database, openDatabase } from '../../db/client.ts'
import { migrate } from '../../db/migrate.ts'
import { CommandFailure, type Outside, UsageError } from './command.ts'

export const databaseOptions = { database: { type: 'string' } } as const

export const databaseHelp = '  --database URL     PostgreSQL (default: BACKSTOP_DATABASE_URL)'

/** What the options or the environment say of the database. */
export function databaseUrl({ database }: { readonly database?: string }, { env }: Outside): string | undefined {
  return database ?? env['BACKSTOP_DATABASE_URL']
}

/**
 * Runs `work` with the database, at its newest schema unless `asItIs`.
 * @throws {UsageError} none is named @throws {CommandFailure} it does not exist or cannot be reached
 */
export async function withDatabase<Result>(
  values: { readonly database?: string },
  outside: Outside,
  work: (db: Database, url: string) => Promise<Result>,
  asItIs?: 'as it is',
): Promise<Result> {
  const url = databaseUrl(values, outside)
  if (url === undefined)
    throw new UsageError('Say with --database URL where the database is. One-machine mode must be running: backstop vault --data DIR …')
  if (!asItIs)
    await migrate(url).catch((error: Error) => {
      throw new CommandFailure(
        `The database cannot be used: ${error.message || 'it does not answer'}. Check that PostgreSQL runs and that the database in BACKSTOP_DATABASE_URL exists, empty or not.`,
        { cause: error },
      )
    })
  const db = openDatabase(url, { max: 4 })
  try {
    return await work(db, url)
  } finally {
    await db.close()
  }
}

/**
 * The database when it is named, answers, and knows the account; otherwise nothing, with a remark, for commands that can do without it.
 * The caller closes it.
 */
export async function databaseThatKnows(
  values: { readonly database?: string },
  outside: Outside,
  accountId: string,
): Promise<Database | undefined> {
  const url = databaseUrl(values, outside)
  if (url === undefined) return undefined
  const db = openDatabase(url, { max: 4 })
  try {
    if ((await db.query('select 1 from verification limit 0', [])) && (await accountById(db, accountId))) return db
    outside.note(`The database does not know the account ${accountId}, so the check is done without it.`)
  } catch (error) {
    outside.note(`The database cannot be used (${(error as Error).message}), so the check is done without it.`)
  }
  await db.close()
  return undefined
}
