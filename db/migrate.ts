import { fileURLToPath } from 'node:url'
import { runner } from 'node-pg-migrate'

const quiet = () => {}

/**
 * Brings the database to the newest schema: runs each file of `db/migrations` that has not run yet, in order and in one transaction.
 * Safe to call from several processes at once: an advisory lock lets one work and the others wait.
 * @throws Error when the database cannot be reached or a migration fails; what had run before stays.
 */
export async function migrate(databaseUrl: string): Promise<void> {
  await runner({
    databaseUrl,
    dir: fileURLToPath(new URL('migrations', import.meta.url)),
    migrationsTable: 'schema_migration',
    direction: 'up',
    advisoryLockMode: 'wait',
    logger: { debug: quiet, info: quiet, warn: quiet, error: console.error },
  })
}
