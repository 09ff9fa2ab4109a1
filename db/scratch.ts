import { Client } from 'pg'
import { type Database, openDatabase } from './client.ts'
import { migrate } from './migrate.ts'

/**
 * Runs `work` with a database of its own on the same server, with the newest schema and no rows. It is gone afterwards, whatever happened.
 * `name` must be one that no other database has: letters, digits and underscores.
 * @throws Error when the role of `url` may not make databases
 */
export async function withScratchDatabase<Result>(url: string, name: string, work: (db: Database) => Promise<Result>): Promise<Result> {
  if (!/^[a-z][a-z0-9_]{0,62}$/.test(name)) throw new Error(`${name} cannot be the name of a database.`)
  const scratch = new URL(url)
  scratch.pathname = `/${name}`
  await administer(url, `create database ${name}`)
  try {
    await migrate(scratch.href)
    const db = openDatabase(scratch.href, { max: 4 })
    try {
      return await work(db)
    } finally {
      await db.close()
    }
  } finally {
    await administer(url, `drop database if exists ${name} with (force)`)
  }
}

async function administer(url: string, statement: string): Promise<void> {
  const client = new Client({ connectionString: url })
  await client.connect()
  try {
    await client.query(statement)
  } finally {
    await client.end()
  }
}
