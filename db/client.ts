import { PrismaPg } from '@prisma/adapter-pg'
import { Pool } from 'pg'
import { type Prisma, PrismaClient } from './generated/client.ts'

/** Plain SQL with `$1` parameters. Cast `bigint` to `float8` in the select list: JavaScript would get it as something else than a number. */
export interface Sql {
  query<Row>(text: string, values?: readonly unknown[]): Promise<Row[]>
}

/** What a repository function takes: the database itself, or a transaction of it. Both faces of a transaction are the same transaction. */
export interface Db extends Sql {
  readonly prisma: Prisma.TransactionClient
}

export type Transaction = Db

export interface Database extends Db {
  /** Runs `work` in one transaction: committed when it resolves, rolled back when it rejects. */
  transaction<Result>(work: (tx: Transaction) => Promise<Result>): Promise<Result>
  /** Gives the connections back. Nothing may be asked afterwards. */
  close(): Promise<void>
}

export type DatabaseOptions = {
  /** The most connections that this process holds at once. */
  readonly max?: number
}

/** The longest that a transaction may wait for a connection, and may last. */
const maxWaitMs = 30_000
const transactionMs = 10 * 60_000

/**
 * Opens a small pool of connections, which plain SQL and Prisma share. Connects on the first query, not before; a connection that breaks is
 * replaced by the next query.
 */
export function openDatabase(url: string, { max = 5 }: DatabaseOptions = {}): Database {
  const pool = new Pool({
    connectionString: url,
    max,
    connectionTimeoutMillis: maxWaitMs,
    keepAlive: true,
    // Prisma's adapter writes times without their zone, so the session's zone has to be the one it means. And a process that stands still within
    // a transaction would hold its locks for ever: then the server ends what the process itself cannot.
    options: `-c TimeZone=UTC -c idle_in_transaction_session_timeout=${transactionMs}`,
  })
  // An idle connection that breaks is no failure of any query; without a listener it would end the process.
  pool.on('error', () => {})
  const prisma = new PrismaClient({ adapter: new PrismaPg(pool) })

  return {
    prisma,
    query: async <Row>(text: string, values: readonly unknown[] = []) => (await pool.query(text, [...values])).rows as Row[],
    transaction: (work) => prisma.$transaction((tx) => work(inside(tx)), { maxWait: maxWaitMs, timeout: transactionMs }),
    close: async () => {
      await prisma.$disconnect()
      await pool.end()
    },
  }
}

function inside(tx: Prisma.TransactionClient): Transaction {
  return {
    prisma: tx,
    query: <Row>(text: string, values: readonly unknown[] = []) =>
      tx.$queryRawUnsafe<Row[]>(text, ...values.map((value) => (value === undefined ? null : value))),
  }
}
