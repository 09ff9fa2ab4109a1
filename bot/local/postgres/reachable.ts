import { Client } from 'pg'

/** The server's version and how long the answer took. @throws Error of the driver when there is none within `withinMs` */
export async function askPostgres(url: string, withinMs = 3_000): Promise<{ version: string }> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: withinMs, query_timeout: withinMs })
  // A connection that dies later than the answer is of no interest, but without a listener it would end this process.
  client.on('error', () => undefined)
  try {
    await client.connect()
    const { rows } = await client.query<{ server_version: string }>('show server_version')
    return { version: rows[0]?.server_version ?? 'unknown' }
  } finally {
    await client.end().catch(() => undefined)
  }
}

/** Creates the database unless it is there. `url` is that of another database of the same cluster. */
export async function ensureDatabase(url: string, name: string): Promise<void> {
  const client = new Client({ connectionString: url })
  await client.connect()
  try {
    const { rowCount } = await client.query('select 1 from pg_database where datname = $1', [name])
    if (rowCount === 0) await client.query(`create database ${client.escapeIdentifier(name)}`)
  } finally {
    await client.end()
  }
}
